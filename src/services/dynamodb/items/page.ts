import type { Reading } from "../../../store/store.ts"
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
 * Reads on until the limit, the size of a page or the end. Rows are read in one snapshot, so the pieces fit together. A row
 * is parsed only where something of its item has to be looked at: it is shown as it is stored.
 */
export async function readPage(
  tx: Reading,
  stretch: Stretch,
  limit: number | undefined,
  filter: BoundCondition | undefined,
  { wholeItems, countsOnly, paths }: Selection,
): Promise<Page> {
  const { index, isSingle } = stretch
  const isNarrow = index?.projected !== undefined
  const isParsed = isNarrow || filter !== undefined || (paths !== undefined && !countsOnly)
  const page: Page = { count: 0, texts: [], scanned: 0, bytes: 0, fetched: [], last: undefined }
  let { start } = stretch
  while (true) {
    const wanted = Math.min(ROWS_AT_ONCE, (limit ?? Number.POSITIVE_INFINITY) - page.scanned)
    const { sql, values } = pageStatement({ ...stretch, start }, wanted)
    const rows = await tx.all<ItemRow>(sql, ...values)
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
      if (isSingle) return page
      if (page.scanned === limit || page.bytes >= MAXIMUM_PAGE_BYTES) return { ...page, last: row.body }
    }
    const end = rows[rows.length - 1]
    if (!end || rows.length < wanted) return page
    start = positionOf(stretch, JSON.parse(end.body) as Item)
  }
}

/** Where an item that is there stands. */
function positionOf({ table, index }: Stretch, item: Item): Position {
  const place = findKeyBytes(table.key, item)!
  return index ? { ...findKeyBytes(index.key, item)!, item: place } : place
}
