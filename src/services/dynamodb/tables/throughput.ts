import type { OnDemandThroughput, ProvisionedThroughput, WarmThroughput } from "@aws-sdk/client-dynamodb"
import { invalid, invalidParameter } from "../errors.ts"
import type { OnDemandLimits, Throughput, WarmThroughput as Warm } from "./record.ts"

export type Mode = "PROVISIONED" | "PAY_PER_REQUEST"

/** Of CreateTable. The texts of this file are recorded (10-2026). */
export function parseTableThroughput(mode: Mode, given: ProvisionedThroughput | undefined): Throughput {
  if (mode === "PAY_PER_REQUEST") {
    if (given) throw notOnDemand()
    return { read: 0, write: 0 }
  }
  if (!given) {
    throw invalidParameter(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    )
  }
  return throughputOf(given)
}

export const notOnDemand = () =>
  invalidParameter(
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
  )

/** Of an index in CreateTable. */
export function parseIndexThroughput(mode: Mode, name: string, given: ProvisionedThroughput | undefined): Throughput {
  if (mode === "PAY_PER_REQUEST") {
    if (given) {
      throw invalidParameter(
        `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
      )
    }
    return { read: 0, write: 0 }
  }
  if (!given) throw invalidParameter(`ProvisionedThroughput is not specified for index: ${name}`)
  return throughputOf(given)
}

export function throughputOf({ ReadCapacityUnits, WriteCapacityUnits }: ProvisionedThroughput): Throughput {
  for (const [name, units] of [
    ["ReadCapacityUnits", ReadCapacityUnits!],
    ["WriteCapacityUnits", WriteCapacityUnits!],
  ] as const) {
    if (units > 1_000_000_000_000) {
      throw invalidParameter(`Given value ${units} for ${name} is out of bounds`)
    }
  }
  return { read: ReadCapacityUnits!, write: WriteCapacityUnits! }
}

/** `index` is the name of an index, left out for the table itself. */
interface Place {
  mode: Mode
  index?: string
}

/** What takes a limit away again: UpdateTable alone takes it. */
const NO_LIMIT = -1

/** Undefined where no limit is given. `isUpdate`: limits may be taken away. */
export function limitsOf(
  given: OnDemandThroughput | undefined,
  { mode, index }: Place,
  isUpdate: boolean,
): OnDemandLimits | undefined {
  const { MaxReadRequestUnits: read, MaxWriteRequestUnits: write } = given ?? {}
  for (const [name, units] of [
    ["MaxReadRequestUnits", read],
    ["MaxWriteRequestUnits", write],
  ] as const) {
    if (units === undefined) continue
    if (mode === "PROVISIONED") {
      const where = index === undefined ? "" : ` for index : ${index}`
      throw invalidParameter(
        `${name} for OnDemandThroughput${where} cannot be specified when the table BillingMode is PROVISIONED`,
      )
    }
    if (units < 1 && !(isUpdate && units === NO_LIMIT)) {
      const where = index === undefined ? "table" : `index : ${index}`
      throw invalidParameter(`Requested ${name} for OnDemandThroughput for ${where} is outside of valid range`)
    }
  }
  if (read === undefined && write === undefined) return undefined
  return { ...(read !== undefined && { read }), ...(write !== undefined && { write }) }
}

/** Developer Guide, "Understanding DynamoDB warm throughput": what a table on demand begins with. */
const INITIAL: Warm = { read: 12_000, write: 4_000 }
const INITIAL_GUIDE =
  "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial"

/** What a table or an index is warm for without being told: provisioned units, or what on demand begins with. */
export const warmthOf = (warm: Warm | undefined, { read, write }: Throughput): Warm =>
  warm ?? { read: read || INITIAL.read, write: write || INITIAL.write }

/** Of CreateTable, and of an index that UpdateTable creates. */
export function newWarmOf(
  given: WarmThroughput | undefined,
  { mode, index }: Place,
  throughput: Throughput,
): Warm | undefined {
  return warmer(given, warmthOf(undefined, throughput), (units) => {
    const requested = `Requested ${units.perSecond} for WarmThroughput for ${index === undefined ? "table" : `index ${index}`}`
    return mode === "PROVISIONED"
      ? `${requested} is lower than ${units.capacity} of ProvisionedThroughput`
      : `${requested} is lower than initial throughput for OnDemand. See: ${INITIAL_GUIDE}`
  })
}

/** Of UpdateTable: what is warm does not cool. */
export function warmerOf(given: WarmThroughput | undefined, index: string | undefined, current: Warm) {
  const where = index === undefined ? "table" : `index ${index}`
  return warmer(
    given,
    current,
    ({ perSecond }) =>
      `Requested ${perSecond} for WarmThroughput for ${where} is lower than current WarmThroughput, decreasing WarmThroughput is not supported`,
  )
}

const READ = { perSecond: "ReadUnitsPerSecond", capacity: "ReadCapacityUnits" }
const WRITE = { perSecond: "WriteUnitsPerSecond", capacity: "WriteCapacityUnits" }

function warmer(
  given: WarmThroughput | undefined,
  least: Warm,
  tooLow: (units: typeof READ) => string,
): Warm | undefined {
  const { ReadUnitsPerSecond, WriteUnitsPerSecond } = given ?? {}
  if (ReadUnitsPerSecond === undefined && WriteUnitsPerSecond === undefined) return undefined
  const warm = { read: ReadUnitsPerSecond ?? least.read, write: WriteUnitsPerSecond ?? least.write }
  if (warm.read < least.read) throw invalidParameter(tooLow(READ))
  if (warm.write < least.write) throw invalidParameter(tooLow(WRITE))
  return warm
}

/** New units, and when they last went up or down. `index` is its name, left out for the table itself. */
export function since(current: Throughput, asked: Throughput, now: number, index?: string): Throughput {
  if (current.read === asked.read && current.write === asked.write) throw unchanged(current, index)
  return {
    ...current,
    ...asked,
    ...((asked.read > current.read || asked.write > current.write) && { increasedAt: now }),
    ...((asked.read < current.read || asked.write < current.write) && { decreasedAt: now }),
  }
}

function unchanged({ read, write }: Throughput, index: string | undefined) {
  const what = index === undefined ? "the table" : `the index ${index}`
  const where = index === undefined ? "the table" : `index ${index}`
  return invalid(
    `The provisioned throughput for ${what} will not change. The requested value equals the current value. ` +
      `Current ReadCapacityUnits provisioned for ${where}: ${read}. Requested ReadCapacityUnits: ${read}. ` +
      `Current WriteCapacityUnits provisioned for ${where}: ${write}. Requested WriteCapacityUnits: ${write}. ` +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
  )
}
