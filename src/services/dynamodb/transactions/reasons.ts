import { WireError } from "../../../wire/errors.ts"
import { type CancellationReason, invalid, transactionCanceled } from "../errors.ts"
import type { KeyBytes } from "../tables/keys.ts"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"

const NO_REASON: CancellationReason = { Code: "None" }

/** Does the same for every part of a transaction, up to the first that fails: only why that one did is told. */
export function untilReason<T, R>(parts: readonly T[], work: (part: T, i: number) => R): R[] {
  return parts.map((part, i) => {
    try {
      return work(part, i)
    } catch (error) {
      const reason = asReason(error)
      throw transactionCanceled(parts.map((_, k) => (k === i ? reason : NO_REASON)))
    }
  })
}

/** Does the same for every part, and keeps for each why it failed. */
export async function reasonOfEach<T, R>(
  parts: readonly T[],
  work: (part: T) => Promise<R>,
): Promise<{ values: R[]; reasons: CancellationReason[] }> {
  const values: R[] = []
  const reasons: CancellationReason[] = []
  for (const [i, part] of parts.entries()) {
    try {
      values[i] = await work(part)
      reasons.push(NO_REASON)
    } catch (error) {
      reasons.push(asReason(error))
    }
  }
  return { values, reasons }
}

/** Keys that cannot be are wrong whatever the table (ExtendDB #191, measured on AWS). */
const IMPOSSIBLE_KEY = /contain an empty|Size of hashkey has exceeded|Aggregated size of all range keys/

/** Errors that are not the caller's pass on. */
function asReason(error: unknown): CancellationReason {
  if (!(error instanceof WireError)) throw error
  if (error.code === "ConditionalCheckFailedException") {
    const item = error.members.Item as Item | undefined
    return { Code: "ConditionalCheckFailed", Message: error.message, ...(item && { Item: item }) }
  }
  if (error.code === "ValidationException" && !IMPOSSIBLE_KEY.test(error.message)) {
    return { Code: "ValidationError", Message: error.message }
  }
  throw error
}

export function throwReasons(reasons: readonly CancellationReason[]): void {
  if (reasons.some((reason) => reason !== NO_REASON)) throw transactionCanceled(reasons)
}

export function assertDistinctItems(parts: readonly { table: Table; key: KeyBytes }[]): void {
  const items = new Set(
    parts.map(({ table, key }) => `${table.id} ${key.pk.toString("base64")} ${key.sk.toString("base64")}`),
  )
  if (items.size !== parts.length) throw invalid("Transaction request cannot include multiple operations on one item")
}

/** API reference, TransactWriteItems and TransactGetItems. UNVERIFIED: the text. */
const MAXIMUM_BYTES = 4 * 1024 * 1024

export function assertTotalSize(sizes: readonly number[]): void {
  if (sizes.reduce((sum, bytes) => sum + bytes, 0) > MAXIMUM_BYTES) {
    throw invalid("Transaction request size cannot exceed 4 MB")
  }
}
