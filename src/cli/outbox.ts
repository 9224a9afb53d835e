import { assertNoMore, parseFlags } from "../config.ts"
import { ask } from "./ask.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass outbox: the mails and texts that were sent, the newest last

  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)
  --clear           empty it
  --json            as JSON

Example: npx hallpass outbox --json`

interface Message {
  time: number | string
  medium: string
  destination: string
  subject?: string
  body: string
}

export const outbox = {
  summary: "show the mails and texts that were sent",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      ...SERVER_FLAGS,
      json: { type: "boolean" },
      clear: { type: "boolean" },
    })
    if (values.help) return console.log(HELP)
    assertNoMore(positionals)
    const server = await findServer(values)
    if (values.clear) {
      await ask(server, "DELETE", "outbox")
      return console.log("The outbox is empty.")
    }
    const { messages } = (await ask(server, "GET", "outbox")) as { messages: Message[] }
    if (values.json) return console.log(JSON.stringify(messages, null, 2))
    if (messages.length === 0) return console.log("Nothing was sent yet.")
    for (const { time, medium, destination, subject, body } of messages)
      console.log(
        `${new Date(time).toISOString()}  ${medium} to ${destination}${subject ? `: ${subject}` : ""}\n  ${body}\n`,
      )
  },
}
