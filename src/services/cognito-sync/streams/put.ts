import type { CognitoStreams } from "@aws-sdk/client-cognito-sync"
import type { Deps } from "../../../call.ts"
import { roleOfPool } from "../pools/role.ts"
import type { StreamedUpdate } from "./event.ts"
import { offerLargeRecords, RECORD_BYTES_AT_MOST } from "./large-updates.ts"

/** `refused`: the stream will take nothing until somebody changes something; `busy`: it may later. */
export type PutOutcome = { is: "taken" } | { is: "busy" } | { is: "refused"; reason: string }

/**
 * Puts an update into the stream of its pool, as the role that the pool names. Where its records are too many for one record of
 * a stream, it says where they are found instead (Developer Guide, "Amazon Cognito Streams"). UNVERIFIED: the partition key.
 */
export async function putUpdate(
  deps: Pick<Deps, "peers" | "store" | "clock" | "masterKey" | "endpoint">,
  update: StreamedUpdate,
  { StreamName, RoleArn }: CognitoStreams,
): Promise<PutOutcome> {
  const PartitionKey = update.identityId
  let Data = Buffer.from(JSON.stringify(update))
  if (Data.length + PartitionKey.length > RECORD_BYTES_AT_MOST)
    Data = Buffer.from(JSON.stringify(await offerLargeRecords(deps, update)))
  const answer = await deps.peers.call({
    service: "kinesis",
    operation: "PutRecord",
    input: { StreamName, PartitionKey, Data },
    as: roleOfPool(update.identityPoolId, RoleArn!),
  })
  if (answer.is === "done") return { is: "taken" }
  const { code, message, status } = answer
  const isBusy = BUSY.has(code) || status === 429 || (status >= 500 && status !== 501)
  return isBusy ? { is: "busy" } : { is: "refused", reason: `${code}: ${message}` }
}

/** Kinesis API reference, "PutRecord": what may be otherwise a little later. */
const BUSY: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "LimitExceededException",
  "KMSThrottlingException",
  "ThrottlingException",
])
