import type { UpdateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { invalid, invalidParameter } from "../errors.ts"

/** What UpdateTable may change, as the refusal of a request that changes nothing names it. */
const CHANGES: readonly [name: string, isGiven: (input: UpdateTableCommandInput) => boolean][] = [
  ["ProvisionedThroughput", ({ ProvisionedThroughput }) => ProvisionedThroughput !== undefined],
  ["BillingMode", ({ BillingMode }) => BillingMode !== undefined],
  ["UpdateStreamEnabled", ({ StreamSpecification }) => StreamSpecification !== undefined],
  ["GlobalSecondaryIndexUpdates", ({ GlobalSecondaryIndexUpdates: updates }) => (updates ?? []).length > 0],
  ["SSESpecification", ({ SSESpecification }) => SSESpecification !== undefined],
  ["ReplicaUpdates", ({ ReplicaUpdates }) => (ReplicaUpdates ?? []).length > 0],
  ["MultiAccountReplicaReady", () => false],
  ["ReplicaTransitRoleArn", () => false],
  ["MultiRegionConsistency", ({ MultiRegionConsistency }) => MultiRegionConsistency !== undefined],
  ["DeletionProtectionEnabled", ({ DeletionProtectionEnabled }) => DeletionProtectionEnabled !== undefined],
  ["OnDemandThroughput", ({ OnDemandThroughput }) => hasMembers(OnDemandThroughput)],
  ["WarmThroughput", ({ WarmThroughput }) => hasMembers(WarmThroughput)],
  ["TableClass", ({ TableClass }) => TableClass !== undefined],
]

const hasMembers = (given: object | undefined): boolean =>
  Object.values(given ?? {}).some((member) => member !== undefined)

/** What goes with nothing else, in the order in which it is told. */
const ALONE: readonly [name: string, text: string][] = [
  ["SSESpecification", "Server-Side Encryption modification must be the only operation in the request"],
  ["TableClass", "TableClass modification must be the only operation in the request"],
  ["DeletionProtectionEnabled", "DeletionProtection modification must be the only operation in the request"],
  ["WarmThroughput", "WarmThroughput must be the only operation in the request"],
]

/** One change for each request, with few exceptions. The texts are recorded (10-2026). */
export function assertCombination(input: UpdateTableCommandInput): void {
  const given = new Set(CHANGES.filter(([, isGiven]) => isGiven(input)).map(([name]) => name))
  if (given.size === 0) {
    const names = CHANGES.map(([name]) => name)
    throw invalid(`At least one of ${names.slice(0, -1).join(", ")} or ${names.at(-1)} is required`)
  }
  const updates = input.GlobalSecondaryIndexUpdates
  if (updates?.length === 0) throw invalidParameter("List of GlobalSecondaryIndexUpdates is empty")
  const makesOrDrops = updates?.some(({ Create, Delete }) => Create ?? Delete) ?? false
  if (given.has("WarmThroughput") && updates?.some(({ Create }) => Create)) {
    throw invalidParameter("Create global secondary index cannot be specified when updating WarmThroughput")
  }
  for (const [name, text] of ALONE) if (given.has(name) && given.size > 1) throw invalidParameter(text)
  if (given.has("OnDemandThroughput") && given.size > (given.has("BillingMode") ? 2 : 1)) {
    throw invalidParameter("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")
  }
  const changesUnits = given.has("ProvisionedThroughput")
  if (given.has("UpdateStreamEnabled") && (changesUnits || input.BillingMode === "PROVISIONED")) {
    throw invalidParameter("You cannot modify stream status while updating table IOPS")
  }
  if (makesOrDrops && changesUnits) {
    throw invalidParameter("You cannot create or delete index while updating table IOPS")
  }
  if (makesOrDrops && given.has("UpdateStreamEnabled")) {
    throw invalidParameter("You cannot create or delete index while changing stream status")
  }
}
