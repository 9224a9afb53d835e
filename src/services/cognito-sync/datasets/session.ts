import { createHmac, timingSafeEqual } from "node:crypto"
import type { MasterKey } from "../../../base/master-key.ts"
import { invalidSession } from "../errors.ts"
import type { DatasetKey } from "./record.ts"

/** UNVERIFIED: how long AWS's are good for. */
const GOOD_FOR_MILLISECONDS = 60 * 60 * 1000
const MAC_BYTES = 16

/** What ListRecords gives and UpdateRecords asks for: for this dataset alone, and for a while. */
export function issueSyncSession(masterKey: MasterKey, key: DatasetKey, now: number): string {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(now))
  return Buffer.concat([mac(masterKey, key, time), time]).toString("base64url")
}

/** Throws for what was not issued for the dataset, or too long ago. */
export function verifySyncSession(masterKey: MasterKey, key: DatasetKey, token: string, now: number): void {
  const bytes = Buffer.from(token, "base64url")
  if (bytes.length !== MAC_BYTES + 8) throw invalidSession({ check: "SyncSessionToken", found: "no token of ours" })
  const time = bytes.subarray(MAC_BYTES)
  if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(masterKey, key, time)))
    throw invalidSession({ check: "SyncSessionToken", found: "a token of another dataset" })
  const issuedAt = Number(time.readBigUInt64BE())
  if (now > issuedAt + GOOD_FOR_MILLISECONDS)
    throw invalidSession({ check: "SyncSessionToken", found: "an expired token", issuedAt })
}

const mac = (masterKey: MasterKey, { identityId, name }: DatasetKey, time: Buffer): Buffer =>
  createHmac("sha256", masterKey.keyFor("cognito-sync.session"))
    .update(`${identityId}\n${name}\n`)
    .update(time)
    .digest()
    .subarray(0, MAC_BYTES)
