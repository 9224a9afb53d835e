import { createHash } from "node:crypto"
import type { Deps } from "../../../call.ts"
import type { Scope } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { again, done, type Worker } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"
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
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM ddb_request_tokens WHERE account = $1 AND region = $2 AND token = $3 AND at >= $4",
    account,
    region,
    token,
    now - LIFETIME_MILLISECONDS,
  )
  if (row && row.body !== request) throw idempotentParameterMismatch()
  if (row) return true
  await tx.run(
    `INSERT INTO ddb_request_tokens (account, region, token, at, body) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (account, region, token) DO UPDATE SET at = excluded.at, body = excluded.body`,
    account,
    region,
    token,
    now,
    request,
  )
  return false
}

export const FORGET_TOKENS = "dynamodb:forget-tokens"

/** Removes the tokens that are good no longer. */
export const forgetTokensWork: Worker<Pick<Deps, "store" | "clock">> = {
  everyMilliseconds: LIFETIME_MILLISECONDS,
  async run(_, { store, clock }) {
    const old = {
      table: "ddb_request_tokens",
      key: "account, region, token",
      where: "at < $1",
      values: [clock.now() - LIFETIME_MILLISECONDS],
    }
    return (await store.transact((tx) => removeRows(tx, old))) ? again() : done
  },
}

/** What makes two requests the same, whatever the order of their members. */
export const fingerprintOf = (input: unknown): string =>
  createHash("sha256").update(JSON.stringify(input, sortedKeys)).digest("base64")

function sortedKeys(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64")
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
