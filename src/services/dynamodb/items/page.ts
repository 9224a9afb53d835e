import type { Reading } from "../../../store/store.ts"
import type { Item } from "../values/attribute-value.ts"
import { sizeOfItem } from "../values/size.ts"
import { projectToIndex } from "./capacity.ts"
import { type PageRow, pageStatement, type Stretch } from "./page-sql.ts"

/** API reference, Query and Scan: what one page may hold before filters. */
const MAXIMUM_PAGE_BYTES = 1024 * 1024
const ROWS_AT_ONCE = 100

export interface Page {
  kept: Item[]
  scanned: number
  bytes: number
  /** The last item that was looked at, where there may be more. */
  last: Item | undefined
}

/**
 * Reads on until the limit, the size of a page or the end. `isKept` is the filter. Rows are read in one snapshot, so the
 * pieces fit together.
 */
export async function readPage(
  tx: Reading,
  stretch: Stretch,
  limit: number | undefined,
  wholeItems: boolean,
  isKept: (item: Item) => boolean,
): Promise<Page> {
  const page: Page = { kept: [], scanned: 0, bytes: 0, last: undefined }
  let { start } = stretch
  while (true) {
    const wanted = Math.min(ROWS_AT_ONCE, (limit ?? Number.POSITIVE_INFINITY) - page.scanned)
    const { sql, values } = pageStatement({ ...stretch, start }, wanted)
    const rows = await tx.all<PageRow>(sql, ...values)
    for (const row of rows) {
      const stored = JSON.parse(row.body) as Item
      const { index } = stretch
      const item = index && !wholeItems ? projectToIndex(index, stored) : stored
      page.scanned++
      page.bytes += item === stored ? row.size : sizeOfItem(item)
      if (isKept(item)) page.kept.push(item)
      if (stretch.isSingle) return page
      if (page.scanned === limit || page.bytes >= MAXIMUM_PAGE_BYTES) return { ...page, last: stored }
    }
    const end = rows[rows.length - 1]
    if (!end || rows.length < wanted) return page
    start = {
      pk: asBuffer(end.pk),
      sk: asBuffer(end.sk),
      item: { pk: asBuffer(end.item_pk), sk: asBuffer(end.item_sk) },
    }
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
