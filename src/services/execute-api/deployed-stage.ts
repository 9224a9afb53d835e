import type { Deps } from "../../call.ts"
import { type Api, findSnapshot, readStage, type Snapshot, type StageSettings } from "../apigatewayv2/service.ts"

/** What a stage serves. */
export interface Deployed {
  stage: StageSettings
  snapshot: Snapshot | undefined
}

/** Where a stage has been deployed anew a moment ago, by another node, what is cached of it may name a deployment that is gone. */
export async function deployedTo({ apiId }: Api, stage: StageSettings, { store }: Deps): Promise<Deployed> {
  const { DeploymentId } = stage
  if (DeploymentId === undefined) return { stage, snapshot: undefined }
  const found = findSnapshot(store, apiId, DeploymentId)
  const snapshot = found instanceof Promise ? await found : found
  if (snapshot) return { stage, snapshot }
  const now = await store.read((tx) => readStage(tx, apiId, stage.StageName))
  if (!now?.DeploymentId || now.DeploymentId === DeploymentId) return { stage, snapshot: undefined }
  return { stage: now, snapshot: await findSnapshot(store, apiId, now.DeploymentId) }
}
