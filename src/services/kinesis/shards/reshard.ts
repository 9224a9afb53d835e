import { endOf } from "../../../records/append.ts"
import { nextPosition } from "../../../records/positions.ts"
import { signalShard } from "../../../records/signals.ts"
import type { Writing } from "../../../store/store.ts"
import type { Stream, StreamRecord } from "../streams/record.ts"
import { before, evenRanges, type HashKey } from "./hash-keys.ts"
import { closeShard, insertShard, logOf, type Shard } from "./record.ts"

/** One step of a resharding: of an open shard two are made, or of two neighbours one. */
export type Step = { is: "split"; shard: Shard; at: HashKey } | { is: "merge"; shards: readonly [Shard, Shard] }

/** The shards that a stream begins with: they are as old as it is. */
export async function createShards(tx: Writing, record: StreamRecord, count: number): Promise<StreamRecord> {
  const { id, createdAt } = record
  let number = record.nextShard
  for (const range of evenRanges(count)) await insertShard(tx, id, { ...range, number: number++, createdAt })
  return { ...record, nextShard: number, openShards: record.openShards + count }
}

/** The stream and its open shards, in the order of their hash keys, as they are once the step has been taken. */
export async function takeStep(
  tx: Writing,
  { record, open }: Pick<Stream, "record" | "open">,
  step: Step,
  now: number,
): Promise<Pick<Stream, "record" | "open">> {
  const closed = step.is === "split" ? [step.shard] : step.shards
  for (const shard of closed) await close(tx, record.id, shard, now)
  const made = childrenOf(step, record.nextShard, now)
  for (const shard of made) await insertShard(tx, record.id, shard)
  const { nextShard, openShards } = record
  return {
    record: {
      ...record,
      nextShard: nextShard + made.length,
      openShards: openShards + made.length - closed.length,
    },
    open: [...open.filter((shard) => !closed.includes(shard)), ...made].sort((a, b) => (a.first < b.first ? -1 : 1)),
  }
}

function childrenOf(step: Step, number: number, createdAt: number): Shard[] {
  if (step.is === "split") {
    const { shard, at } = step
    const child = { createdAt, parent: shard.number }
    return [
      { ...child, number, first: shard.first, last: before(at) },
      { ...child, number: number + 1, first: at, last: shard.last },
    ]
  }
  const [one, other] = step.shards
  const [lower, upper] = one.first < other.first ? [one, other] : [other, one]
  return [{ number, createdAt, parent: one.number, adjacentParent: other.number, first: lower.first, last: upper.last }]
}

/** In the transaction that looks where its records end: none comes behind that. Who waits for more of them goes on to the children. */
async function close(tx: Writing, streamId: string, { number }: Shard, now: number): Promise<void> {
  const log = logOf(streamId, number)
  await closeShard(tx, streamId, number, { at: now, end: nextPosition(await endOf(tx, log), now) })
  signalShard(tx, log)
}

/**
 * What is next on the way to so many shards of one size: first every border of the aim is made by a split, then what lies
 * between two borders is merged. Undefined at the aim. `open` are in the order of their hash keys.
 */
export function nextStep(open: readonly Shard[], count: number): Step | undefined {
  const aim = evenRanges(count)
  let at = 0
  for (const shard of open) {
    while (aim[at] && aim[at]!.first <= shard.first) at++
    const border = aim[at]?.first
    if (border !== undefined && border <= shard.last) return { is: "split", shard, at: border }
  }
  const borders = new Set(aim.map(({ first }) => first))
  for (const [index, shard] of open.entries()) {
    const neighbour = open[index + 1]
    if (neighbour && !borders.has(neighbour.first)) return { is: "merge", shards: [shard, neighbour] }
  }
  return undefined
}
