import type { UpdateTableCommandInput } from "@aws-sdk/client-dynamodb"
import type { Scope } from "../../../operation.ts"
import { invalidParameter } from "../errors.ts"
import { assertTableClass, newEncryptionOf } from "./features.ts"
import type { IndexRecord, TableRecord, Throughput } from "./record.ts"
import { limitsOf, type Mode, notOnDemand, since, throughputOf, warmerOf, warmthOf } from "./throughput.ts"

/** A table with all changed but its indexes. */
export function changeSettings(
  record: TableRecord,
  input: UpdateTableCommandInput,
  scope: Scope,
  now: number,
): TableRecord {
  const changed = changeBilling(record, input, now)
  const { mode } = changed.billing
  const limits = limitsOf(input.OnDemandThroughput, { mode }, true)
  if (limits) changed.onDemand = { ...changed.onDemand, ...limits }
  const warm = warmerOf(input.WarmThroughput, undefined, warmthOf(record.warm, record.throughput))
  if (warm) changed.warm = warm
  if (input.SSESpecification) {
    const encryption = newEncryptionOf(record.encryption, input.SSESpecification, scope)
    if (encryption) changed.encryption = encryption
    else delete changed.encryption
  }
  const { TableClass: name } = input
  assertTableClass(name)
  if (name) changed.tableClass = { name, updatedAt: now }
  if (input.DeletionProtectionEnabled !== undefined) changed.isProtected = input.DeletionProtectionEnabled
  return changed
}

/** A copy that is billed as asked. The texts are recorded (10-2026). */
function changeBilling(record: TableRecord, input: UpdateTableCommandInput, now: number): TableRecord {
  const { BillingMode, ProvisionedThroughput } = input
  const mode = BillingMode ?? record.billing.mode
  if (BillingMode === "PROVISIONED" && !ProvisionedThroughput) {
    throw invalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
  }
  if (mode === "PAY_PER_REQUEST" && ProvisionedThroughput) {
    throw BillingMode
      ? invalidParameter("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST")
      : notOnDemand()
  }
  if (mode === record.billing.mode) {
    return ProvisionedThroughput
      ? { ...record, throughput: since(record.throughput, throughputOf(ProvisionedThroughput), now) }
      : { ...record }
  }
  // Limits on demand do not outlive the mode.
  const { onDemand: _, ...rest } = record
  return {
    ...rest,
    billing: { ...record.billing, mode, ...(mode === "PAY_PER_REQUEST" && { onDemandSince: now }) },
    throughput: ProvisionedThroughput ? throughputOf(ProvisionedThroughput) : { read: 0, write: 0 },
    indexes: record.indexes.map(({ onDemand: __, ...index }) => ({
      ...index,
      throughput: newThroughputOf(index, mode, input),
    })),
  }
}

/** An index of a table that becomes provisioned is given its throughput in the same request. */
function newThroughputOf(index: IndexRecord, mode: Mode, input: UpdateTableCommandInput): Throughput {
  if (!index.isGlobal || mode === "PAY_PER_REQUEST") return { read: 0, write: 0 }
  const update = input.GlobalSecondaryIndexUpdates?.find(({ Update }) => Update?.IndexName === index.name)?.Update
  if (!update?.ProvisionedThroughput) {
    throw invalidParameter(`ProvisionedThroughput must be specified for index: ${index.name}`)
  }
  return throughputOf(update.ProvisionedThroughput)
}
