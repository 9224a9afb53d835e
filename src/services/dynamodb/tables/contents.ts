import type { Deps } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { again, done, type Worker } from "../../../work/job.ts"
import { projectToIndex } from "../items/capacity.ts"
import type { Item } from "../values/attribute-value.ts"
import { sizeOfItem } from "../values/size.ts"
import { readTable } from "./find.ts"
import {
  BEFORE_ALL,
  formatPlace,
  type ItemPiece,
  type ItemSize,
  parsePlace,
  readItems,
  readSizes,
} from "./item-pieces.ts"
import { findEntryBytes } from "./key-limits.ts"
import type { KeyBytes } from "./keys.ts"
import type { Table, TableRecord } from "./record.ts"

/** How many, and of what size in bytes. */
export interface Count {
  items: number
  bytes: number
}

/** What a table and its indexes hold, as the description tells it. */
export interface Contents extends Count {
  indexes: Readonly<Record<string, Count>>
}

export const NOTHING: Contents = { items: 0, bytes: 0, indexes: {} }

export const COUNT_TABLE = "dynamodb:count"

/**
 * A table of one piece is counted when it is described. A larger one is counted in the background when somebody asks, the
 * first pieces at once, and the number is good for a millisecond for each item: a million is counted every quarter of an hour at most. On
 * AWS the numbers are up to six hours old (API reference, TableDescription).
 */
const PIECES_AT_ONCE = 20

/** What is known of a table: exact where it is small, else as of the last count, else what a first look found. */
export async function findContents(tx: Reading, table: Table): Promise<{ contents: Contents; goodUntil: number }> {
  const first = await countPiece(tx, table, BEFORE_ALL, NOTHING)
  if (!first.after) return { contents: first.contents, goodUntil: Number.POSITIVE_INFINITY }
  const row = await tx.get<{ counted_at: number; body: string }>(
    "SELECT counted_at, body FROM ddb_counts WHERE table_id = $1",
    table.id,
  )
  if (!row) return { contents: first.contents, goodUntil: 0 }
  const contents = JSON.parse(row.body) as Contents
  return { contents, goodUntil: row.counted_at + contents.items }
}

/** A count from the future is of a clock that was set back since. */
const isGood = (goodUntil: number, { items }: Contents, now: number): boolean =>
  now < goodUntil && (goodUntil === Number.POSITIVE_INFINITY || now >= goodUntil - items)

/** The same, counted anew where the last count is too old. */
export async function getContents(
  table: Table,
  { store, clock, work }: Pick<Deps, "store" | "clock" | "work">,
): Promise<Contents> {
  const known = await store.read((tx) => findContents(tx, table))
  if (isGood(known.goodUntil, known.contents, clock.now())) return known.contents
  const { id, account, region, name } = table.record
  await store.transact((tx) => work.enqueue(tx, { kind: COUNT_TABLE, key: id, body: { account, region, name } }))
  await work.firstPiece(COUNT_TABLE, id)
  return (await store.read((tx) => findContents(tx, table))).contents
}

/** How far a count has come. */
interface Body extends Pick<TableRecord, "account" | "region" | "name"> {
  after?: [string, string]
  contents?: Contents
}

/** Counts a large table. The key is its id. */
export const countWork: Worker<Pick<Deps, "store" | "clock">> = {
  async run({ key: id, body }, { store, clock }) {
    const address = body as Body
    let contents = address.contents ?? NOTHING
    let after: KeyBytes | undefined = parsePlace(address.after)
    for (let piece = 0; piece < PIECES_AT_ONCE; piece++) {
      const counted = await store.read(async (tx) => {
        const table = await readTable(tx, address)
        return table?.id === id ? countPiece(tx, table, after!, contents) : undefined
      })
      if (!counted) return done
      contents = counted.contents
      after = counted.after
      if (!after) break
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (after) return again({ ...address, after: formatPlace(after), contents })
    await store.transact((tx) => keepContents(tx, id, contents, clock.now()))
    return done
  },
}

/** Adds the next items to what was counted. `after` is where to go on. */
async function countPiece(
  tx: Reading,
  table: Table,
  from: KeyBytes,
  before: Contents,
): Promise<{ contents: Contents; after: KeyBytes | undefined }> {
  const indexes = [...table.indexes.values()]
  const counts = Object.fromEntries(indexes.map(({ name }) => [name, { items: 0, bytes: 0, ...before.indexes[name] }]))
  const contents = { items: before.items, bytes: before.bytes, indexes: counts }
  const piece: ItemPiece<ItemSize & { item?: Item }> =
    indexes.length === 0 ? await readSizes(tx, table.id, from) : await readItems(tx, table.id, from)
  for (const { size, item } of piece.rows) {
    contents.items++
    contents.bytes += size
    for (const index of indexes) {
      if (!item || !findEntryBytes(index.key, item)) continue
      const count = counts[index.name]!
      count.items++
      count.bytes += index.projected ? sizeOfItem(projectToIndex(index, item)) : size
    }
  }
  return { contents, after: piece.isLast ? undefined : piece.rows.at(-1)!.key }
}

async function keepContents(tx: Writing, tableId: string, contents: Contents, now: number): Promise<void> {
  await tx.run(
    `INSERT INTO ddb_counts (table_id, counted_at, body) VALUES ($1, $2, $3)
     ON CONFLICT (table_id) DO UPDATE SET counted_at = excluded.counted_at, body = excluded.body`,
    tableId,
    now,
    JSON.stringify(contents),
  )
}
