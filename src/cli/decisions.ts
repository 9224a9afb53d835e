import { printableJson } from "../base/printable.ts"
import { assertNoMore, parseFlags, parseWhole, wantsColour } from "../config.ts"
import type { SummarisedCall } from "../control/describe.ts"
import { type Paint, painter } from "../policy-tools/explanation/format.ts"
import { ask } from "./ask.ts"
import { follow } from "./follow.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass decisions: what was asked lately and how it was answered, the newest last

  --refused         what was refused alone
  --limit NUMBER    so many at most (50, at most 200)
  --follow          go on telling what comes
  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)
  --json            as JSON; with --follow, an object a line

'hallpass explain ID' says why.

Example: npx hallpass decisions --refused --follow`

export const decisions = {
  summary: "list what was decided lately, or follow it",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      ...SERVER_FLAGS,
      refused: { type: "boolean" },
      limit: { type: "string" },
      follow: { type: "boolean" },
      json: { type: "boolean" },
    })
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    const limit = parseWhole(values.limit, "--limit", 50, 1, 200)
    const server = await findServer(values)
    const paint = painter(wantsColour(process.stdout))
    const list = async (most: number) => {
      const path = `decisions?limit=${most}${values.refused ? "&refused=true" : ""}`
      const listed = (await ask(server, "GET", path)) as { decisions: SummarisedCall[] }
      return listed.decisions.reverse()
    }
    const tell = (call: SummarisedCall) => console.log(values.json ? JSON.stringify(call) : formatLine(call, paint))
    if (values.follow)
      return follow(
        () => list(200),
        ({ requestId }) => requestId,
        tell,
      )
    const found = await list(limit)
    if (values.json) return console.log(JSON.stringify(found, null, 2))
    if (found.length === 0) return console.log("Nothing was decided yet.")
    found.forEach(tell)
  },
}

function formatLine(told: SummarisedCall, paint: Paint): string {
  const { time, status, service, operation, caller, error, requestId, allowed } = printableJson(told)
  const answer = paint(allowed ? "green" : "red", error === undefined ? String(status) : `${status} ${error}`)
  return `${time}  ${answer}  ${service}:${operation ?? "-"}  ${caller ?? "-"}  ${paint("dim", requestId)}`
}
