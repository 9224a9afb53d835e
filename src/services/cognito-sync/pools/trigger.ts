import type { CallContext } from "../../../call.ts"
import type { Entry } from "../datasets/entries.ts"
import { assertRecordFits, RECORDS_AT_MOST } from "../datasets/limits.ts"
import type { Patch } from "../datasets/patch.ts"
import type { DatasetKey } from "../datasets/record.ts"
import { functionFailed, functionThrottled, invalidFunctionOutput } from "../errors.ts"
import { findSettings } from "./record.ts"

/** Developer Guide, "Amazon Cognito Events": the function has 5 seconds. */
const WITHIN_MILLISECONDS = 5_000

/** As the function is told of a record, and as it tells what is to become of it. */
interface RecordEvent {
  oldValue?: string | undefined
  newValue?: string | undefined
  op: "replace" | "remove"
}

/** The patches as the pool's function for `SyncTrigger` returns them; as they are where it has none. */
export async function askTrigger(
  { peers, store, region, account }: CallContext,
  poolId: string,
  { identityId, name }: DatasetKey,
  patches: readonly Patch[],
  findOld: () => Promise<(Entry | undefined)[]>,
): Promise<Patch[]> {
  const arn = (await findSettings({ store }, poolId)).events.SyncTrigger
  if (arn === undefined) return [...patches]
  const old = await findOld()
  const datasetRecords = Object.fromEntries(
    patches.map(({ key, value }, i): [string, RecordEvent] => [
      key,
      { oldValue: old[i]?.value, newValue: value, op: value === undefined ? "remove" : "replace" },
    ]),
  )
  const event = {
    version: 2,
    eventType: "SyncTrigger",
    region,
    identityPoolId: poolId,
    identityId,
    datasetName: name,
    datasetRecords,
  }
  const receipt = await peers.send({
    arn,
    from: {
      principal: "cognito-sync.amazonaws.com",
      sourceArn: `arn:aws:cognito-identity:${region}:${account}:identitypool/${poolId}`,
      sourceAccount: account,
    },
    payload: Buffer.from(JSON.stringify(event)),
    awaits: "answer",
    withinMilliseconds: WITHIN_MILLISECONDS,
  })
  if (receipt.is === "refused" && receipt.code === "TooManyRequestsException") throw functionThrottled()
  if (receipt.is !== "answered")
    throw functionFailed({ check: "the function of the sync trigger", found: receipt.is, arn })
  return applyAnswer(patches, receipt.payload)
}

/**
 * Values and kinds may be other ones, and there may be more records: those that were not sent were never seen. No more than
 * a dataset has, each as a caller may send it: records that are removed would be written without bound.
 */
export function applyAnswer(patches: readonly Patch[], payload: Uint8Array): Patch[] {
  const records = parseAnswer(payload)
  const count = Object.keys(records).length
  if (count > RECORDS_AT_MOST)
    throw invalidFunctionOutput({ check: "the answer of the sync trigger", expected: RECORDS_AT_MOST, found: count })
  for (const [key, { newValue, op }] of Object.entries(records)) {
    if (key === "") throw invalidFunctionOutput({ check: "the answer of the sync trigger", found: "an empty key" })
    assertRecordFits(key, op === "replace" ? newValue : undefined)
  }
  const sent = new Map(patches.map((patch) => [patch.key, patch]))
  return Object.entries(records).map(([key, { newValue, op }]) => {
    const { syncCount = 0, deviceModifiedAt } = sent.get(key) ?? {}
    return {
      key,
      syncCount,
      ...(op === "replace" && { value: newValue! }),
      ...(deviceModifiedAt !== undefined && { deviceModifiedAt }),
    }
  })
}

function parseAnswer(payload: Uint8Array): Readonly<Record<string, RecordEvent>> {
  let answer: unknown
  try {
    answer = JSON.parse(Buffer.from(payload).toString())
  } catch {
    throw invalidFunctionOutput({ check: "the answer of the sync trigger", found: "no JSON" })
  }
  const records = (answer as { datasetRecords?: unknown } | null)?.datasetRecords
  if (typeof records !== "object" || records === null || !Object.values(records).every(isRecordEvent))
    throw invalidFunctionOutput({ check: "the answer of the sync trigger", found: "no datasetRecords" })
  return records as Record<string, RecordEvent>
}

function isRecordEvent(value: unknown): value is RecordEvent {
  const { newValue, op } = (value ?? {}) as Partial<RecordEvent>
  return op === "remove" || (op === "replace" && typeof newValue === "string")
}
