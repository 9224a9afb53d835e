import { BoundedCache } from "../base/bounded-cache.ts"
import type { Clock } from "../base/clock.ts"
import type { Store, Writing } from "../store/store.ts"
import { appendRecords } from "./append.ts"
import type { Position } from "./positions.ts"

/** Looks, in the transaction that appends, whether the shard still takes records; throws what its writers are told. */
export type Admit = (tx: Writing) => Promise<void>

export interface Appender {
  /**
   * Appends to a shard and resolves, when that is durable, with the position of the first record. What comes while a transaction
   * for the shard is under way is appended by the next one, all together: one row and one commit for many writers. Records of
   * one call stand together and in their order.
   */
  append(shard: string, bodies: readonly Uint8Array[], admit: Admit): Promise<{ first: Position; at: number }>
}

interface Waiting {
  bodies: readonly Uint8Array[]
  admit: Admit
  resolve(appended: { first: Position; at: number }): void
  reject(error: unknown): void
}

/** One transaction takes no more: a commit that takes long is one that everybody waits for. */
const BYTES_AT_ONCE = 8 * 1024 * 1024

/** What the last transaction of a shard did: by it the next one knows whom to wait for. */
interface Last {
  writers: number
  milliseconds: number
}

/** No group waits longer for writers that may not come. */
const LONGEST_WAIT_MILLISECONDS = 2
/** So many share a commit anyway where they write at once. */
const CROWD = 4
const SHARDS_REMEMBERED = 1_000

/** For records that are about nothing else in the store; what is, is written by `appendRecords` in its own transaction. */
export function createAppender({ store, clock }: { store: Store; clock: Clock }): Appender {
  const queues = new Map<string, Waiting[]>()
  const lasts = new BoundedCache<string, Last>(SHARDS_REMEMBERED)
  /** Queues that wait for more writers, and what is told when so many are there. */
  const gathering = new Map<Waiting[], { writers: number; isComplete(): void }>()

  async function drain(shard: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      await gather(queue, lasts.find(shard))
      const group = takeSome(queue)
      const start = performance.now()
      await appendAll(shard, group)
      lasts.put(shard, { writers: group.length, milliseconds: performance.now() - start })
    }
    queues.delete(shard)
  }

  /**
   * Whoever was answered by the last transaction is likely to write again, and comes a moment later than the first of them. So many are
   * waited for, no longer than that transaction took: a commit for each of them would take longer than that. A few writers
   * wait for nobody.
   */
  function gather(queue: Waiting[], last: Last | undefined): Promise<void> | undefined {
    if (!last || last.writers < CROWD || queue.length >= last.writers) return undefined
    return new Promise((resolve) => {
      const isComplete = () => {
        clearTimeout(timer)
        gathering.delete(queue)
        resolve()
      }
      const timer = setTimeout(isComplete, Math.min(last.milliseconds, LONGEST_WAIT_MILLISECONDS))
      gathering.set(queue, { writers: last.writers, isComplete })
    })
  }

  async function appendAll(shard: string, group: readonly Waiting[]): Promise<void> {
    try {
      const { first, at } = await store.transact(async (tx) => {
        await group[0]!.admit(tx)
        const at = clock.now()
        return {
          at,
          first: await appendRecords(
            tx,
            shard,
            group.flatMap(({ bodies }) => bodies),
            at,
          ),
        }
      })
      let position = first
      for (const { bodies, resolve } of group) {
        resolve({ first: position, at })
        position += bodies.length
      }
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  return {
    append(shard, bodies, admit) {
      return new Promise((resolve, reject) => {
        const waiting = { bodies, admit, resolve, reject }
        const queue = queues.get(shard)
        if (queue) {
          queue.push(waiting)
          const awaited = gathering.get(queue)
          if (awaited && queue.length >= awaited.writers) awaited.isComplete()
          return
        }
        const begun = [waiting]
        queues.set(shard, begun)
        // What else came in this turn of the event loop goes with it.
        setImmediate(() => void drain(shard, begun))
      })
    },
  }
}

function takeSome(queue: Waiting[]): Waiting[] {
  let bytes = 0
  let count = 0
  for (const { bodies } of queue) {
    for (const body of bodies) bytes += body.length
    if (count > 0 && bytes > BYTES_AT_ONCE) break
    count++
  }
  return queue.splice(0, count)
}
