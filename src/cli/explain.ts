import { assertNoMore, parseFlags, wantsColour } from "../config.ts"
import type { describeCall } from "../control/describe.ts"
import { ask } from "./ask.ts"
import { formatCall } from "./format-call.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass explain [REQUEST-ID]: why a request was allowed or refused

Without an id, the last refusal. The id is in every response: x-amzn-RequestId, x-amz-request-id, or the error's RequestId.

  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)
  --json            the whole trace, as JSON

Example: npx hallpass explain`

export const explain = {
  summary: "say why a request was refused (the last one, or by its id)",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, { ...SERVER_FLAGS, json: { type: "boolean" } })
    if (values.help) return console.log(HELP)
    assertNoMore(positionals.slice(1))
    const id = positionals[0] ?? "last-refusal"
    const call = (await ask(await findServer(values), "GET", `decisions/${encodeURIComponent(id)}`)) as ReturnType<
      typeof describeCall
    >
    console.log(values.json ? JSON.stringify(call, null, 2) : formatCall(call, wantsColour(process.stdout)))
  },
}
