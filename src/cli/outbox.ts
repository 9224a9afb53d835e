import { printable } from "../base/printable.ts"
import { assertNoMore, ConfigError, parseFlags } from "../config.ts"
import type { DeliveryState, Message } from "../services/cognito-idp/codes/message.ts"
import { ask } from "./ask.ts"
import { CommandFailure } from "./failure.ts"
import { follow } from "./follow.ts"
import { findServer, SERVER_FLAGS } from "./running.ts"

const HELP = `hallpass outbox [ADDRESS]: the mails and texts that were sent, the newest last

  ADDRESS           those alone that went to this address, telephone number or user
  --code            the newest code (or temporary password) and nothing else
  --follow          go on telling what comes
  --retry           try anew what could not be delivered and was given up
  --clear           empty it; what waits for its delivery is not sent
  --data-dir PATH   the server that keeps its data there (./.hallpass)
  --port NUMBER     the server that listens there        (4566)
  --json            as JSON; with --follow, an object a line

Example: npx hallpass outbox ana@example.com --code`

export const outbox = {
  summary: "show the mails and texts that were sent, and the codes in them",
  async run(args: string[]): Promise<void> {
    const { values, positionals } = parseFlags(args, {
      ...SERVER_FLAGS,
      json: { type: "boolean" },
      clear: { type: "boolean" },
      retry: { type: "boolean" },
      code: { type: "boolean" },
      follow: { type: "boolean" },
    })
    if (values.help) return console.log(HELP)
    const [address, ...more] = positionals
    assertNoMore(more)
    const isAboutAll = values.clear || values.retry
    if (isAboutAll && (address !== undefined || values.code || values.follow || (values.clear && values.retry)))
      throw new ConfigError(`--${values.clear ? "clear empties" : "retry is about"} all of it, and shows nothing.`)
    const server = await findServer(values)
    if (values.retry) {
      const { retried } = (await ask(server, "POST", "outbox/retry")) as { retried: number }
      return console.log(`${retried} ${retried === 1 ? "message is" : "messages are"} tried anew.`)
    }
    if (values.clear) {
      await ask(server, "DELETE", "outbox")
      return console.log("The outbox is empty.")
    }
    const list = async () => {
      const { messages } = (await ask(server, "GET", "outbox")) as { messages: Message[] }
      return messages.filter((one) => address === undefined || isTo(one, address))
    }
    const tell = (message: Message) =>
      console.log(values.code ? message.code : values.json ? JSON.stringify(message) : format(message))
    if (values.follow) return follow(list, ({ id }) => id, tell)
    const messages = await list()
    const [newest] = messages.slice(-1)
    if (values.code) {
      if (!newest) throw new CommandFailure(`nothing was sent${address === undefined ? "" : ` to ${address}`} yet.`)
      return tell(newest)
    }
    if (values.json) return console.log(JSON.stringify(messages, null, 2))
    if (!newest) return console.log(`Nothing was sent${address === undefined ? "" : ` to ${address}`} yet.`)
    messages.forEach(tell)
  },
}

const isTo = ({ destination, username }: Message, address: string): boolean =>
  destination.toLowerCase() === address.toLowerCase() || username === address

function format({ time, medium, destination, subject, body, delivery }: Message): string {
  const head = `${new Date(time).toISOString()}  ${medium} to ${printable(destination)}${subject ? `: ${printable(subject)}` : ""}`
  return `${head}${delivery ? ` [${stateOf(delivery)}]` : ""}\n  ${body.split("\n").map(printable).join("\n")}\n`
}

const triesOf = (attempts: number): string => `${attempts} ${attempts === 1 ? "try" : "tries"}`

/** Where it goes out: how far it has come. */
function stateOf({ state, attempts, reason }: DeliveryState): string {
  if (state === "sent") return "sent"
  if (attempts === 0) return "waits to be sent"
  const why = `${triesOf(attempts)}: ${printable(reason ?? "no answer")}`
  return state === "failed" ? `not sent, given up after ${why}` : `not sent yet after ${why}`
}
