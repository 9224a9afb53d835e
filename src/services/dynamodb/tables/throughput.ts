import type { OnDemandThroughput, ProvisionedThroughput, WarmThroughput } from "@aws-sdk/client-dynamodb"
import { invalidParameter } from "../errors.ts"
import type { OnDemandLimits, Throughput, WarmThroughput as Warm } from "./record.ts"

type Mode = "PROVISIONED" | "PAY_PER_REQUEST"

export function parseTableThroughput(mode: Mode, given: ProvisionedThroughput | undefined): Throughput {
  if (mode === "PAY_PER_REQUEST") {
    if (given) {
      throw invalidParameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      )
    }
    return { read: 0, write: 0 }
  }
  if (!given) {
    throw invalidParameter(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    )
  }
  return throughputOf(given)
}

export function parseIndexThroughput(mode: Mode, name: string, given: ProvisionedThroughput | undefined): Throughput {
  if (mode === "PAY_PER_REQUEST") {
    if (given) {
      throw invalidParameter(
        `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
      )
    }
    return { read: 0, write: 0 }
  }
  if (!given) throw invalidParameter(`ProvisionedThroughput must be specified for index: ${name}`)
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

export function limitsOf(given: OnDemandThroughput | undefined): OnDemandLimits | undefined {
  if (!given) return undefined
  const { MaxReadRequestUnits: read, MaxWriteRequestUnits: write } = given
  return { ...(read !== undefined && { read }), ...(write !== undefined && { write }) }
}

/** Below these a table is warm without being told: Developer Guide, "Understanding DynamoDB warm throughput". */
export const warmOf = (given: WarmThroughput | undefined): Warm | undefined =>
  given && { read: given.ReadUnitsPerSecond ?? 12_000, write: given.WriteUnitsPerSecond ?? 4_000 }

/** New units, and when they last went up or down. */
export const since = (current: Throughput, asked: Throughput, now: number): Throughput => ({
  ...current,
  ...asked,
  ...((asked.read > current.read || asked.write > current.write) && { increasedAt: now }),
  ...((asked.read < current.read || asked.write < current.write) && { decreasedAt: now }),
})
