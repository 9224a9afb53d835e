import { setTimeout as sleep } from "node:timers/promises"
import { systemClock } from "../base/clock.ts"
import type { Message } from "../services/cognito-idp/codes/message.ts"
import type { AskControl } from "./control-calls.ts"

export type OutboxMessage = Message

export interface WaitOptions {
  /** The address or telephone number that it goes to. */
  to?: string
  /** The user whom it is for. */
  username?: string
  /** 5 seconds unless told. */
  timeoutMilliseconds?: number
}

/** The mails and texts that would have been sent. */
export interface Outbox {
  /** Oldest first. */
  list(): Promise<OutboxMessage[]>
  /** The next message that fits and that no `waitFor` has given yet: those that are there already come first. */
  waitFor(which?: WaitOptions): Promise<OutboxMessage>
  /** The code or temporary password in that message. */
  waitForCode(which?: WaitOptions): Promise<string>
  clear(): Promise<void>
}

const POLL_MILLISECONDS = 25
const PATIENCE_MILLISECONDS = 5_000

export function outboxOf(ask: AskControl): Outbox {
  const given = new Set<string>()
  const list = async () => ((await ask("GET", "outbox")) as { messages: OutboxMessage[] }).messages

  async function waitFor(which: WaitOptions = {}): Promise<OutboxMessage> {
    const end = systemClock.now() + (which.timeoutMilliseconds ?? PATIENCE_MILLISECONDS)
    for (;;) {
      const messages = await list()
      const found = messages.find((message) => !given.has(message.id) && fits(message, which))
      if (found) {
        given.add(found.id)
        return found
      }
      if (systemClock.now() >= end) throw new Error(nothingCame(which, messages))
      await sleep(POLL_MILLISECONDS)
    }
  }
  return {
    list,
    waitFor,
    waitForCode: async (which) => (await waitFor(which)).code,
    async clear() {
      await ask("DELETE", "outbox")
    },
  }
}

const fits = (message: OutboxMessage, { to, username }: WaitOptions): boolean =>
  (to === undefined || message.destination === to) && (username === undefined || message.username === username)

function nothingCame({ to, username }: WaitOptions, messages: readonly OutboxMessage[]): string {
  const whom = to ?? username
  const others = messages.map(({ destination }) => destination).join(", ")
  return `No new message${whom ? ` to ${whom}` : ""} came. In the outbox: ${others || "nothing"}.`
}
