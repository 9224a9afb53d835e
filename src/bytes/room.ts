import type { Clock } from "../base/clock.ts"
import type { Store, Writing } from "../store/store.ts"
import type { Bytes, Segment, Span, WriteOptions, Written } from "./bytes.ts"
import type { Engine, Sink } from "./engine.ts"
import { missing, swept } from "./errors.ts"
import { createHolds, type Holds } from "./holds.ts"
import { assertId, familyOf, newBodyId } from "./ids.ts"
import { condemn, endLease, forgetLease, grantLease } from "./leases.ts"
import { withRows } from "./moving/with-rows.ts"
import { createReserve } from "./reserve.ts"

export interface RoomParts {
  store: Store
  clock: Clock
  engine: Engine
  /** Where bodies lay before and may still lie: rows of the database. */
  rows?: Engine
  /** Told of what could not be removed. */
  onFault(error: unknown): void
  clear?(): void
}

/** What the work in the background needs beside what everybody may use. */
export interface Room extends Bytes {
  store: Store
  clock: Clock
  /** All places together. */
  engine: Engine
  rows: Engine | undefined
  holds: Holds
  /** Removes everything, of a place that keeps nothing. */
  clear(): void
  onFault(error: unknown): void
  /** Writes a body that gets another's name when it is whole: see `Engine.create`. */
  write(body: Parameters<Bytes["write"]>[0], options?: WriteOptions & { as?: string }): Promise<Written>
}

/** Bodies in an engine, and in the store which of them nobody owns. */
export function createRoom({ store, clock, engine: newest, rows, onFault, clear = () => {} }: RoomParts): Room {
  const engine = rows ? withRows(newest, rows) : newest
  const holds = createHolds(store, clock)
  const reserve = createReserve(store, clock)

  /** What cannot be removed now is swept when the lease has run out. */
  async function abort(id: string, sink: Sink | undefined): Promise<void> {
    try {
      await sink?.abort()
      await store.transact((tx) => forgetLease(tx, id))
    } catch {}
  }

  return {
    store,
    clock,
    engine,
    rows,
    holds,
    onFault,
    clear() {
      clear()
      reserve.clear()
    },

    async write(body, { family, as } = {}) {
      const isReserved = family === undefined && !engine.grantsLeases
      const id = isReserved ? await reserve.take() : newBodyId(family)
      const hold = holds.hold([id, familyOf(id)])
      let isLeased = isReserved
      const grant = (tx: Writing) => {
        isLeased = true
        return grantLease(tx, id, clock.now())
      }
      let sink: Sink | undefined
      let size = 0
      try {
        if (!isLeased && !engine.grantsLeases) await store.transact(grant)
        sink = await engine.create(id, { as, grant })
        for await (const piece of body) {
          size += piece.length
          await sink.write(piece)
          await hold.renew()
        }
        const last = await sink.finish()
        return { id, size, isLeased, ...(last && { last }) }
      } catch (error) {
        await abort(id, sink)
        throw error
      } finally {
        hold.release()
      }
    },

    async keep(tx, { id, last, isLeased }) {
      if (isLeased && !(await endLease(tx, id))) throw swept()
      await last?.(tx)
    },

    /** The lease tells whether it was kept: where a commit got no answer, nobody else knows. */
    async discard({ id, isLeased }) {
      try {
        if (!isLeased || !(await store.transact((tx) => condemn(tx, id, Number.MAX_SAFE_INTEGER)))) return
        while (!(await engine.remove(id))) {}
        await store.transact((tx) => forgetLease(tx, id))
      } catch {
        // It is swept.
      }
    },

    drop: (tx, id) => grantLease(tx, assertId(id), clock.now()),

    async assertThere({ id, size }) {
      const found = await engine.find(id)
      if (found === undefined) throw missing(id, "nothing is there")
      if (found !== size) throw missing(id, `there are ${found} bytes in place of ${size}`)
    },

    async *read(segments, span) {
      const wanted = spansOf(segments, span)
      const hold = holds.hold(wanted.map(({ id }) => familyOf(id)))
      try {
        for (const { id, ...part } of wanted)
          for await (const piece of engine.read(id, part)) {
            yield piece
            await hold.renew()
          }
      } finally {
        hold.release()
      }
    },
  }
}

/** What a span takes of each body in a row. */
function spansOf(segments: readonly Segment[], span: Span): ({ id: string } & Span)[] {
  const spans: ({ id: string } & Span)[] = []
  let offset = 0
  for (const { id, size } of segments) {
    if (offset >= span.end) break
    const start = Math.max(span.start - offset, 0)
    const end = Math.min(span.end - offset, size)
    offset += size
    if (start < end) spans.push({ id, start, end })
  }
  return spans
}
