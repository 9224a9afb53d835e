import type { Deps } from "../../../call.ts"
import type { Position } from "../../../records/positions.ts"
import { readRecords } from "../../../records/read.ts"
import { shardRows } from "../../../records/removal.ts"
import type { Store, Writing } from "../../../store/store.ts"
import { again, done, later, type Worker } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"
import { horizonAt } from "../streams/shards.ts"
import { readTable, updateTable } from "../tables/find.ts"
import { type DestinationRecord, isCollected, type TableRecord, tableArn } from "../tables/record.ts"
import type { TableAddress } from "../tables/table-name.ts"
import { deliver } from "./deliver.ts"
import { deliveredRows, FEED_LANES, FEED_PREFIX, feedLog } from "./feed.ts"
import { REPLICATE } from "./hasten.ts"

const RECORDS_AT_ONCE = 200
const BYTES_AT_ONCE = 1024 * 1024
/** What other nodes write is looked for; what this one writes makes the job begin at once. */
const lookMilliseconds = ({ isShared }: Store): number => (isShared ? 1_000 : 10_000)
const LONGEST_PAUSE_MILLISECONDS = 60_000

interface Body extends TableAddress {
  destination: Pick<DestinationRecord, "streamArn" | "precision">
  /** By lane: what is to be delivered next. */
  positions: Position[]
  /** How often in a row the stream took nothing. */
  failures: number
  /** Since when the destination is none any more. */
  endingSince?: number
}

/** Begins it in the transaction that enables or changes the destination. */
export const enqueueReplication = (
  tx: Writing,
  { work, clock, store }: Pick<Deps, "work" | "clock" | "store">,
  { account, region, name }: TableRecord,
  { id, streamArn, precision }: DestinationRecord,
): Promise<void> =>
  work.enqueue(tx, {
    kind: REPLICATE,
    key: id,
    body: { account, region, name, destination: { streamArn, precision }, positions: [], failures: 0 } satisfies Body,
    dueAt: clock.now() + store.settlingMilliseconds,
  })

/**
 * Delivers what changes in a table to a stream of Kinesis, at least once; for a day it tries. The key is the destination's id. What was
 * written before the destination was disabled, or its table deleted, is delivered all the same.
 */
export const replicationWork: Worker<Pick<Deps, "store" | "clock" | "peers">> = {
  async run({ key: id, body }, deps) {
    const { store, clock } = deps
    const address = body as Body | null
    // It was asked for again at a start, and is over.
    if (!address) return done
    const found = await store.read(async (tx) => (await readTable(tx, address))?.record.destinations?.find(isOf(id)))
    const { streamArn, precision } = found ?? address.destination
    const { account, region, name } = address
    const destined = { streamArn, precision, account, region, tableName: name, tableArn: tableArn(address) }
    const positions: Position[] = []
    // A stream that took nothing is asked with one record of each lane whether it takes some again.
    const count = address.failures > 0 ? 1 : RECORDS_AT_ONCE
    let isWhole = true
    let isEnd = true
    for (let lane = 0; lane < FEED_LANES; lane++) {
      const log = feedLog(id, lane)
      const from = Math.max(address.positions[lane] ?? 0, horizonAt(clock.now()))
      const page = await store.read((tx) => readRecords(tx, log, { from, count, bytes: BYTES_AT_ONCE }))
      const arrived = await deliver(deps, destined, log, page.records)
      if (arrived < page.records.length) isWhole = false
      if (!page.isEnd) isEnd = false
      positions[lane] = arrived < page.records.length ? page.records[arrived]!.position : page.next
    }
    const hasMore = await store.transact((tx) =>
      removeRows(tx, ...positions.map((position, lane) => deliveredRows(feedLog(id, lane), position))),
    )
    const failures = isWhole ? 0 : address.failures + 1
    const next: Body = { ...address, positions, failures }
    if (!isWhole) return later(clock.now() + pauseOf(failures), next)
    if (!isEnd || hasMore) return again(next)
    const isEnding = !found || !isCollected(found)
    const { endingSince = clock.now() } = next
    if (!isEnding) {
      if (found.status !== "ACTIVE") await store.transact((tx) => setStatus(tx, address, id, "ACTIVE"))
      return later(clock.now() + lookMilliseconds(store), next)
    }
    // Until every node knows that the logs are closed, they have to be there.
    const wait = endingSince + 2 * store.settlingMilliseconds - clock.now()
    if (wait > 0) return later(clock.now() + wait, { ...next, endingSince })
    return (await end(store, address, id)) ? done : again(next)
  },
}

const isOf =
  (id: string) =>
  (destination: DestinationRecord): boolean =>
    destination.id === id

const pauseOf = (failures: number): number => Math.min(LONGEST_PAUSE_MILLISECONDS, 250 * 2 ** Math.min(failures, 10))

async function setStatus(
  tx: Writing,
  address: TableAddress,
  id: string,
  status: DestinationRecord["status"],
): Promise<void> {
  const record = (await readTable(tx, address))?.record
  if (!record?.destinations?.some(isOf(id))) return
  const destinations = record.destinations.map((one) => (one.id === id ? { ...one, status } : one))
  await updateTable(tx, { ...record, destinations })
}

/** Removes what is left of it. Whether that was all. */
const end = (store: Store, address: TableAddress, id: string): Promise<boolean> =>
  store.transact(async (tx) => {
    const rows = Array.from({ length: FEED_LANES }, (_, lane) => shardRows(feedLog(id, lane))).flat()
    if (await removeRows(tx, ...rows)) return false
    await setStatus(tx, address, id, "DISABLED")
    return true
  })

/** At a start: what was written when the server before it died is delivered, and not when the job comes due by itself. */
export async function resumeReplication({ store, work }: Pick<Deps, "store" | "work">): Promise<void> {
  await store.transact(async (tx) => {
    for (let after = FEED_PREFIX; ; ) {
      const row = await tx.get<{ shard: string }>(
        "SELECT shard FROM log_batches WHERE shard > $1 AND shard < $2 ORDER BY shard LIMIT 1",
        after,
        `${FEED_PREFIX}~`,
      )
      const id = row?.shard.split("/")[1]
      if (id === undefined) return
      await work.enqueue(tx, { kind: REPLICATE, key: id })
      after = feedLog(id, FEED_LANES)
    }
  })
}
