import { createHash } from "node:crypto"
import type { Scope } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { idempotentParameterMismatch } from "../errors.ts"

/** API reference, TransactWriteItems: how long a token is good for. */
const LIFETIME_MILLISECONDS = 10 * 60 * 1000

/** Whether the same request was carried out already; if not, it is remembered from now on. */
export async function isRepeated(
  tx: Writing,
  { account, region }: Scope,
  token: string,
  request: string,
  now: number,
): Promise<boolean> {
  await tx.run("DELETE FROM ddb_request_tokens WHERE at < $1", now - LIFETIME_MILLISECONDS)
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM ddb_request_tokens WHERE account = $1 AND region = $2 AND token = $3",
    account,
    region,
    token,
  )
  if (row && row.body !== request) throw idempotentParameterMismatch()
  if (row) return true
  await tx.run(
    "INSERT INTO ddb_request_tokens (account, region, token, at, body) VALUES ($1, $2, $3, $4, $5)",
    account,
    region,
    token,
    now,
    request,
  )
  return false
}

/** What makes two requests the same, whatever the order of their members. */
export const fingerprintOf = (input: unknown): string =>
  createHash("sha256").update(JSON.stringify(input, sortedKeys)).digest("base64")

function sortedKeys(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64")
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
