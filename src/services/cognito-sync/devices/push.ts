import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { done, type Job, later, type Outcome, type Workers } from "../../../work/job.ts"
import type { Dataset } from "../datasets/record.ts"
import { findSettings } from "../pools/record.ts"
import { listSubscribed } from "./record.ts"
import { askSns, hasSns, type SnsDeps } from "./sns.ts"

/** The job that tells the devices of an identity that a dataset has changed; its key is `[identity, dataset]`. */
const NOTIFY = "cognito-sync:notify"

interface Notice {
  poolId: string
  syncCount: number
  /** The device that made the change, which knows it already. */
  by?: string | undefined
  /** How often SNS was out of order. */
  failures?: number
}

const FAILURES_AT_MOST = 10
const LONGEST_PAUSE_MILLISECONDS = 5 * 60_000
const pauseAfter = (failures: number): number => Math.min(1_000 * 2 ** failures, LONGEST_PAUSE_MILLISECONDS)

/** Has the subscribed devices told, in the transaction that changes the dataset. Of several changes they are told the last. */
export async function enqueueNotification(
  tx: Writing,
  deps: Pick<Deps, "work" | "serviceEndpoints">,
  { identityId, name, poolId, syncCount }: Dataset,
  by: string | undefined,
): Promise<void> {
  if (!hasSns(deps)) return
  if ((await listSubscribed(tx, identityId, name)).length === 0) return
  const body: Notice = { poolId, syncCount, by }
  await deps.work.enqueue(tx, { kind: NOTIFY, key: JSON.stringify([identityId, name]), lane: poolId, body })
}

/**
 * A silent push to each device. It is no more than a hint, and one that does not arrive is not sent again: the next
 * synchronization of that device finds the same. Only an SNS that is out of order is asked again.
 */
async function notify({ key, body }: Job, deps: SnsDeps): Promise<Outcome> {
  const [identityId, name] = JSON.parse(key) as [string, string]
  const notice = body as Notice
  const { poolId, syncCount, by, failures = 0 } = notice
  const { push } = await findSettings(deps, poolId)
  if (push?.RoleArn === undefined || !hasSns(deps)) return done
  const devices = await deps.store.read((tx) => listSubscribed(tx, identityId, name))
  const Message = messageOf({ poolId, identityId, name, syncCount })
  for (const { deviceId, endpointArn: TargetArn } of devices) {
    if (deviceId === by || TargetArn === undefined) continue
    const parameters = { Action: "Publish", TargetArn, MessageStructure: "json", Message }
    const { status } = await askSns(deps, { poolId, roleArn: push.RoleArn }, parameters)
    const isOutOfOrder = status === 0 || status === 429 || status >= 500
    if (isOutOfOrder && failures < FAILURES_AT_MOST)
      return later(deps.clock.now() + pauseAfter(failures), { ...notice, failures: failures + 1 } satisfies Notice)
  }
  return done
}

/** Source: what aws-sdk-android reads of it (`PushSyncUpdate`). UNVERIFIED: how it is put in each platform's form. */
function messageOf({
  poolId,
  identityId,
  name,
  syncCount,
}: Record<"poolId" | "identityId" | "name", string> & Pick<Notice, "syncCount">) {
  const data = {
    source: "cognito-sync",
    identityPoolId: poolId,
    identityId,
    datasetName: name,
    syncCount: String(syncCount),
  }
  const apple = JSON.stringify({ aps: { "content-available": 1 }, data })
  const google = JSON.stringify({ data })
  return JSON.stringify({ default: JSON.stringify(data), APNS: apple, APNS_SANDBOX: apple, GCM: google, ADM: google })
}

export const notifying: Workers<SnsDeps> = { [NOTIFY]: { run: notify, inLanes: true } }
