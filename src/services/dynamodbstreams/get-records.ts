import { GetRecordsCommand, type _Record as StreamEvent } from "@aws-sdk/client-dynamodb-streams"
import { operation } from "../../operation.ts"
import { writtenAs } from "../../wire/index.ts"
import { formatEvent, horizonAt, readShard } from "../dynamodb/service.ts"
import { assertAtMost, iteratorExpired, trimmed } from "./errors.ts"
import { formatIterator, LIFETIME_MILLISECONDS, parseIterator, streamArnOf } from "./iterators.ts"
import { getShard, getStream } from "./streams.ts"

/** API reference, GetRecords: 1,000 records or 1 MB, whichever comes first. */
const MOST = 1_000
const BYTES = 1024 * 1024

export const GetRecords = operation(GetRecordsCommand, {
  access: ({ ShardIterator }) => ({ resource: streamArnOf(ShardIterator) }),
  async handle({ ShardIterator, Limit = MOST }, context) {
    assertAtMost(Limit, MOST)
    const { store, clock } = context
    const stream = await getStream(streamArnOf(ShardIterator), context)
    const { index, position, issuedAt } = parseIterator(stream, ShardIterator)
    const now = clock.now()
    if (now - issuedAt > LIFETIME_MILLISECONDS) {
      throw iteratorExpired({
        check: "age of a shard iterator",
        expected: `one of the last ${LIFETIME_MILLISECONDS / 60_000} minutes`,
        found: `one of ${new Date(issuedAt).toISOString()}, at ${new Date(now).toISOString()}`,
      })
    }
    const shard = await getShard(stream, (one) => one.index === index, store)
    if (position !== undefined && position < Math.min(horizonAt(now), shard.end ?? Number.POSITIVE_INFINITY))
      throw trimmed()
    const page = await readShard(store, shard, position ?? 0, { count: Limit, bytes: BYTES }, now)
    const { next } = page
    return {
      Records: writtenAs<StreamEvent[]>(
        `[${page.records.map((record) => formatEvent(stream, shard, record)).join(",")}]`,
      ),
      ...(!page.isOver && { NextShardIterator: formatIterator(stream, { index, position: next, issuedAt: now }) }),
    }
  },
})
