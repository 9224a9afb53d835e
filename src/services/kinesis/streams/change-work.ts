import type { Clock } from "../../../base/clock.ts"
import type { Store, Writing } from "../../../store/store.ts"
import { again, done, type NewJob, type Worker } from "../../../work/job.ts"
import type { Enqueuing } from "../../../work/work.ts"
import type { StreamName } from "../arns.ts"
import type { Shard } from "../shards/record.ts"
import { createShards, nextStep, type Step, takeStep } from "../shards/reshard.ts"
import { type Change, readStream, type Stream, type StreamRecord, updateStream } from "./record.ts"

export const CHANGE_STREAM = "kinesis:change-stream"

/** Splits and mergers of one piece of work. */
const STEPS_AT_ONCE = 20

/** Writes what is to become of the stream, and the job that sees to it. */
export async function beginChange(
  tx: Writing,
  work: Enqueuing,
  record: StreamRecord,
  change: Change,
  write: (tx: Writing, record: StreamRecord) => Promise<void> = updateStream,
): Promise<void> {
  await write(tx, { ...record, status: change.is === "create" ? "CREATING" : "UPDATING", change })
  await work.enqueue(tx, jobOf(record))
}

const jobOf = ({ id, account, region, name }: StreamRecord): NewJob => ({
  kind: CHANGE_STREAM,
  key: id,
  body: { account, region, name } satisfies StreamName,
})

/** Brings a stream to what it is to become. The key is its id. */
export const changeWork: Worker<{ store: Store; clock: Clock }> = {
  async run({ key: id, body }, { store, clock }) {
    const isDone = await store.transact(async (tx) => {
      const stream = await readStream(tx, body as StreamName)
      if (stream?.record.id !== id || !stream.record.change || stream.record.status === "DELETING") return true
      return advance(tx, stream, stream.record.change, clock.now())
    })
    return isDone ? done : again()
  },
}

/** One piece of it; whether it was the last. */
async function advance(tx: Writing, stream: Stream, change: Change, now: number): Promise<boolean> {
  const { record, isDone } = await applied(tx, stream, change, now)
  if (!isDone) {
    await updateStream(tx, record)
    return false
  }
  const { change: _, ...settled } = record
  await updateStream(tx, { ...settled, status: "ACTIVE" })
  return true
}

async function applied(
  tx: Writing,
  stream: Stream,
  change: Change,
  now: number,
): Promise<{ record: StreamRecord; isDone: boolean }> {
  switch (change.is) {
    case "settings":
      return { record: stream.record, isDone: true }
    case "create":
      return { record: await createShards(tx, stream.record, change.shards), isDone: true }
    case "split":
    case "merge": {
      const step = stepOf(stream.open, change)
      return { record: step ? (await takeStep(tx, stream, step, now)).record : stream.record, isDone: true }
    }
    case "count": {
      let changed: Pick<Stream, "record" | "open"> = stream
      for (let steps = 0; steps < STEPS_AT_ONCE; steps++) {
        const step = nextStep(changed.open, change.shards)
        if (!step) return { record: changed.record, isDone: true }
        changed = await takeStep(tx, changed, step, now)
      }
      return { record: changed.record, isDone: false }
    }
  }
}

function stepOf(open: readonly Shard[], change: Change & { is: "split" | "merge" }): Step | undefined {
  const find = (number: number) => open.find((shard) => shard.number === number)
  if (change.is === "split") {
    const shard = find(change.shard)
    return shard && { is: "split", shard, at: change.at }
  }
  const [one, other] = change.shards.map(find)
  return one && other && { is: "merge", shards: [one, other] }
}
