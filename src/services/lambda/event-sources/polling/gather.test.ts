import assert from "node:assert/strict"
import { test } from "node:test"
import type { LogEntry, OpenLog } from "../../../../peers.ts"
import { gather } from "./gather.ts"

/** A shard of records at these positions, pages of which hold at most so many. */
function logOf(positions: readonly number[], { isClosed = false, page = 1_000 } = {}): OpenLog & { reads: number } {
  const entries = positions.map(
    (position): LogEntry => ({
      position,
      at: position,
      event: {
        kinesis: {
          kinesisSchemaVersion: "1.0",
          partitionKey: "k",
          sequenceNumber: String(position),
          data: "",
          approximateArrivalTimestamp: 0,
        },
      },
    }),
  )
  const log = {
    reads: 0,
    listShards: async () => [],
    positionOf: async () => 0,
    async read(_: string, from: number, { count }: { count: number }) {
      log.reads++
      const records = entries.filter(({ position }) => position >= from).slice(0, Math.min(count, page))
      const next = records.length > 0 ? records.at(-1)!.position + 1 : from
      const isEnd = next > (positions.at(-1) ?? -1)
      return { records, next, isEnd, isOver: isEnd && isClosed }
    },
  }
  return log
}

const TEXT = "x".repeat(10)
const told = async (log: OpenLog, more: Partial<Parameters<typeof gather>[0]> = {}) => {
  const { taken, next, stop } = await gather({
    log,
    shard: "s",
    from: 0,
    count: 100,
    bytes: 1_000,
    isWanted: () => true,
    textOf: () => TEXT,
    ...more,
  })
  return { taken: taken.map(({ entry }) => entry.position), next, stop }
}

test("a batch ends where it is full, and where the shard does", async () => {
  assert.deepEqual(await told(logOf([1, 2, 3])), { taken: [1, 2, 3], next: 4, stop: "end" })
  assert.deepEqual(await told(logOf([1, 2, 3], { isClosed: true })), { taken: [1, 2, 3], next: 4, stop: "over" })
  assert.deepEqual(await told(logOf([1, 2, 3]), { count: 2 }), { taken: [1, 2], next: 3, stop: "full" })
  assert.deepEqual(await told(logOf([1, 2, 3]), { bytes: 25 }), { taken: [1, 2], next: 3, stop: "full" })
  // The first record has its place, whatever its size.
  assert.deepEqual(await told(logOf([1, 2]), { bytes: 5 }), { taken: [1], next: 2, stop: "full" })
  assert.deepEqual(await told(logOf([])), { taken: [], next: 0, stop: "end" })
})

test("what is not wanted is passed over, so many at a time", async () => {
  const isWanted = ({ position }: LogEntry) => position % 2 === 1
  assert.deepEqual(await told(logOf([1, 2, 3, 4]), { isWanted }), { taken: [1, 3], next: 5, stop: "end" })
  const many = Array.from({ length: 25_000 }, (_, i) => i)
  const none = await told(logOf(many, { page: 10_000 }), { isWanted: () => false, count: 1 })
  assert.equal(none.stop, "full")
  assert.ok(none.next >= 10_000 && none.next < 25_000, String(none.next))
})

test("what is tried again ends where it ended, also where it cannot be read any more", async () => {
  assert.deepEqual(await told(logOf([1, 2, 3]), { until: 3 }), { taken: [1, 2], next: 3, stop: "full" })
  assert.deepEqual(await told(logOf([7]), { until: 3 }), { taken: [], next: 3, stop: "full" })
  assert.deepEqual(await told(logOf([]), { until: 3 }), { taken: [], next: 3, stop: "full" })
})

test("a record that does not fit to the first begins the next batch", async () => {
  const fits = (first: LogEntry, { position }: LogEntry) => position - first.position < 2
  assert.deepEqual(await told(logOf([1, 2, 3]), { fits }), { taken: [1, 2], next: 3, stop: "full" })
})
