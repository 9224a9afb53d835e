import { printable } from "../../../base/printable.ts"
import type { Deps } from "../../../call.ts"
import { UndeliveredError } from "../../../delivery/courier.ts"
import type { Writing } from "../../../store/store.ts"
import { done, type Job, later, type Outcome, type Worker, type Workers } from "../../../work/job.ts"
import type { DeliveryState, KeptMessage, OutgoingMail, OutgoingText } from "./message.ts"
import { findMessage, listMessages, updateMessage } from "./outbox.ts"
import { plainOf } from "./outgoing.ts"

type Medium = KeptMessage["medium"]

/** One for each medium: where mails cannot leave, texts do. */
const KINDS: Readonly<Record<Medium, string>> = { EMAIL: "cognito-idp:send-mail", SMS: "cognito-idp:send-text" }

/** Whether messages of the kind leave the house. */
export const leaves = ({ courier }: Pick<Deps, "courier">, medium: Medium): boolean =>
  Boolean(medium === "EMAIL" ? courier.sendMail : courier.sendText)

/** Has a message of the outbox taken out of the house when the transaction is committed. */
export const dispatch = (tx: Writing, { work }: Pick<Deps, "work">, medium: Medium, id: string): Promise<void> =>
  work.enqueue(tx, { kind: KINDS[medium], key: id })

/** Pauses grow to five minutes, so that tries go on for two and a half hours: a code is seldom good for longer. */
const ATTEMPTS = 38
const LONGEST_PAUSE_MILLISECONDS = 5 * 60_000
const pauseAfter = (attempts: number): number => Math.min(1_000 * 2 ** (attempts - 1), LONGEST_PAUSE_MILLISECONDS)

const REASON_LENGTH = 300

type DispatchDeps = Pick<Deps, "store" | "masterKey" | "clock" | "courier">

/**
 * Whatever becomes of a message is written beside it in the outbox. What will never be taken is not tried again; all else is, until
 * it was tried too often.
 */
async function send({ key, signal }: Job, deps: DispatchDeps): Promise<Outcome> {
  const { store, masterKey, clock } = deps
  const message = await store.read((tx) => findMessage(tx, masterKey, key))
  // It was cleared away, or was for nobody.
  if (message?.delivery?.state !== "waiting") return done
  const attempts = message.delivery.attempts + 1
  const note = (outcome: Pick<DeliveryState, "state" | "reason">) =>
    store.transact((tx) =>
      updateMessage(tx, masterKey, { ...message, delivery: { ...outcome, attempts, at: clock.now() } }),
    )
  try {
    await unlessStopped(signal, take(message, deps))
  } catch (error) {
    if (!(error instanceof UndeliveredError)) throw error
    const isLast = !error.isTemporary || attempts >= ATTEMPTS
    await note({ state: isLast ? "failed" : "waiting", reason: printable(error.message).slice(0, REASON_LENGTH) })
    return isLast ? done : later(clock.now() + pauseAfter(attempts))
  }
  await note({ state: "sent" })
  return done
}

/** Tries anew what was given up; how many. */
export async function retryMessages({
  store,
  masterKey,
  work,
}: Pick<Deps, "store" | "masterKey" | "work">): Promise<number> {
  const failed = (await listMessages({ store, masterKey })).filter(({ delivery }) => delivery?.state === "failed")
  await store.transact(async (tx) => {
    for (const { id, medium } of failed) {
      const message = await findMessage(tx, masterKey, id)
      if (message?.delivery?.state !== "failed") continue
      await updateMessage(tx, masterKey, {
        ...message,
        delivery: { ...message.delivery, state: "waiting", attempts: 0 },
      })
      await dispatch(tx, { work }, medium, id)
    }
  })
  return failed.length
}

function take(message: KeptMessage, { courier }: DispatchDeps): Promise<void> {
  const { id, destination: to, outgoing } = message
  if (message.medium === "EMAIL") {
    const { from, replyTo, html } = outgoing as OutgoingMail
    return (
      courier.sendMail?.({ id, to, from, replyTo, subject: message.subject ?? "", html, text: plainOf(html) }) ??
      nowhere()
    )
  }
  const { configuration } = outgoing as OutgoingText
  const details = {
    time: new Date(message.time).toISOString(),
    userPoolId: message.userPoolId,
    username: message.username,
    ...(configuration && { smsConfiguration: configuration }),
  }
  return courier.sendText?.({ id, to, body: message.body, details }) ?? nowhere()
}

/** The server was started anew without the way out that the message was to take. */
const nowhere = (): Promise<never> =>
  Promise.reject(new UndeliveredError("no way out is configured for it on this server any more", true))

/** A server that stops does not wait for one that says nothing. */
async function unlessStopped(signal: AbortSignal, sending: Promise<void>): Promise<void> {
  const stopped = Promise.withResolvers<never>()
  const stop = () => stopped.reject(new UndeliveredError("the server was stopped", true))
  signal.addEventListener("abort", stop, { once: true })
  try {
    await Promise.race([sending, stopped.promise])
  } finally {
    signal.removeEventListener("abort", stop)
  }
}

const worker: Worker<DispatchDeps> = { run: send }

export const dispatching: Workers<DispatchDeps> = Object.fromEntries(Object.values(KINDS).map((kind) => [kind, worker]))
