import { createHash, randomBytes } from "node:crypto"
import { type MovableClock, movableClock } from "../../base/clock.ts"
import type { Migration, Store } from "../../store/store.ts"
import type { Written } from "../bytes.ts"
import type { Engine as BytesEngine } from "../engine.ts"
import { LEASE_MILLISECONDS } from "../leases.ts"
import { createRoom, type Room } from "../room.ts"
import { sweepSome } from "../sweep.ts"

/** A room on a store, as a server has them. */
export interface Node {
  room: Room
  store: Store
  clock: MovableClock
}

/** A database with room for bytes. */
export interface World {
  /** A server more on it, where several can be. */
  open(): Promise<Node>
  /** The ids of all bodies that there is anything of, whole or not. */
  list(): Promise<string[]>
  remove(): Promise<void>
}

export interface Engine {
  createWorld(): Promise<World>
  /** Whether several servers can be on it at the same time. */
  isShared: boolean
  /** Bytes that a body may lie in whose parts cannot be told apart by their sizes: of chunks, parts, buffers. */
  blockBytes: number
}

/** A world of servers that have their store and their engine in common, and a clock that can be set. */
export function createWorld(parts: {
  openStore(clock: MovableClock): Promise<Store>
  engineOf(store: Store, clock: MovableClock): BytesEngine
  list: World["list"]
  remove?(): Promise<void> | void
}): World {
  const clock = movableClock()
  const nodes: Node[] = []
  return {
    async open() {
      const store = await parts.openStore(clock)
      const onFault = (error: unknown) => {
        throw error
      }
      const room = createRoom({ store, clock, engine: parts.engineOf(store, clock), onFault })
      const node = { room, store, clock }
      nodes.push(node)
      return node
    },
    list: parts.list,
    async remove() {
      for (const { store } of nodes) await store.close()
      await parts.remove?.()
    },
  }
}

/** Records that own bodies. */
export const OWNED: Migration = {
  name: "owned-1-create",
  sql: "CREATE TABLE owned (id TEXT PRIMARY KEY, size BIGINT NOT NULL, md5 TEXT NOT NULL)",
}

export const md5Of = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex")

/** Pieces in memory that is used again, as those who write may do. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(size)
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size)
    memory.set(piece)
    yield memory.subarray(0, piece.length)
    memory.fill(0)
  }
}

export const keep = ({ room, store }: Node, written: Written, bytes: Uint8Array): Promise<unknown> =>
  store.transact(async (tx) => {
    await room.keep(tx, written)
    await tx.run("INSERT INTO owned (id, size, md5) VALUES ($1, $2, $3)", written.id, written.size, md5Of(bytes))
  })

export async function writeAndKeep(node: Node, bytes: Uint8Array, family?: string): Promise<string> {
  const written = await node.room.write(inPieces(bytes, 65_536), family === undefined ? {} : { family })
  await keep(node, written, bytes)
  return written.id
}

export const drop = ({ room, store }: Node, id: string): Promise<unknown> =>
  store.transact(async (tx) => {
    await room.drop(tx, id)
    await tx.run("DELETE FROM owned WHERE id = $1 OR id LIKE $2", id, `${id}/%`)
  })

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = []
  for await (const piece of pieces) copies.push(Buffer.from(piece))
  return Buffer.concat(copies)
}

export const readWhole = ({ room }: Node, id: string, size: number): Promise<Buffer> =>
  collect(room.read([{ id, size }], { start: 0, end: size }))

export async function sweepAll({ room }: Node): Promise<void> {
  const { signal } = new AbortController()
  let after: Awaited<ReturnType<typeof sweepSome>>
  do after = await sweepSome(room, signal, after)
  while (after !== undefined)
}

/** Sweeps when every lease that was given until now has run out. */
export async function sweepLater(node: Node): Promise<void> {
  node.clock.set(node.clock.now() + LEASE_MILLISECONDS + 1)
  await sweepAll(node)
}

export const some = (size: number): Buffer => randomBytes(size)
