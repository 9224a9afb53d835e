import type { LambdaConfigType } from "@aws-sdk/client-cognito-identity-provider"
import { triggerNotRun } from "./errors.ts"
import type { UserPool } from "./user-pools/record.ts"

/**
 * Lambda triggers are stored and described, and not run. An operation that AWS would run one in is refused while one is
 * configured: a PreSignUp that would have said no must not be passed over.
 */
export function assertNoTrigger(pool: UserPool, ...triggers: (keyof LambdaConfigType)[]): void {
  const configured = pool.settings.LambdaConfig
  if (configured === undefined) return
  for (const trigger of triggers) {
    if (configured[trigger] !== undefined) throw triggerNotRun(trigger)
    if (trigger === "PreTokenGeneration" && configured.PreTokenGenerationConfig) throw triggerNotRun(trigger)
  }
}
