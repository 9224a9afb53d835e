import type { CallContext, Deps } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import { findAliasedKey } from "../aliases/record.ts"
import { aliasArn, type Home, type KeyName, keyArn, parseKeyName } from "../arns.ts"
import { aliasNotFound, keyDisabled, keyNotFound, keyPendingDeletion } from "../errors.ts"
import { findKey, type Key, readKey } from "./record.ts"

/** The key that a name stands for, where it is of that account and region. */
export async function findNamedKey({ store }: Pick<Deps, "store">, name: KeyName): Promise<Key | undefined> {
  const id = name.is === "key" ? name.id : await findAliasedKey(store, name)
  const key = id === undefined ? undefined : await findKey(store, id)
  return key && isAt(key, name) ? key : undefined
}

const isAt = ({ record }: Key, { account, region }: Home): boolean =>
  record.account === account && record.region === region

export const nameNotFound = (name: KeyName) =>
  name.is === "alias" ? aliasNotFound(aliasArn(name)) : keyNotFound(keyArn(name))

/** Of an operation that takes a key's id or ARN, and no alias: the key as the database has it, to be changed. */
export async function readNamedKey(tx: Reading, text: string, home: Home): Promise<Key> {
  const name = parseKeyName(text, home)
  const key = name.is === "key" ? await readKey(tx, name.id) : undefined
  if (!key || !isAt(key, name)) throw nameNotFound(name)
  return key
}

/** For operations that describe. */
export async function getKey(text: string, context: Pick<CallContext, "store" | "account" | "region">): Promise<Key> {
  const name = parseKeyName(text, context)
  const key = await findNamedKey(context, name)
  if (!key) throw nameNotFound(name)
  return key
}

export function assertNotPendingDeletion({ record, arn }: Key): void {
  if (record.state === "PendingDeletion") throw keyPendingDeletion(arn)
}

/** Developer Guide, "Key states of AWS KMS keys". */
export function assertEnabled(key: Key): void {
  assertNotPendingDeletion(key)
  if (key.record.state === "Disabled") throw keyDisabled(key.arn)
}
