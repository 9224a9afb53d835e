import type { KeySpec, KeyUsageType } from "@aws-sdk/client-kms"
import { type CompiledPolicy, compile } from "../../../policy/index.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { keyArn } from "../arns.ts"

/** A key as it is stored. Times are milliseconds since the epoch. */
export interface KeyRecord {
  account: string
  region: string
  id: string
  spec: KeySpec
  usage: KeyUsageType
  description: string
  createdAt: number
  state: "Enabled" | "Disabled" | "PendingDeletion"
  /** Of a key that is to be deleted. */
  deletionAt?: number
  /** `AWS` of those that belong to a service: `alias/aws/s3`. */
  manager: "CUSTOMER" | "AWS"
  /** JSON, users and roles by their ids. */
  policy: string
  tags: Record<string, string>
  /** The version that encrypts; those before it decrypt. */
  version: number
  rotation?: { periodInDays: number; nextAt: number }
  /** How often it was rotated on demand. */
  onDemandRotations: number
}

/** A key as requests find it. */
export interface Key {
  readonly record: KeyRecord
  readonly arn: string
  readonly policy: CompiledPolicy
  /** The names of its aliases. */
  readonly aliases: readonly string[]
}

const KIND = "kms.key"

/** The key of this id, whose ever it is; undefined where there is none. */
export const findKey = (store: Store, id: string): Key | undefined | Promise<Key | undefined> =>
  store.cache(KIND, readKey).find(id)

/** From the database itself, inside of a transaction that changes the key. */
export async function readKey(tx: Reading, id: string): Promise<Key | undefined> {
  const row = await tx.get<{ body: string }>("SELECT body FROM kms_keys WHERE key_id = $1", id)
  if (!row) return undefined
  const aliases = await tx.all<{ name: string }>("SELECT name FROM kms_aliases WHERE key_id = $1 ORDER BY name", id)
  const record = JSON.parse(row.body) as KeyRecord
  return {
    record,
    arn: keyArn(record),
    policy: compile(record.policy, { name: `key ${id}` }),
    aliases: aliases.map(({ name }) => name),
  }
}

export async function insertKey(tx: Writing, record: KeyRecord): Promise<void> {
  const { id, account, region } = record
  await tx.run(
    "INSERT INTO kms_keys (key_id, account, region, body) VALUES ($1, $2, $3, $4)",
    id,
    account,
    region,
    JSON.stringify(record),
  )
  await keyChanged(tx, id)
}

export async function updateKey(tx: Writing, record: KeyRecord): Promise<void> {
  await tx.run("UPDATE kms_keys SET body = $2 WHERE key_id = $1", record.id, JSON.stringify(record))
  await keyChanged(tx, record.id)
}

/** What is known of the key, its aliases among it, is read again by whoever asks next. */
export const keyChanged = (tx: Writing, id: string): Promise<void> => tx.changed(KIND, id)
