import type { AttributeValue as WireAttributeValue } from "@aws-sdk/client-dynamodb"
import { WireError } from "../../../wire/errors.ts"
import { invalid } from "../errors.ts"
import { assertNotEmpty } from "../tables/key-values.ts"
import { findKeyBytes } from "../tables/keys.ts"
import type { Index, Table } from "../tables/record.ts"
import { parseItem } from "../values/parse.ts"
import type { KeyRange } from "./key-range.ts"
import type { Position } from "./page-sql.ts"

const notValid = (why?: string) => invalid(`The provided starting key is invalid${why === undefined ? "" : `: ${why}`}`)

const MISMATCH = "The provided key element does not match the schema"

/**
 * An ExclusiveStartKey: the key of the table and, where there is one, of the index; nothing else. Only a Scan of a table
 * says what is wrong with its shape.
 */
export function parseStartKey(
  table: Table,
  index: Index | undefined,
  wire: Record<string, WireAttributeValue>,
  operation: "Query" | "Scan",
): Position {
  const misshapen = () => notValid(operation === "Scan" && !index ? MISMATCH : undefined)
  const names = new Set([...table.key.all, ...(index?.key.all ?? [])].map(({ name }) => name))
  let key: ReturnType<typeof parseItem>
  try {
    key = parseItem(wire)
  } catch (error) {
    throw error instanceof WireError ? notValid(error.message) : error
  }
  if (Object.keys(key).length !== names.size) throw misshapen()
  for (const { name, type } of [...table.key.all, ...(index?.key.all ?? [])]) {
    const value = key[name]
    if (value === undefined) throw misshapen()
    if (!(type in value)) throw notValid(MISMATCH)
    try {
      assertNotEmpty(name, value)
    } catch (error) {
      throw notValid((error as Error).message)
    }
  }
  const item = findKeyBytes(table.key, key)
  const place = index ? findKeyBytes(index.key, key) : item
  if (!item || !place) throw misshapen()
  return { ...place, item }
}

/**
 * A Query goes on only where it could have stopped. Both ends are let in, whichever way it goes: a page may have ended
 * there.
 */
export function assertWithin({ pk, from, to }: KeyRange, start: Position): void {
  if (!start.pk.equals(pk)) {
    throw invalid("The provided starting key is outside query boundaries based on provided conditions")
  }
  if (Buffer.compare(start.sk, from) < 0 || (to && Buffer.compare(start.sk, to) > 0)) {
    throw invalid("The provided starting key does not match the range key predicate")
  }
}

/** UNVERIFIED: what the text says behind the colon. */
export const nothingBehind = () =>
  invalid("The provided exclusive start key is invalid: A query of a single item has nothing behind it")
