import { WireError } from "../../../wire/errors.ts"
import { type CancellationReason, invalid, transactionCanceled } from "../errors.ts"
import type { KeyBytes } from "../tables/keys.ts"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"

const NO_REASON: CancellationReason = { Code: "None" }

/** Does the same for every part of a transaction, and keeps for each part why it failed. */
export function reasonOf<T, R>(
  parts: readonly T[],
  work: (part: T, i: number) => R,
): { values: R[]; reasons: CancellationReason[] } {
  const values: R[] = []
  const reasons = parts.map((part, i) => {
    try {
      values[i] = work(part, i)
      return NO_REASON
    } catch (error) {
      return asReason(error)
    }
  })
  return { values, reasons }
}

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

/** Errors that are not the caller's pass on. */
function asReason(error: unknown): CancellationReason {
  if (!(error instanceof WireError)) throw error
  if (error.code === "ConditionalCheckFailedException") {
    const item = error.members.Item as Item | undefined
    return { Code: "ConditionalCheckFailed", Message: error.message, ...(item && { Item: item }) }
  }
  if (error.code === "ValidationException" && !error.message.includes("contain an empty")) {
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
