import { isDeepStrictEqual } from "node:util"
import type { Entry } from "../datasets/entries.ts"
import { assertRecordFits, RECORDS_AT_MOST } from "../datasets/limits.ts"
import type { Patch } from "../datasets/patch.ts"
import { invalidFunctionOutput } from "../errors.ts"

/** As the function is told of a record. UNVERIFIED: what AWS has for `op` where the device did not change it. */
interface RecordEvent {
  oldValue?: string | undefined
  newValue?: string | undefined
  op: "replace" | "remove" | "none"
}

interface Place {
  region: string
  identityPoolId: string
  identityId: string
  datasetName: string
}

/** Source: Developer Guide, "Amazon Cognito Events". */
export interface SyncTriggerEvent extends Place {
  version: 2
  eventType: "SyncTrigger"
  datasetRecords: Record<string, RecordEvent>
}

/** Tells of all records of the dataset, and of what the device wants of some of them. */
export function triggerEvent(place: Place, present: readonly Entry[], patches: readonly Patch[]): SyncTriggerEvent {
  const records = new Map<string, RecordEvent>()
  for (const { key, value } of present) records.set(key, { oldValue: value, newValue: value, op: "none" })
  for (const { key, value } of patches)
    records.set(key, {
      oldValue: records.get(key)?.oldValue,
      newValue: value,
      op: value === undefined ? "remove" : "replace",
    })
  return { version: 2, eventType: "SyncTrigger", ...place, datasetRecords: Object.fromEntries(records) }
}

/** As the function returns a record: `null` takes it away as `remove` does. */
interface RecordAnswer {
  newValue?: string | null
  op: "replace" | "remove" | "none"
}

/**
 * The patches that the function makes of those that were sent. It may change any record of the dataset, take it away and add
 * others; what it leaves out stays as it is. No more than a dataset has, each as a caller may send it: records that are
 * removed would be written without bound.
 */
export function applyAnswer(
  event: SyncTriggerEvent,
  present: readonly Entry[],
  patches: readonly Patch[],
  payload: Uint8Array,
): Patch[] {
  const answers = Object.entries(parseAnswer(event, payload))
  if (answers.length > 2 * RECORDS_AT_MOST) throw refuse({ expected: RECORDS_AT_MOST, found: answers.length })
  const sent = new Map(patches.map((patch) => [patch.key, patch]))
  const old = new Map(present.map((entry) => [entry.key, entry]))
  const made: Patch[] = []
  for (const [key, { op, newValue }] of answers) {
    if (op === "none") continue
    const value = op === "replace" && newValue !== null ? newValue : undefined
    const [asked, entry] = [sent.get(key), old.get(key)]
    // What the device did not send has changed where the function made it another, or took away what was there.
    if (!asked && value === entry?.value) continue
    if (key === "") throw refuse({ found: "an empty key" })
    assertRecordFits(key, value)
    made.push({
      key,
      syncCount: asked?.syncCount ?? entry?.syncCount ?? 0,
      ...(value !== undefined && { value }),
      ...(asked?.deviceModifiedAt !== undefined && { deviceModifiedAt: asked.deviceModifiedAt }),
    })
  }
  const most = Math.max(RECORDS_AT_MOST, patches.length)
  if (made.length > most) throw refuse({ expected: most, found: made.length })
  return made
}

const refuse = (facts: object) => invalidFunctionOutput({ check: "the answer of the sync trigger", ...facts })

/** The same guide: all but the records is to be read alone, and a change of it fails the update. */
function parseAnswer(event: SyncTriggerEvent, payload: Uint8Array): Readonly<Record<string, RecordAnswer>> {
  let answer: unknown
  try {
    answer = JSON.parse(Buffer.from(payload).toString())
  } catch {
    throw refuse({ found: "no JSON" })
  }
  const { datasetRecords, ...rest } = (typeof answer === "object" && answer !== null ? answer : {}) as Record<
    string,
    unknown
  >
  const { datasetRecords: _, ...expected } = event
  if (!isDeepStrictEqual(rest, expected)) throw refuse({ expected, found: Object.keys(rest) })
  if (typeof datasetRecords !== "object" || datasetRecords === null || Array.isArray(datasetRecords))
    throw refuse({ found: "no datasetRecords" })
  if (!Object.values(datasetRecords).every(isRecordAnswer)) throw refuse({ found: "a record that is none" })
  return datasetRecords as Record<string, RecordAnswer>
}

function isRecordAnswer(value: unknown): value is RecordAnswer {
  const { newValue, op } = (value ?? {}) as Partial<RecordAnswer>
  return op === "none" || op === "remove" || (op === "replace" && (typeof newValue === "string" || newValue === null))
}
