import { BoundedCache } from "../../../base/bounded-cache.ts"
import type { Deps } from "../../../call.ts"
import { type Appender, createAppender } from "../../../records/appender.ts"
import type { Store } from "../../../store/store.ts"
import { READ_BYTES_PER_SECOND } from "../limits.ts"
import type { Stream } from "../streams/record.ts"
import { Allowance, ShardThroughput } from "./throughput.ts"

/** What of writing and reading lives in the memory of one server. */
export interface Plane {
  appender: Appender
  /** By the log of the shard. */
  throughputs: BoundedCache<string, ShardThroughput>
  /** What a consumer that has subscribed to a shard is given of it, by the name of the subscription. */
  paces: BoundedCache<string, Allowance>
}

/** More than the shards of twenty accounts. */
const SHARDS_REMEMBERED = 10_000

// A server has one store: what is handed on of `Deps` is another object each time, and the store is the same.
const planes = new WeakMap<Store, Plane>()

export function planeOf({ store, clock }: Pick<Deps, "store" | "clock">): Plane {
  let plane = planes.get(store)
  if (!plane) {
    plane = {
      appender: createAppender({ store, clock }),
      throughputs: new BoundedCache(SHARDS_REMEMBERED),
      paces: new BoundedCache(SHARDS_REMEMBERED),
    }
    planes.set(store, plane)
  }
  return plane
}

export function throughputOf({ throughputs }: Plane, log: string, now: number): ShardThroughput {
  let found = throughputs.find(log)
  if (!found) {
    found = new ShardThroughput(now)
    throughputs.put(log, found)
  }
  return found
}

/** A subscription that takes over another one of its name goes on where that one's was. */
export function paceOf({ paces }: Plane, subscription: string, now: number): Allowance {
  let found = paces.find(subscription)
  if (!found) {
    found = new Allowance(READ_BYTES_PER_SECOND, now)
    paces.put(subscription, found)
  }
  return found
}

/** A tag by which a stream's owner has it not throttled; an extension of Hallpass. */
const UNLIMITED_TAG = "hallpass:throughput"

export const isUnlimited = ({ record }: Stream, { unlimitedStreams }: Pick<Deps, "unlimitedStreams">): boolean =>
  unlimitedStreams || record.tags[UNLIMITED_TAG] === "unlimited"
