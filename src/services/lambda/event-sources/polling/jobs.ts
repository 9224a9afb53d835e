import type { Writing } from "../../../../store/store.ts"
import type { JobName } from "../../../../work/queue.ts"
import type { Enqueuing } from "../../../../work/work.ts"
import type { Mapping } from "../record.ts"
import type { Poller } from "./pollers.ts"

/** Brings a mapping to its state, and finds its shards. The key is its UUID. */
export const TEND = "lambda:event-source"
/** Reads one lane of a shard for a mapping. */
export const POLL = "lambda:poll"
/** Looks for what other nodes append. */
export const WATCH = "lambda:watch-event-sources"

/** Where the mapping's record is. */
export type Tended = Pick<Mapping, "account" | "region">

/** A lane of a shard. */
export type Polled = Pick<Mapping, "account" | "region" | "uuid"> & { shard: string; lane: number }

export async function enqueueTending(
  work: Enqueuing,
  tx: Writing,
  { account, region, uuid }: Pick<Mapping, "account" | "region" | "uuid">,
): Promise<void> {
  await work.enqueue(tx, { kind: TEND, key: uuid, body: { account, region } satisfies Tended })
}

export const pollName = ({ mapping, shard }: Pick<Poller, "mapping" | "shard">, lane: number): JobName => ({
  kind: POLL,
  key: `${mapping}/${shard}/${lane}`,
})

/** All lanes of a shard. Those of one mapping are in one lane of the work, so that none takes the room of others. */
export async function enqueuePolling(
  work: Enqueuing,
  tx: Writing,
  { account, region, uuid }: Pick<Mapping, "account" | "region" | "uuid">,
  poller: Poller,
): Promise<void> {
  for (let lane = 0; lane < poller.lanes; lane++) {
    const body: Polled = { account, region, uuid, shard: poller.shard, lane }
    await work.enqueue(tx, { ...pollName(poller, lane), body, lane: uuid })
  }
  await work.enqueue(tx, { kind: WATCH, key: "" })
}
