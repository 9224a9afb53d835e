import { createPrivateKey, createSecretKey, type KeyObject, randomBytes } from "node:crypto"
import { type MasterKey, open, seal } from "../../base/master-key.ts"
import type { Reading, Store, Writing } from "../../store/store.ts"

/*
 * What keys encrypt with. It lies sealed under the server's master key, with the key and the version that it is of, and is
 * never sent, logged or put into an error: outside of here it is a KeyObject, which prints as nothing.
 */

const KIND = "kms.material"
const PURPOSE = "kms-key"
const HEAD_BYTES = 16 + 4

export const secretKey = (bytes: number): KeyObject => createSecretKey(randomBytes(bytes))

/** A row of `kms_material`, what is told of it: times are milliseconds since the epoch. */
export interface MaterialBody {
  createdAt: number
  /** How it came about, where not by CreateKey. */
  rotation?: "AUTOMATIC" | "ON_DEMAND"
}

const headOf = (keyId: string, version: number): Buffer => {
  const head = Buffer.alloc(HEAD_BYTES)
  head.write(keyId.replaceAll("-", ""), "hex")
  head.writeUInt32BE(version, 16)
  return head
}

export async function insertMaterial(
  tx: Writing,
  masterKey: MasterKey,
  { keyId, version, body }: { keyId: string; version: number; body: MaterialBody },
  key: KeyObject,
): Promise<void> {
  const bytes = key.type === "secret" ? key.export() : key.export({ type: "pkcs8", format: "der" })
  await tx.run(
    "INSERT INTO kms_material (key_id, version, sealed, body) VALUES ($1, $2, $3, $4)",
    keyId,
    version,
    seal(masterKey, PURPOSE, Buffer.concat([headOf(keyId, version), bytes])),
    JSON.stringify(body),
  )
  await tx.changed(KIND, `${keyId}/${version}`)
}

/** Undefined where the key has no such version. */
export function findMaterial(
  store: Store,
  masterKey: MasterKey,
  keyId: string,
  version: number,
): KeyObject | undefined | Promise<KeyObject | undefined> {
  return store.cache(KIND, (tx, key) => load(tx, masterKey, key)).find(`${keyId}/${version}`)
}

async function load(tx: Reading, masterKey: MasterKey, key: string): Promise<KeyObject | undefined> {
  const [keyId = "", version = ""] = key.split("/")
  const row = await tx.get<{ sealed: Uint8Array }>(
    "SELECT sealed FROM kms_material WHERE key_id = $1 AND version = $2",
    keyId,
    Number(version),
  )
  if (!row) return undefined
  const opened = open(masterKey, PURPOSE, row.sealed)
  if (!opened.subarray(0, HEAD_BYTES).equals(headOf(keyId, Number(version))))
    throw new Error("The material of a key lies under the name of another.")
  const bytes = opened.subarray(HEAD_BYTES)
  // PKCS #8 begins a sequence of more than 64 bytes, and no secret is as long.
  return bytes.length > 64 ? createPrivateKey({ key: bytes, type: "pkcs8", format: "der" }) : createSecretKey(bytes)
}

/** The versions of a key, the newest first. */
export const listVersions = (tx: Reading, keyId: string): Promise<(MaterialBody & { version: number })[]> =>
  tx
    .all<{ version: number; body: string }>(
      "SELECT version, body FROM kms_material WHERE key_id = $1 ORDER BY version DESC",
      keyId,
    )
    .then((rows) => rows.map(({ version, body }) => ({ version: Number(version), ...JSON.parse(body) })))

export async function deleteMaterial(tx: Writing, keyId: string): Promise<void> {
  for (const { version } of await listVersions(tx, keyId)) await tx.changed(KIND, `${keyId}/${version}`)
  await tx.run("DELETE FROM kms_material WHERE key_id = $1", keyId)
}
