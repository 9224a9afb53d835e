import type { OnDemandThroughput, ProvisionedThroughput, WarmThroughput } from "@aws-sdk/client-dynamodb"
import type { IndexSchema } from "./check-schema.ts"
import type { IndexRecord } from "./record.ts"
import { limitsOf, type Mode, newWarmOf, parseIndexThroughput } from "./throughput.ts"

/** What a new global index is given beside its schema. */
interface Settings {
  ProvisionedThroughput?: ProvisionedThroughput | undefined
  OnDemandThroughput?: OnDemandThroughput | undefined
  WarmThroughput?: WarmThroughput | undefined
}

/** A local index has no throughput of its own. */
export function newIndexRecord(
  { name, isGlobal, key, projection }: IndexSchema,
  mode: Mode,
  settings: Settings = {},
): IndexRecord {
  const throughput = isGlobal ? parseIndexThroughput(mode, name, settings.ProvisionedThroughput) : { read: 0, write: 0 }
  const onDemand = limitsOf(settings.OnDemandThroughput, { mode, index: name }, false)
  const warm = newWarmOf(settings.WarmThroughput, { mode, index: name }, throughput)
  return {
    name,
    isGlobal,
    key,
    projection: {
      type: projection!.ProjectionType!,
      ...(projection!.NonKeyAttributes && { attributes: projection!.NonKeyAttributes }),
    },
    throughput,
    ...(onDemand && { onDemand }),
    ...(warm && { warm }),
  }
}
