import { randomBase64Url } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import { sealShard } from "../../../records/sealing.ts"
import type { Writing } from "../../../store/store.ts"
import { invalid } from "../errors.ts"
import { type DestinationRecord, isCollected, type Precision, type TableRecord } from "../tables/record.ts"
import { FEED_LANES, feedLog } from "./feed.ts"
import { hastenReplication } from "./hasten.ts"
import { enqueueReplication } from "./work.ts"

type Tools = Pick<Deps, "work" | "clock" | "store">

/** Of those that are no longer, so many are told of. */
const REMEMBERED = 10

export interface Changed {
  record: TableRecord
  destination: DestinationRecord
}

/** aws-cloudformation/cloudformation-coverage-roadmap #707 has the text. UNVERIFIED: its end, and the texts of the other operations. */
export async function enableDestination(
  tx: Writing,
  tools: Tools,
  record: TableRecord,
  streamArn: string,
  precision: Precision,
): Promise<Changed> {
  const { destinations = [] } = record
  if (destinations.some(({ status }) => status !== "DISABLED")) {
    throw invalid(
      "Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.",
    )
  }
  const destination: DestinationRecord = { id: randomBase64Url(9), streamArn, status: "ENABLING", precision }
  const others = destinations.filter((one) => one.streamArn !== streamArn).slice(1 - REMEMBERED)
  const changed = { ...record, destinations: [...others, destination] }
  await enqueueReplication(tx, tools, record, destination)
  return { record: changed, destination }
}

export async function changeDestination(
  tx: Writing,
  tools: Tools,
  record: TableRecord,
  streamArn: string,
  precision: Precision,
): Promise<Changed> {
  const destination = getActive(record, streamArn, "update")
  if (destination.precision === precision) {
    throw invalid(
      `Invalid Request: Precision is already set to the desired value of ${precision} for tableId: ${record.id}, kdsArn: ${streamArn}`,
    )
  }
  return changeTo(tx, tools, record, { ...destination, precision, status: "UPDATING" })
}

export async function disableDestination(
  tx: Writing,
  tools: Tools,
  record: TableRecord,
  streamArn: string,
): Promise<Changed> {
  const destination = getActive(record, streamArn, "disable")
  await closeFeed(tx, tools, destination)
  return changeTo(tx, tools, record, { ...destination, status: "DISABLING" })
}

/** Of a table that goes: what is on its way arrives. */
export async function endDestinations(tx: Writing, tools: Tools, { destinations = [] }: TableRecord): Promise<void> {
  for (const destination of destinations.filter(isCollected)) {
    await closeFeed(tx, tools, destination)
    tx.afterCommit(() => hastenReplication(tools, destination.id))
  }
}

/** What other nodes write that have not heard of it finds the end there, and is not told. */
async function closeFeed(tx: Writing, { store, clock }: Tools, { id }: DestinationRecord): Promise<void> {
  for (let lane = 0; lane < FEED_LANES; lane++) await sealShard({ store, tx }, feedLog(id, lane), 0, clock.now())
}

async function changeTo(
  tx: Writing,
  { work }: Tools,
  record: TableRecord,
  destination: DestinationRecord,
): Promise<Changed> {
  const destinations = record.destinations!.map((one) => (one.id === destination.id ? destination : one))
  tx.afterCommit(() => hastenReplication({ work }, destination.id))
  return { record: { ...record, destinations }, destination }
}

function getActive({ name, destinations = [] }: TableRecord, streamArn: string, what: "disable" | "update") {
  const found = destinations.find((one) => one.streamArn === streamArn)
  const table = `Table is not in a valid state to ${what} Kinesis Streaming Destination`
  if (!found || found.status === "DISABLED") {
    throw invalid(
      `${table}: No streaming destination with streamArn: ${streamArn} found for table with tableName: ${name}`,
    )
  }
  if (found.status !== "ACTIVE") throw invalid(`${table}: ${streamArn} is ${found.status}`)
  return found
}
