import type { SubscribeToShardEventStream } from "@aws-sdk/client-kinesis"
import type { CallContext } from "../../../call.ts"
import { type Following, follow } from "../../../records/follow.ts"
import type { Position } from "../../../records/positions.ts"
import type { Events } from "../../../wire/event-stream.ts"
import type { ConsumerName } from "../arns.ts"
import { getConsumer } from "../consumers/record.ts"
import { shardUnknown } from "../errors.ts"
import { SUBSCRIPTION_MILLISECONDS } from "../limits.ts"
import { keyCallerOf, openRecords } from "../records/encryption.ts"
import { describeRecord } from "../records/get-records.ts"
import { isUnlimited, paceOf, planeOf } from "../records/plane.ts"
import { describeChildren, readShardPage, type ShardPage } from "../records/read.ts"
import { formatSequenceNumber } from "../records/sequence-numbers.ts"
import { formatShardId, logOf } from "../shards/record.ts"
import { assertInUse, findStream, type Stream } from "../streams/record.ts"
import { isCurrent, keyOf, type SubscriptionName, wasTakenOver } from "./record.ts"

/** What other nodes have appended and taken over is looked for so often, and whether the time is up. */
const LOOK_MILLISECONDS = 1_000
/** Where nothing comes, an event without records says so. UNVERIFIED: how often. */
const QUIET_MILLISECONDS = 5_000
/** Of one event. The next one is read when it has been taken. */
const RECORDS_OF_ONE_EVENT = 1_000
const BYTES_OF_ONE_EVENT = 1024 * 1024

export interface Pushing {
  name: ConsumerName
  subscription: SubscriptionName
  /** Of this subscription, which another one of the same name may take over. */
  id: string
  from: Position
  /** Milliseconds since the epoch. */
  begun: number
}

type Event = SubscribeToShardEventStream.SubscribeToShardEventMember

/**
 * The records of a shard from a position on, as they come, at most 2 MiB a second for each consumer and shard where the stream is
 * not unlimited (Developer Guide, "Develop enhanced fan-out consumers"; UNVERIFIED how much at once after a quiet time), until the
 * time is up or the shard is at its end.
 */
export function pushRecords(
  context: CallContext,
  pushing: Pushing,
): Events & AsyncIterable<SubscribeToShardEventStream> {
  let following: Following | undefined
  let isOver = false

  async function* push(following: Following): AsyncGenerator<Event> {
    const { store, clock } = context
    const pace = paceOf(planeOf(context), keyOf(pushing.subscription), clock.now())
    let page: ShardPage | undefined
    let isNew = true
    /** When something was last sent; nothing yet. */
    let sentAt = Number.NEGATIVE_INFINITY
    while (!isOver && clock.now() - pushing.begun < SUBSCRIPTION_MILLISECONDS) {
      const isPaced = !isUnlimited(await assertThere(context, pushing), context)
      const waitMilliseconds = isPaced ? pace.untilLeft(clock.now()) : 0
      if (waitMilliseconds > 0) {
        // What is appended meanwhile is read when its turn has come; the clock may have been moved by then.
        await following.appended(Math.min(waitMilliseconds, LOOK_MILLISECONDS))
        isNew = true
        continue
      }
      // What comes without other nodes is heard of.
      if (!page || isNew || store.isShared) {
        page = await readNext(context, pushing, page?.next ?? pushing.from)
        if (isPaced) pace.take(page.bytes)
      } else page = { ...page, records: [] }
      const now = clock.now()
      if (page.records.length > 0 || page.isOver || Math.abs(now - sentAt) >= QUIET_MILLISECONDS) {
        sentAt = now
        yield { SubscribeToShardEvent: await describeEvent(context, pushing, page) }
      }
      if (page.isOver) return
      isNew = !page.isEnd || (await following.appended(LOOK_MILLISECONDS))
    }
  }

  return {
    end() {
      isOver = true
      following?.end()
    },
    // Nobody listens before somebody reads.
    async *[Symbol.asyncIterator]() {
      const { consumer, shard } = pushing.subscription
      following = follow(context.store, logOf(consumer.streamId, shard))
      try {
        yield* push(following)
      } finally {
        following.end()
      }
    },
  }
}

/** The consumer and its stream may have gone, or be others by now. */
async function assertThere({ store }: CallContext, { name }: Pushing): Promise<Stream> {
  await getConsumer(store, name)
  return assertInUse(await findStream(store, name.stream), name.stream)
}

async function readNext(context: CallContext, pushing: Pushing, from: Position): Promise<ShardPage> {
  const { name, subscription, id } = pushing
  if (!(await context.store.read((tx) => isCurrent(tx, subscription, id)))) throw wasTakenOver(subscription)
  const { shard } = subscription
  const span = { shard, from, count: RECORDS_OF_ONE_EVENT, bytes: BYTES_OF_ONE_EVENT }
  const page = await readShardPage(context, await assertThere(context, pushing), span)
  if (!page) throw shardUnknown(name.stream, formatShardId(shard))
  return page
}

/** At the end of a shard there is nothing to continue with but its children. */
async function describeEvent(
  context: CallContext,
  pushing: Pushing,
  page: ShardPage,
): Promise<Event["SubscribeToShardEvent"]> {
  const stream = await assertThere(context, pushing)
  const records = await openRecords(context, stream, keyCallerOf(context), page.records)
  return {
    Records: records.map(describeRecord),
    MillisBehindLatest: page.millisBehind,
    ContinuationSequenceNumber: page.isOver ? undefined : formatSequenceNumber(page.shard, Math.max(page.next - 1, 0)),
    ...(page.isOver && { ChildShards: describeChildren(page.children) }),
  }
}
