import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import { randomBase64Url } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import type { KeptMessage, Message } from "./message.ts"

export type { Message }

const PURPOSE = "cognito-idp.outbox"
/** What is older goes when something new comes. */
const KEPT_MILLISECONDS = 7 * 24 * 3600 * 1000

const SWEPT_AT_ONCE = 20

/** Tells apart what this process sends within a millisecond, in order. */
let sequence = 0

const idAt = (time: number): string => String(time).padStart(15, "0")

/** Puts a message into the outbox, and tells its ID. */
export async function sendMessage(
  tx: Writing,
  masterKey: MasterKey,
  account: string,
  message: Omit<KeptMessage, "id">,
  { isKept = true } = {},
): Promise<string> {
  sequence = (sequence + 1) % 1_000_000
  const id = `${idAt(message.time)}-${String(sequence).padStart(6, "0")}-${randomBase64Url(9)}`
  const sealed = seal(masterKey, PURPOSE, JSON.stringify({ id, ...message }))
  await tx.run("INSERT INTO idp_outbox (id, account, sealed) VALUES ($1, $2, $3)", id, account, sealed)
  // What is not kept goes where otherwise old ones go: it is as much work.
  if (!isKept) await tx.run("DELETE FROM idp_outbox WHERE id = $1", id)
  else
    await tx.run(
      "DELETE FROM idp_outbox WHERE id IN (SELECT id FROM idp_outbox WHERE id < $1 ORDER BY id LIMIT $2)",
      idAt(Math.max(0, message.time - KEPT_MILLISECONDS)),
      SWEPT_AT_ONCE,
    )
  return id
}

const parseMessage = (masterKey: MasterKey, sealed: Uint8Array): KeptMessage =>
  JSON.parse(open(masterKey, PURPOSE, sealed).toString()) as KeptMessage

export async function findMessage(tx: Reading, masterKey: MasterKey, id: string): Promise<KeptMessage | undefined> {
  const row = await tx.get<{ sealed: Uint8Array }>("SELECT sealed FROM idp_outbox WHERE id = $1", id)
  return row && parseMessage(masterKey, row.sealed)
}

/** Writes how far a message has come; one that was cleared away meanwhile stays away. */
export async function updateMessage(tx: Writing, masterKey: MasterKey, message: KeptMessage): Promise<void> {
  const sealed = seal(masterKey, PURPOSE, JSON.stringify(message))
  await tx.run("UPDATE idp_outbox SET sealed = $2 WHERE id = $1", message.id, sealed)
}

const LIST_LIMIT = 1000

/** The last thousand messages, the oldest first; of one account where it is given. */
export async function listMessages(
  { store, masterKey }: Pick<Deps, "store" | "masterKey">,
  account?: string,
): Promise<Message[]> {
  const rows = await store.read((tx) =>
    account === undefined
      ? tx.all<{ sealed: Uint8Array }>("SELECT sealed FROM idp_outbox ORDER BY id DESC LIMIT $1", LIST_LIMIT)
      : tx.all<{ sealed: Uint8Array }>(
          "SELECT sealed FROM idp_outbox WHERE account = $2 ORDER BY id DESC LIMIT $1",
          LIST_LIMIT,
          account,
        ),
  )
  return rows
    .map(({ sealed }): Message => {
      const { outgoing: _, ...message } = parseMessage(masterKey, sealed)
      return message
    })
    .reverse()
}

export async function clearMessages({ store }: Pick<Deps, "store">, account?: string): Promise<void> {
  await store.transact((tx) =>
    account === undefined
      ? tx.run("DELETE FROM idp_outbox")
      : tx.run("DELETE FROM idp_outbox WHERE account = $1", account),
  )
}
