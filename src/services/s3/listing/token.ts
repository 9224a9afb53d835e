import { createHash } from "node:crypto"
import { invalidArgument } from "../errors.ts"

const CHECK_BYTES = 8

const check = (scope: string, position: Buffer): Buffer =>
  createHash("sha256").update(scope).update("\0").update(position).digest().subarray(0, CHECK_BYTES)

/**
 * A continuation token: where a listing of `scope` goes on. It is opaque and refuses what was altered or belongs to
 * another listing; it needs no secret, as a caller may start anywhere anyhow (`start-after`).
 */
export function sealToken(position: string | Uint8Array, scope: string): string {
  const bytes = Buffer.from(position as Uint8Array)
  return Buffer.concat([check(scope, bytes), bytes]).toString("base64")
}

/** Text recorded. */
export function openToken(token: string, scope: string): Buffer {
  const bytes = Buffer.from(token, "base64")
  const position = bytes.subarray(CHECK_BYTES)
  if (bytes.length < CHECK_BYTES || !check(scope, position).equals(bytes.subarray(0, CHECK_BYTES)))
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token")
  return position
}
