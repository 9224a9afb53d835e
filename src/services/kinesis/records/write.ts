import type { Deps } from "../../../call.ts"
import type { Position } from "../../../records/positions.ts"
import type { Writing } from "../../../store/store.ts"
import type { StreamName } from "../arns.ts"
import { isOpenShard, logOf, type Shard } from "../shards/record.ts"
import { assertInUse, findStream, readStream, type Stream } from "../streams/record.ts"
import { planeOf } from "./plane.ts"

/** The shard takes no records any more: they belong to another one. Never leaves this file but for the one who tries again. */
export class ShardClosed extends Error {}

/** Appends to a shard as long as it is open, together with what others write there at the same time. */
export async function appendTo(
  deps: Pick<Deps, "store" | "clock">,
  stream: Stream,
  shard: Shard,
  bodies: readonly Uint8Array[],
): Promise<Position> {
  const admit = async (tx: Writing) => {
    if (!(await isOpenShard(tx, stream.record.id, shard.number))) throw new ShardClosed()
  }
  const { first } = await planeOf(deps).appender.append(logOf(stream.record.id, shard.number), bodies, admit)
  return first
}

/** Shards are split and merged rarely: who meets that many in a row meets a defect. */
const TRIES = 10

/**
 * Writes to a stream as it is, and once more where a shard was closed meanwhile, or the stream was made anew: another node may
 * not have heard of it yet, and asks the database then.
 */
export async function withStream<T>(
  { store }: Pick<Deps, "store">,
  name: StreamName,
  write: (stream: Stream) => Promise<T>,
): Promise<T> {
  const known = findStream(store, name)
  let stream = assertInUse(known instanceof Promise ? await known : known, name)
  for (let tries = 1; ; tries++) {
    try {
      return await write(stream)
    } catch (error) {
      if (!(error instanceof ShardClosed) || tries === TRIES) throw error
      stream = assertInUse(await store.read((tx) => readStream(tx, name)), name)
    }
  }
}
