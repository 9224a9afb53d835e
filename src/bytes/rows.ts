import type { Reading, Store, Writing } from "../store/store.ts"
import { createBlocks } from "./blocks.ts"
import type { Engine } from "./engine.ts"
import { missing } from "./errors.ts"
import { familyOf } from "./ids.ts"

/** Every chunk but the last has this size, so that an offset tells its chunk. */
export const CHUNK_BYTES = 1024 * 1024
/** Chunks that one transaction deletes: others wait for it. */
const REMOVED_AT_ONCE = 16

/** Bodies as rows of the database, in chunks: for nodes that share a database and nothing else. */
export function createRowsEngine(store: Store): Engine {
  return {
    /** Full chunks are written in transactions of their own; the last, which mostly is the only one, when it is kept. */
    grantsLeases: true,
    async create(id, { grant } = {}) {
      let number = 0
      const blocks = createBlocks(CHUNK_BYTES, async (chunk) => {
        const at = number++
        await store.transact(async (tx) => {
          if (at === 0) await grant?.(tx)
          await insertChunk(tx, id, at, chunk)
        })
      })
      return {
        write: blocks.add,
        finish: async () => (tx) => insertChunk(tx, id, number, blocks.last()),
        async abort() {
          while (!(await removeRows(store, id))) {}
        },
      }
    },

    async find(id) {
      const last = await store.read((tx) =>
        tx.get<{ number: number; size: number }>(
          "SELECT number, LENGTH(content) AS size FROM bytes_chunks WHERE id = $1 ORDER BY number DESC LIMIT 1",
          id,
        ),
      )
      return last && last.number * CHUNK_BYTES + last.size
    },

    async *read(id, { start, end }) {
      for (let at = start; at < end; ) {
        const number = Math.floor(at / CHUNK_BYTES)
        const chunk = await store.read((tx) =>
          tx.get<{ content: Uint8Array }>("SELECT content FROM bytes_chunks WHERE id = $1 AND number = $2", id, number),
        )
        const from = at - number * CHUNK_BYTES
        const piece = chunk?.content.subarray(from, from + end - at)
        if (!piece || piece.length === 0) throw missing(id, `there is no chunk ${number}`)
        at += piece.length
        yield piece
      }
    },

    remove: (id) => removeRows(store, id),
  }
}

/** The next body that has chunks, in the order of their ids. */
export const findNextRow = async (tx: Reading, after: string): Promise<string | undefined> =>
  (await tx.get<{ id: string }>("SELECT id FROM bytes_chunks WHERE id > $1 ORDER BY id LIMIT 1", after))?.id

const insertChunk = (tx: Writing, id: string, number: number, content: Uint8Array) =>
  tx.run("INSERT INTO bytes_chunks (id, number, content) VALUES ($1, $2, $3)", id, number, content)

/** Some chunks of a body or of a family (`family/...`, whose ids lie in a row). True where none are left. */
async function removeRows(store: Store, id: string): Promise<boolean> {
  const [least, most] = id === familyOf(id) ? [`${id}/`, `${id}0`] : [id, id]
  return store.transact(async (tx) => {
    const chunks = await tx.all<{ id: string; number: number }>(
      `SELECT id, number FROM bytes_chunks WHERE id = $1 OR (id >= $2 AND id < $3) ORDER BY id, number LIMIT ${REMOVED_AT_ONCE}`,
      id,
      least,
      most,
    )
    for (const chunk of chunks)
      await tx.run("DELETE FROM bytes_chunks WHERE id = $1 AND number = $2", chunk.id, chunk.number)
    return chunks.length < REMOVED_AT_ONCE
  })
}
