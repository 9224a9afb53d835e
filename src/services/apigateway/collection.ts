import type { Reading, Writing } from "../../store/store.ts"
import { tooLarge } from "./errors.ts"

/**
 * Records of one kind: each has an owner (an account in a region, an API, a domain name) and an id that is unique with its
 * owner. What was put is found by both, and an owner's are listed in the order of their ids.
 */
export interface Collection<T> {
  readonly kind: string
  read(tx: Reading, owner: string, id: string): Promise<T | undefined>
  /** In the order of the ids, those after `after` alone. */
  list(tx: Reading, owner: string, after: string, limit: number): Promise<Stored<T>[]>
  /** Every one: of kinds that are bounded for an owner. */
  all(tx: Reading, owner: string): Promise<Stored<T>[]>
  count(tx: Reading, owner: string): Promise<number>
  put(tx: Writing, owner: string, id: string, record: T): Promise<void>
  /** Whether there was one. */
  remove(tx: Writing, owner: string, id: string): Promise<boolean>
  /** Of ids that are unique whoever owns them. */
  readAnywhere(tx: Reading, id: string): Promise<{ owner: string; record: T } | undefined>
}

export interface Stored<T> {
  id: string
  record: T
}

/** The kind and the id of the row that says what the others come to. */
const SIZE = "size"
/** The kind of the rows that say how many there are; their ids are the kinds that are counted. */
const COUNT = "count"

interface StoredRow {
  id: string
  body: string
}

interface Options {
  /** Under which kind, and by which key, the records are cached; left out, they are not. */
  cache?: { kind: string; key(owner: string, id: string): string }
  /** Whether the records of an owner are bounded in their characters, all kinds together that are. */
  sized?: boolean
  /** Whether an owner may have so many of them that they are counted as they come and go. */
  counted?: boolean
}

/**
 * AWS bounds what an API is made of by the numbers of its parts and by what an import may have (6 MB), and the parts one by one are
 * far more. A deployment is one document, so that there is a bound for all of it here.
 */
const MOST_CHARACTERS = 16 * 1024 * 1024

export function collection<T>(kind: string, { cache, sized, counted }: Options = {}): Collection<T> {
  const changed = async (tx: Writing, owner: string, id: string) => {
    if (cache) await tx.changed(cache.kind, cache.key(owner, id))
  }
  const bodyOf = async (tx: Reading, owner: string, id: string, ofKind = kind): Promise<string | undefined> =>
    (
      await tx.get<{ body: string }>(
        "SELECT body FROM apigateway_records WHERE owner = $1 AND kind = $2 AND id = $3",
        owner,
        ofKind,
        id,
      )
    )?.body
  const write = (tx: Writing, owner: string, id: string, body: string, ofKind = kind) =>
    tx.run(
      `INSERT INTO apigateway_records (owner, kind, id, body) VALUES ($1, $2, $3, $4)
       ON CONFLICT (owner, kind, id) DO UPDATE SET body = excluded.body`,
      owner,
      ofKind,
      id,
      body,
    )
  /** Counts what an owner's records come to. */
  async function resize(tx: Writing, owner: string, id: string, characters: number): Promise<void> {
    if (!sized) return
    const before = (await bodyOf(tx, owner, id))?.length ?? 0
    const total = Number((await bodyOf(tx, owner, SIZE, SIZE)) ?? 0) + characters - before
    if (characters > before && total > MOST_CHARACTERS) throw tooLarge()
    await write(tx, owner, SIZE, String(total), SIZE)
  }
  async function recount(tx: Writing, owner: string, by: number): Promise<void> {
    if (!counted || by === 0) return
    const before = Number((await bodyOf(tx, owner, kind, COUNT)) ?? 0)
    await write(tx, owner, kind, String(before + by), COUNT)
  }
  const parse = ({ id, body }: StoredRow): Stored<T> => ({ id, record: JSON.parse(body) as T })
  const list: Collection<T>["list"] = async (tx, owner, after, limit) => {
    const rows = await tx.all<StoredRow>(
      `SELECT id, body FROM apigateway_records
       WHERE owner = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4`,
      owner,
      kind,
      after,
      limit,
    )
    return rows.map(parse)
  }
  return {
    kind,
    list,
    all: (tx, owner) => list(tx, owner, "", Number.MAX_SAFE_INTEGER),
    async read(tx, owner, id) {
      const body = await bodyOf(tx, owner, id)
      return body === undefined ? undefined : (JSON.parse(body) as T)
    },
    async count(tx, owner) {
      if (counted) return Number((await bodyOf(tx, owner, kind, COUNT)) ?? 0)
      const row = await tx.get<{ n: number | bigint }>(
        "SELECT COUNT(*) AS n FROM apigateway_records WHERE owner = $1 AND kind = $2",
        owner,
        kind,
      )
      return Number(row!.n)
    },
    async put(tx, owner, id, record) {
      const body = JSON.stringify(record)
      await resize(tx, owner, id, body.length)
      if (counted && (await bodyOf(tx, owner, id)) === undefined) await recount(tx, owner, 1)
      await write(tx, owner, id, body)
      await changed(tx, owner, id)
    },
    async remove(tx, owner, id) {
      await resize(tx, owner, id, 0)
      const gone = await tx.run(
        "DELETE FROM apigateway_records WHERE owner = $1 AND kind = $2 AND id = $3",
        owner,
        kind,
        id,
      )
      await recount(tx, owner, -gone)
      await changed(tx, owner, id)
      return gone > 0
    },
    async readAnywhere(tx, id) {
      const row = await tx.get<{ owner: string; body: string }>(
        "SELECT owner, body FROM apigateway_records WHERE kind = $1 AND id = $2",
        kind,
        id,
      )
      return row && { owner: row.owner, record: JSON.parse(row.body) as T }
    },
  }
}
