import {
  CreateStageCommand,
  DeleteStageCommand,
  FlushStageAuthorizersCacheCommand,
  FlushStageCacheCommand,
  GetStageCommand,
  GetStagesCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { on, toCreate } from "../access.ts"
import { badRequest, conflict, limitExceeded, stageNotFound } from "../errors.ts"
import { patchedKeys } from "../request-keys.ts"
import { getRestApi } from "../rest-apis/get.ts"
import type { Stage } from "../settings.ts"
import { assertTags } from "../tag-rules.ts"
import { assertStage } from "./check.ts"
import { patchStage } from "./patch.ts"
import { isStageName, stages } from "./record.ts"
import { showStage } from "./show.ts"

const STAGES = "/restapis/{restApiId}/stages"
const STAGE = `${STAGES}/{stageName}`

/** Developer Guide, "Quotas for configuring and running a REST API". */
const MOST_STAGES = 10

export async function getStage(tx: Reading, restApiId: string, stageName: string): Promise<Stage> {
  const found = isStageName(stageName) ? await stages.read(tx, restApiId, stageName) : undefined
  if (!found) throw stageNotFound()
  return found
}

/** What a new stage must hold: its name, and that there is a place for it. */
export async function assertNewStage(tx: Reading, restApiId: string, stageName: string): Promise<void> {
  if (!isStageName(stageName)) throw badRequest("Stage name only allows a-zA-Z0-9_-") // UNVERIFIED text
  // Quoted by many who met it.
  if (await stages.read(tx, restApiId, stageName)) throw conflict("Stage already exists")
  if ((await stages.count(tx, restApiId)) >= MOST_STAGES) throw limitExceeded("stages", "API")
}

export const CreateStage = operation(CreateStageCommand, {
  access: toCreate(STAGES, ({ restApiId: _, stageName }) => ({ "apigateway:Request/StageName": stageName })),
  async handle({ restApiId, stageName, tags, ...input }, context) {
    assertTags(tags)
    const now = context.clock.now()
    const { canarySettings } = input
    const stage: Stage = {
      restApiId,
      stageName,
      deploymentId: input.deploymentId,
      description: input.description,
      variables: input.variables,
      documentationVersion: input.documentationVersion,
      cacheClusterEnabled: input.cacheClusterEnabled ?? false,
      cacheClusterSize: input.cacheClusterSize,
      methodSettings: {},
      canarySettings: canarySettings && {
        ...canarySettings,
        percentTraffic: canarySettings.percentTraffic ?? 0,
        deploymentId: canarySettings.deploymentId ?? input.deploymentId,
        useStageCache: canarySettings.useStageCache ?? false,
      },
      tracingEnabled: input.tracingEnabled ?? false,
      tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
      authorizerCacheFlushes: 0,
      createdAt: now,
      updatedAt: now,
    }
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      await assertNewStage(tx, restApiId, stageName)
      await assertStage(tx, context, stage)
      await stages.put(tx, restApiId, stageName, stage)
      return showStage(stage)
    })
  },
})

export const GetStage = operation(GetStageCommand, {
  access: on("GET", STAGE),
  handle: ({ restApiId, stageName }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      return showStage(await getStage(tx, restApiId, stageName))
    }),
})

export const GetStages = operation(GetStagesCommand, {
  access: on("GET", STAGES),
  handle: ({ restApiId, deploymentId }, context) =>
    context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const all = (await stages.all(tx, restApiId)).map(({ record }) => record)
      const asked = deploymentId ? all.filter((stage) => stage.deploymentId === deploymentId) : all
      return { item: asked.map(showStage) }
    }),
})

export const UpdateStage = operation(UpdateStageCommand, {
  access: on("PATCH", STAGE, ({ patchOperations }) =>
    patchedKeys(patchOperations, {
      "/accessLogSettings/destinationArn": "apigateway:Request/AccessLoggingDestination",
      "/accessLogSettings/format": "apigateway:Request/AccessLoggingFormat",
    }),
  ),
  async handle({ restApiId, stageName, patchOperations }, context) {
    const now = context.clock.now()
    return context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const before = await getStage(tx, restApiId, stageName)
      const stage: Stage = { ...patchStage(before, patchOperations), updatedAt: now }
      await assertStage(tx, context, stage, before)
      await stages.put(tx, restApiId, stageName, stage)
      return showStage(stage)
    })
  },
})

export const DeleteStage = operation(DeleteStageCommand, {
  access: on("DELETE", STAGE),
  async handle({ restApiId, stageName }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      await getStage(tx, restApiId, stageName)
      await stages.remove(tx, restApiId, stageName)
    })
    return {}
  },
})

/** What the authorizers of the stage have answered is asked for anew. */
export const FlushStageAuthorizersCache = operation(FlushStageAuthorizersCacheCommand, {
  access: on("DELETE", `${STAGE}/cache/authorizers`),
  async handle({ restApiId, stageName }, context) {
    await context.store.transact(async (tx) => {
      await getRestApi(tx, context, restApiId)
      const stage = await getStage(tx, restApiId, stageName)
      const authorizerCacheFlushes = stage.authorizerCacheFlushes + 1
      await stages.put(tx, restApiId, stageName, { ...stage, authorizerCacheFlushes })
    })
    return {}
  },
})

/** No stage has a cache cluster, so that there is nothing to forget. */
export const FlushStageCache = operation(FlushStageCacheCommand, {
  access: on("DELETE", `${STAGE}/cache/data`),
  async handle({ restApiId, stageName }, context) {
    await context.store.read(async (tx) => {
      await getRestApi(tx, context, restApiId)
      await getStage(tx, restApiId, stageName)
    })
    return {}
  },
})
