import { createHash } from "node:crypto"
import type { Deps } from "../../../call.ts"
import type { LogRecord } from "../../../records/read.ts"
import { unpackChange } from "../streams/change.ts"
import type { Precision } from "../tables/record.ts"
import { formatKinesisEvent } from "./event.ts"

/** Who writes: the principal of the service-linked role AWSServiceRoleForDynamoDBKinesisDataStreamsReplication. */
const REPLICATION = "kinesisreplication.dynamodb.amazonaws.com"

/** Refusals of what is not taken later either: two images of large items may be more than a record holds. It is passed over. */
const NEVER_TAKEN: ReadonlySet<string> = new Set(["InvalidArgumentException", "ValidationException"])

export interface Destined {
  streamArn: string
  tableArn: string
  account: string
  region: string
  tableName: string
  precision: Precision
}

/**
 * Delivers records of a lane to a stream: those of one item one after the other, those of several side by side. How many of the first
 * have arrived: what comes behind the first that has not is delivered again.
 */
export async function deliver(
  { peers }: Pick<Deps, "peers">,
  destined: Destined,
  log: string,
  records: readonly LogRecord[],
): Promise<number> {
  const { streamArn, tableArn, account } = destined
  const hasArrived: boolean[] = []
  const chains = new Map<string, Promise<boolean>>()
  const send = async (record: LogRecord, key: string): Promise<boolean> => {
    const Data = Buffer.from(formatKinesisEvent({ ...destined, log }, record)).toString("base64")
    const receipt = await peers.send({
      arn: streamArn,
      from: { principal: REPLICATION, sourceArn: tableArn, sourceAccount: account },
      payload: Buffer.from(JSON.stringify({ PartitionKey: key, Data })),
      awaits: "answer",
    })
    return receipt.is === "answered" || (receipt.is === "refused" && NEVER_TAKEN.has(receipt.code))
  }
  const all = records.map(async (record, i) => {
    const key = partitionKeyOf(record)
    const before = chains.get(key) ?? Promise.resolve(true)
    const sent = before.then((isGood) => isGood && send(record, key))
    chains.set(key, sent)
    hasArrived[i] = await sent
  })
  await Promise.all(all)
  const missing = hasArrived.indexOf(false)
  return missing < 0 ? records.length : missing
}

/** One for each item. UNVERIFIED: what AWS's partition keys are made of. */
function partitionKeyOf({ body }: LogRecord): string {
  const { members } = unpackChange(body)
  const keys = members.slice(0, endOfKeys(members))
  return createHash("sha256").update(keys).digest("hex").slice(0, 32).toUpperCase()
}

/** `"Keys":{...}` stands first. */
function endOfKeys(members: string): number {
  const image = /,"(?:NewImage|OldImage|SizeBytes)":/.exec(members)
  return image ? image.index : members.length
}
