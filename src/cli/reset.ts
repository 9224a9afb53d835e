import { assertNoMore, parseFlags } from "../config.ts"
import { ask } from "./ask.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass reset: forget everything that a server started with --memory knows

  --port NUMBER   the server that listens there (4566)

Example: npx hallpass reset --port 4567`

export const reset = {
  summary: "forget everything (servers started with --memory)",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, SERVER_FLAGS)
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    await ask(await findServer(values), "POST", "reset")
    console.log("Everything is forgotten.")
  },
}
