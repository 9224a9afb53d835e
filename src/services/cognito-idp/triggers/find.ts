import type { Deps } from "../../../call.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { TriggerName } from "./table.ts"

/** The function of a trigger. */
export interface TriggerFunction {
  arn: string
  /** `V1_0` unless the trigger has several versions of its event. */
  version: string
}

/** The function that the pool asks; undefined where it asks none. */
export function findFunction(
  { peers }: Pick<Deps, "peers">,
  pool: UserPool,
  trigger: TriggerName,
): TriggerFunction | undefined {
  const config = pool.settings.LambdaConfig
  if (trigger === "InboundFederation" && config?.InboundFederation)
    return { arn: config.InboundFederation.LambdaArn!, version: "V1_0" }
  const versioned = trigger === "PreTokenGeneration" ? config?.PreTokenGenerationConfig : undefined
  const arn = versioned?.LambdaArn ?? (trigger === "InboundFederation" ? undefined : config?.[trigger])
  if (arn !== undefined) return { arn, version: versioned?.LambdaVersion ?? "V1_0" }
  const standIn = peers.findStandIn("cognito-idp", trigger)
  return standIn && { arn: standIn.arn, version: standIn.version ?? "V1_0" }
}
