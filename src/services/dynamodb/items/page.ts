import { setImmediate as nextTurn } from "node:timers/promises"
import type { Reading, Store } from "../../../store/store.ts"
import { holds } from "../expressions/evaluate.ts"
import { projectItem } from "../expressions/project.ts"
import type { BoundCondition } from "../expressions/syntax.ts"
import { findKeyBytes } from "../tables/keys.ts"
import type { Item } from "../values/attribute-value.ts"
import { sizeOfItem } from "../values/size.ts"
import { projectToIndex } from "./capacity.ts"
import { type Position, pageStatement, type Stretch } from "./page-sql.ts"
import type { ItemRow } from "./rows.ts"
import type { Selection } from "./selection.ts"

/** API reference, Query and Scan: what one page may hold before filters. */
const MAXIMUM_PAGE_BYTES = 1024 * 1024
const ROWS_AT_ONCE = 100
const ROWS_PER_TURN = 1_000

export interface Page {
  count: number
  /** What is shown of each item that was kept, as JSON; none where they are only counted. */
  texts: string[]
  scanned: number
  bytes: number
  /** Sizes of the items that a local index had to fetch from its table. */
  fetched: number[]
  /** The JSON of the last item that was looked at, where there may be more. */
  last: string | undefined
}

/**
 * Reads on until the limit, the size of a page or the end. A row is parsed only where something of its item has to be
 * looked at: it is shown as it is stored. Others have their turn in the middle of a page of many rows; what they write then
 * may be in the rest of it, as on AWS, whose pages are no snapshots either.
 */
export async function readPage(
  store: Store,
  stretch: Stretch,
  limit: number | undefined,
  filter: BoundCondition | undefined,
  selection: Selection,
): Promise<Page> {
  let page: Page = { count: 0, texts: [], scanned: 0, bytes: 0, fetched: [], last: undefined }
  let start: Position | undefined = stretch.start
  for (;;) {
    const [before, from]: [Page, Stretch] = [page, { ...stretch, start }]
    const { part, next } = await store.read((tx) => readSome(tx, before, from, limit, filter, selection))
    page = { ...part, texts: [...before.texts, ...part.texts], fetched: [...before.fetched, ...part.fetched] }
    if (!next) return page
    start = next
    await nextTurn()
  }
}

/** As many of the next rows as one turn may have, counted on from what was before; and where to go on, if there is more. */
async function readSome(
  tx: Reading,
  before: Page,
  stretch: Stretch,
  limit: number | undefined,
  filter: BoundCondition | undefined,
  selection: Selection,
): Promise<{ part: Page; next?: Position | undefined }> {
  const part: Page = { ...before, texts: [], fetched: [] }
  let next = stretch.start
  for (let rows = 0; rows < ROWS_PER_TURN; rows += ROWS_AT_ONCE) {
    const wanted = Math.min(ROWS_AT_ONCE, (limit ?? Number.POSITIVE_INFINITY) - part.scanned)
    const { sql, values } = pageStatement({ ...stretch, start: next }, wanted)
    const found = await tx.all<ItemRow>(sql, ...values)
    if (addRows(part, found, stretch, limit, filter, selection)) return { part }
    const end = found[found.length - 1]
    if (!end || found.length < wanted) return { part }
    next = positionOf(stretch, JSON.parse(end.body) as Item)
  }
  return { part, next }
}

/** Whether the page ends with one of them. */
function addRows(
  page: Page,
  rows: readonly ItemRow[],
  { index, isSingle }: Stretch,
  limit: number | undefined,
  filter: BoundCondition | undefined,
  { wholeItems, countsOnly, paths }: Selection,
): boolean {
  const isNarrow = index?.projected !== undefined
  const isParsed = isNarrow || filter !== undefined || (paths !== undefined && !countsOnly)
  for (const row of rows) {
    const stored = isParsed ? (JSON.parse(row.body) as Item) : undefined
    const entry = isNarrow && stored ? projectToIndex(index, stored) : stored
    const item = wholeItems ? stored : entry
    page.scanned++
    page.bytes += entry === stored ? row.size : sizeOfItem(entry!)
    if (isNarrow && wholeItems) page.fetched.push(row.size)
    if (!filter || holds(filter, item!)) {
      page.count++
      const isWhole = item === stored && !paths
      if (!countsOnly) page.texts.push(isWhole ? row.body : JSON.stringify(paths ? projectItem(item!, paths) : item))
    }
    if (isSingle) return true
    if (page.scanned === limit || page.bytes >= MAXIMUM_PAGE_BYTES) {
      page.last = row.body
      return true
    }
  }
  return false
}

/** Where an item that is there stands. */
function positionOf({ table, index }: Stretch, item: Item): Position {
  const place = findKeyBytes(table.key, item)!
  return index ? { ...findKeyBytes(index.key, item)!, item: place } : place
}
