import type { Clock } from "../../../base/clock.ts"
import { signalShard } from "../../../records/signals.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { again, done, type Worker } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"
import type { Consumer } from "../consumers/record.ts"
import { inUse } from "../errors.ts"
import { SUBSCRIPTION_MILLISECONDS } from "../limits.ts"
import { formatShardId, logOf } from "../shards/record.ts"

/** Whose a subscription is, and to what. */
export interface SubscriptionName {
  consumer: Consumer
  shard: number
}

/** One registered anew under the name of another one is another. */
export const keyOf = ({ consumer: { streamId, name, createdAt }, shard }: SubscriptionName): string =>
  `${streamId}/${name}/${createdAt}/${shard}`

/**
 * API Reference, SubscribeToShard: within 5 seconds of a call that was successful, another one gets a ResourceInUseException;
 * later it takes the subscription over.
 */
const EXCLUSIVE_MILLISECONDS = 5_000

/** Makes the subscription the one that there is, on all nodes. */
export async function putSubscription(
  tx: Writing,
  subscription: SubscriptionName,
  { id, now }: { id: string; now: number },
): Promise<void> {
  const key = keyOf(subscription)
  const before = await tx.get<{ begun: number }>("SELECT begun FROM kinesis_subscriptions WHERE name = $1", key)
  // A clock that was set back keeps nobody out.
  const passed = before && Math.abs(now - before.begun)
  if (passed !== undefined && passed < EXCLUSIVE_MILLISECONDS) throw isSubscribed(subscription, passed)
  await tx.run(
    `INSERT INTO kinesis_subscriptions (name, id, begun) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET id = excluded.id, begun = excluded.begun`,
    key,
    id,
    now,
  )
  // The one before hears of it.
  signalShard(tx, logOf(subscription.consumer.streamId, subscription.shard))
}

/** Whether no other one has taken it over. */
export async function isCurrent(tx: Reading, subscription: SubscriptionName, id: string): Promise<boolean> {
  const row = await tx.get<{ id: string }>("SELECT id FROM kinesis_subscriptions WHERE name = $1", keyOf(subscription))
  return row === undefined || row.id === id
}

/** UNVERIFIED: the texts of both. */
const isSubscribed = ({ consumer, shard }: SubscriptionName, passed: number) =>
  inUse(`Consumer ${consumer.name} has subscribed to shard ${formatShardId(shard)} less than 5 seconds ago.`, {
    check: "time between subscriptions",
    expected: `${EXCLUSIVE_MILLISECONDS} ms`,
    found: `${passed} ms`,
  })

export const wasTakenOver = ({ consumer, shard }: SubscriptionName) =>
  inUse(`Another call of consumer ${consumer.name} has taken over the subscription to shard ${formatShardId(shard)}.`)

export const SWEEP_SUBSCRIPTIONS = "kinesis:sweep-subscriptions"

const SWEEP_MILLISECONDS = 10 * 60 * 1000

/** Removes what has been over for long. */
export const sweepWork: Worker<{ store: Store; clock: Clock }> = {
  everyMilliseconds: SWEEP_MILLISECONDS,
  async run(_, { store, clock }) {
    const over = clock.now() - 2 * SUBSCRIPTION_MILLISECONDS
    const removal = { table: "kinesis_subscriptions", key: "name", where: "begun < $1", values: [over] }
    return (await store.transact((tx) => removeRows(tx, removal))) ? again() : done
  },
}
