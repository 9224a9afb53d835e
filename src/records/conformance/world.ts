import { randomUUID } from "../../base/random.ts"
import type { Store } from "../../store/store.ts"
import { appendRecords } from "../append.ts"
import type { Position } from "../positions.ts"
import { type Page, readRecords, type Span } from "../read.ts"

export const NOW = Date.parse("2026-01-01T00:00:00Z")

/** A shard of its own for each case. */
export const newShard = (): string => `test/${randomUUID()}`

export const bodiesOf = (...texts: string[]): Uint8Array[] => texts.map((text) => Buffer.from(text))

export const append = (store: Store, shard: string, texts: readonly string[], now = NOW): Promise<Position> =>
  store.transact((tx) => appendRecords(tx, shard, bodiesOf(...texts), now))

export const read = (store: Store, shard: string, span: Partial<Span> = {}): Promise<Page> =>
  store.read((tx) => readRecords(tx, shard, { from: 0, count: 10_000, bytes: 10_000_000, ...span }))

export const textsOf = ({ records }: Page): string[] => records.map(({ body }) => Buffer.from(body).toString())
