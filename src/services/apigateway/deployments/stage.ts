import type { CreateDeploymentCommandInput } from "@aws-sdk/client-api-gateway"
import type { Scope } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { badRequest } from "../errors.ts"
import type { Stage } from "../settings.ts"
import { assertStage } from "../stages/check.ts"
import { assertNewStage } from "../stages/operations.ts"
import { stages } from "../stages/record.ts"

type Asked = Pick<
  CreateDeploymentCommandInput,
  | "stageName"
  | "stageDescription"
  | "cacheClusterEnabled"
  | "cacheClusterSize"
  | "variables"
  | "canarySettings"
  | "tracingEnabled"
>

/** Moves a stage to a deployment that was just made, or makes it; a canary alone, where one is asked for. */
export async function deployToStage(
  tx: Writing,
  { restApiId, ...scope }: Scope & { restApiId: string },
  deploymentId: string,
  asked: Asked,
  now: number,
): Promise<void> {
  const { stageName } = asked
  if (asked.canarySettings && !stageName)
    throw badRequest(
      `Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is ${stageName ?? "null"}`,
    )
  if (!stageName) return
  const before = await stages.read(tx, restApiId, stageName)
  if (asked.canarySettings && !before)
    throw badRequest(
      `Invalid deployment content specified.Stage ${stageName} must already be created before making a canary release deployment`,
    )
  if (!before) await assertNewStage(tx, restApiId, stageName)
  const stage = before ?? newStage(restApiId, stageName, deploymentId, now)
  const next: Stage = asked.canarySettings
    ? { ...stage, canarySettings: canaryOf(asked.canarySettings, deploymentId) }
    : {
        ...stage,
        deploymentId,
        description: asked.stageDescription ?? stage.description,
        variables: asked.variables ?? stage.variables,
        cacheClusterEnabled: asked.cacheClusterEnabled ?? stage.cacheClusterEnabled,
        cacheClusterSize: asked.cacheClusterSize ?? stage.cacheClusterSize,
        tracingEnabled: asked.tracingEnabled ?? stage.tracingEnabled,
      }
  const moved = { ...next, updatedAt: now }
  await assertStage(tx, scope, moved, before)
  await stages.put(tx, restApiId, stageName, moved)
}

const canaryOf = (
  { percentTraffic = 0, stageVariableOverrides, useStageCache = false }: NonNullable<Asked["canarySettings"]>,
  deploymentId: string,
): Stage["canarySettings"] => ({ percentTraffic, deploymentId, stageVariableOverrides, useStageCache })

const newStage = (restApiId: string, stageName: string, deploymentId: string, now: number): Stage => ({
  restApiId,
  stageName,
  deploymentId,
  cacheClusterEnabled: false,
  methodSettings: {},
  tracingEnabled: false,
  authorizerCacheFlushes: 0,
  createdAt: now,
  updatedAt: now,
})
