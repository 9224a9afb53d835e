import { randomUUID } from "../base/random.ts"
import { refused } from "../store/errors.ts"
import type { Store } from "../store/store.ts"
import type { Engine } from "./engine.ts"
import { endLease } from "./leases.ts"
import type { Room } from "./room.ts"
import type { Upstream } from "./upstream/engine.ts"

/** Where the bodies of a server are to lie. */
export type Place =
  | { kind: "memory" }
  | { kind: "rows" }
  | { kind: "directory"; path: string }
  | ({ kind: "s3" } & Upstream)

/** A body that holds the name of its place. */
const SIGN = "hallpass-place"
const MOST_BYTES = 100

interface Known {
  id: string
  has_sign: number
}

/**
 * Refuses a place that is not the one where the bodies of this database lie: a disk that is not mounted, another directory
 * than before. The first time, the place gets a sign, which the database remembers. `engine` is undefined where bodies lie
 * nowhere else than in the database.
 */
export async function assertPlace(room: Room, engine: Engine | undefined): Promise<void> {
  const { store } = room
  const known = await remember(store, engine !== undefined)
  if (!known) return
  const sign = engine && (await readSign(engine))
  if (known.has_sign === 0 && engine) {
    if (sign === undefined) await writeSign(room, known.id)
    await store.transact((tx) => tx.run("UPDATE bytes_places SET id = $1, has_sign = 1", sign ?? known.id))
    return
  }
  if (sign !== known.id)
    throw refused(
      `the bytes of the objects in this database are not in ${engine ? "the place that is named for them: is it mounted, and the same as before" : "it, but in a directory or a bucket: name it as before"}`,
    )
}

/** The one row, made where there is none and one is needed. Nodes that start at the same moment agree on it. */
async function remember(store: Store, isNeeded: boolean): Promise<Known | undefined> {
  const find = () => store.read((tx) => tx.get<Known>("SELECT id, has_sign FROM bytes_places WHERE name = 'objects'"))
  const known = await find()
  if (known || !isNeeded) return known
  await store.transact((tx) =>
    tx.run(
      "INSERT INTO bytes_places (name, id, has_sign) VALUES ('objects', $1, 0) ON CONFLICT DO NOTHING",
      randomUUID(),
    ),
  )
  return find()
}

async function readSign(engine: Engine): Promise<string | undefined> {
  const size = await engine.find(SIGN)
  if (size === undefined || size > MOST_BYTES) return undefined
  const pieces: Buffer[] = []
  for await (const piece of engine.read(SIGN, { start: 0, end: size })) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

/** Nodes may do so at the same moment; they write the same. */
async function writeSign({ write, store }: Room, text: string): Promise<void> {
  const { id } = await write([Buffer.from(text)], { as: SIGN })
  await store.transact((tx) => endLease(tx, id))
}
