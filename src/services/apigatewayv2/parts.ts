import type { Reading, Writing } from "../../store/store.ts"

/** What an API or a domain name is made of: records of one kind, each with an id of its own below its owner's. */
export interface Parts<T> {
  read(tx: Reading, owner: string, id: string): Promise<T | undefined>
  /** In the order of their ids. */
  list(tx: Reading, owner: string, after: string, limit: number): Promise<Part<T>[]>
  /** Every one; all kinds are bounded by what an owner may have. */
  all(tx: Reading, owner: string): Promise<Part<T>[]>
  put(tx: Writing, owner: string, id: string, body: T): Promise<void>
  /** Whether there was one. */
  remove(tx: Writing, owner: string, id: string): Promise<boolean>
}

export interface Part<T> {
  id: string
  body: T
}

interface Row {
  kind: string
  id: string
  body: string
}

/** What is cached of a kind is cached by `<owner>/<id>`. */
export function parts<T>(kind: string, cache?: string): Parts<T> {
  const parse = ({ id, body }: Row): Part<T> => ({ id, body: JSON.parse(body) as T })
  const list: Parts<T>["list"] = async (tx, owner, after, limit) =>
    (
      await tx.all<Row>(
        "SELECT kind, id, body FROM apigw2_parts WHERE owner = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4",
        owner,
        kind,
        after,
        limit,
      )
    ).map(parse)
  return {
    list,
    all: (tx, owner) => list(tx, owner, "", ALL),
    async read(tx, owner, id) {
      const row = await tx.get<Row>(
        "SELECT kind, id, body FROM apigw2_parts WHERE owner = $1 AND kind = $2 AND id = $3",
        owner,
        kind,
        id,
      )
      return row && parse(row).body
    },
    async put(tx, owner, id, body) {
      await tx.run(
        `INSERT INTO apigw2_parts (owner, kind, id, body) VALUES ($1, $2, $3, $4)
         ON CONFLICT (owner, kind, id) DO UPDATE SET body = excluded.body`,
        owner,
        kind,
        id,
        JSON.stringify(body),
      )
      if (cache) await tx.changed(cache, `${owner}/${id}`)
    },
    async remove(tx, owner, id) {
      const gone = await tx.run("DELETE FROM apigw2_parts WHERE owner = $1 AND kind = $2 AND id = $3", owner, kind, id)
      if (cache) await tx.changed(cache, `${owner}/${id}`)
      return gone > 0
    },
  }
}

/** More than any owner may have of a kind. */
const ALL = 10_000

/** All that an API is made of, by kind: what a deployment is taken of. */
export async function readEverything(tx: Reading, owner: string): Promise<Map<string, Part<unknown>[]>> {
  const rows = await tx.all<Row>("SELECT kind, id, body FROM apigw2_parts WHERE owner = $1 ORDER BY kind, id", owner)
  const byKind = new Map<string, Part<unknown>[]>()
  for (const { kind, id, body } of rows) {
    const list = byKind.get(kind) ?? []
    list.push({ id, body: JSON.parse(body) })
    byKind.set(kind, list)
  }
  return byKind
}
