import {
  CreateStageCommand,
  DeleteStageCommand,
  GetStageCommand,
  GetStagesCommand,
  type RouteSettings,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2"
import type { RequirementContext } from "../../../authorization/requirement.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { belowApi, creating, on } from "../access.ts"
import { type ApiBody, getApi } from "../apis/record.ts"
import { deployAutomatically, deployedTo } from "../deployments/deploy.ts"
import { readDeployment } from "../deployments/record.ts"
import { badRequest, conflict, partNotFound, tooMany } from "../errors.ts"
import { page } from "../paging.ts"
import { mergedTexts, patched, picked } from "../patch.ts"
import { assertTags } from "../tags/limits.ts"
import { type StageBody, stages } from "./record.ts"
import { assertAccessLog, assertRouteSettings, assertStageName, assertVariables } from "./settings.ts"

/** Developer Guide, "Quotas". */
const STAGES_AT_MOST = 10

const OPTIONAL = ["AccessLogSettings", "ClientCertificateId", "Description"] as const

export const stagePath = belowApi<{ ApiId: string; StageName: string }>("stages", ({ StageName }) => StageName)

interface Requested {
  StageName?: string | undefined
  AccessLogSettings?: { DestinationArn?: string | undefined; Format?: string | undefined } | undefined
}
const requested = ({ StageName, AccessLogSettings }: Requested): RequirementContext => ({
  "apigateway:Request/StageName": StageName,
  "apigateway:Request/AccessLoggingDestination": AccessLogSettings?.DestinationArn,
  "apigateway:Request/AccessLoggingFormat": AccessLogSettings?.Format,
})

export async function getStage(tx: Reading, apiId: string, name: string): Promise<StageBody> {
  const stage = await stages.read(tx, apiId, name)
  if (!stage) throw partNotFound("stage")
  return stage
}

/** A stage as the reference shows it. */
export function show({ createdAt, updatedAt, authorizersForgottenAt: _, ...body }: StageBody) {
  const { StageVariables, RouteSettings, Tags } = body
  return {
    ...body,
    StageVariables: { ...StageVariables },
    RouteSettings: { ...RouteSettings },
    Tags: { ...Tags },
    CreatedDate: new Date(createdAt),
    LastUpdatedDate: new Date(updatedAt),
  }
}

/** UNVERIFIED: what a stage of a WebSocket API shows that was not set. */
const defaultSettings = (protocol: ApiBody["ProtocolType"]): RouteSettings =>
  protocol === "HTTP"
    ? { DetailedMetricsEnabled: false }
    : { DataTraceEnabled: false, DetailedMetricsEnabled: false, LoggingLevel: "OFF" }

async function assertStage(tx: Reading, apiId: string, protocol: ApiBody["ProtocolType"], stage: StageBody) {
  const { StageVariables, RouteSettings: settings, DefaultRouteSettings, AccessLogSettings } = stage
  assertVariables(StageVariables)
  await assertRouteSettings(tx, apiId, protocol, settings, DefaultRouteSettings)
  if (AccessLogSettings) assertAccessLog(AccessLogSettings)
}

/** UNVERIFIED: the texts. */
async function assertDeployment(tx: Reading, apiId: string, id: string, isAutomatic: boolean): Promise<void> {
  if (isAutomatic) throw badRequest("Deployment ID cannot be set for a stage with automatic deployments.")
  if (!(await readDeployment(tx, apiId, id))) throw badRequest("Deployment id does not exist")
}

export const CreateStage = operation(CreateStageCommand, {
  access: creating(belowApi("stages"), requested),
  async handle(input, context) {
    const { ApiId, StageName, Tags = {}, DeploymentId, AutoDeploy = false } = input
    const now = context.clock.now()
    const stage = await context.store.transact(async (tx) => {
      const api = await getApi(tx, ApiId, context)
      const { apiId } = api
      const { ProtocolType } = api.body
      assertStageName(ProtocolType, StageName)
      assertTags(Tags)
      const others = await stages.all(tx, apiId)
      if (others.some(({ id }) => id === StageName)) throw conflict("Stage already exists")
      if (others.length >= STAGES_AT_MOST) throw tooMany("Stages")
      const created: StageBody = {
        StageName,
        AutoDeploy,
        ...picked<StageBody>(input, OPTIONAL),
        StageVariables: input.StageVariables ?? {},
        DefaultRouteSettings: { ...defaultSettings(ProtocolType), ...input.DefaultRouteSettings },
        RouteSettings: input.RouteSettings ?? {},
        Tags,
        createdAt: now,
        updatedAt: now,
      }
      await assertStage(tx, apiId, ProtocolType, created)
      if (DeploymentId !== undefined) await assertDeployment(tx, apiId, DeploymentId, AutoDeploy)
      await stages.put(
        tx,
        apiId,
        StageName,
        DeploymentId === undefined ? created : deployedTo(created, DeploymentId, now),
      )
      if (AutoDeploy) await deployAutomatically(tx, api, now, StageName)
      return getStage(tx, apiId, StageName)
    })
    return show(stage)
  },
})

export const GetStage = operation(GetStageCommand, {
  access: on("GET", stagePath),
  handle: ({ ApiId, StageName }, context) =>
    context.store.read(async (tx) => {
      await getApi(tx, ApiId, context)
      return show(await getStage(tx, ApiId, StageName))
    }),
})

export const GetStages = operation(GetStagesCommand, {
  access: on("GET", belowApi("stages")),
  handle: (input, context) =>
    context.store.read(async (tx) => {
      const { apiId } = await getApi(tx, input.ApiId, context)
      const { Items, ...next } = await page(context, `stages ${apiId}`, input, {
        load: (after, limit) => stages.list(tx, apiId, after, limit),
        keyOf: ({ id }) => id,
      })
      return { Items: Items.map(({ body }) => show(body)), ...next }
    }),
})

export const UpdateStage = operation(UpdateStageCommand, {
  access: on("PATCH", stagePath, requested),
  async handle(input, context) {
    const { ApiId, StageName, DeploymentId } = input
    const now = context.clock.now()
    const changed = await context.store.transact(async (tx) => {
      const api = await getApi(tx, ApiId, context)
      const { apiId } = api
      const { ProtocolType } = api.body
      const found = await getStage(tx, apiId, StageName)
      const stage: StageBody = {
        ...patched<StageBody>(found, input, [...OPTIONAL, "AutoDeploy"]),
        ...(input.AccessLogSettings && {
          AccessLogSettings: { ...found.AccessLogSettings, ...input.AccessLogSettings },
        }),
        StageVariables: mergedTexts(found.StageVariables, input.StageVariables),
        // UNVERIFIED that settings which are not named stay.
        DefaultRouteSettings: { ...found.DefaultRouteSettings, ...input.DefaultRouteSettings },
        RouteSettings: mergedSettings(found.RouteSettings, input.RouteSettings),
        updatedAt: now,
      }
      // A route may have gone since its settings were made: those that are new are held against the routes.
      await assertStage(tx, apiId, ProtocolType, { ...stage, RouteSettings: input.RouteSettings ?? {} })
      if (DeploymentId !== undefined && DeploymentId !== found.DeploymentId)
        await assertDeployment(tx, apiId, DeploymentId, stage.AutoDeploy)
      await stages.put(tx, apiId, StageName, DeploymentId === undefined ? stage : deployedTo(stage, DeploymentId, now))
      if (stage.AutoDeploy && !found.AutoDeploy) await deployAutomatically(tx, api, now, StageName)
      return getStage(tx, apiId, StageName)
    })
    return show(changed)
  },
})

const mergedSettings = (
  present: StageBody["RouteSettings"],
  given: StageBody["RouteSettings"] = {},
): StageBody["RouteSettings"] => ({
  ...present,
  ...Object.fromEntries(Object.entries(given).map(([key, value]) => [key, { ...present[key], ...value }])),
})

export const DeleteStage = operation(DeleteStageCommand, {
  access: on("DELETE", stagePath),
  async handle({ ApiId, StageName }, context) {
    await context.store.transact(async (tx) => {
      const { apiId } = await getApi(tx, ApiId, context)
      if (!(await stages.remove(tx, apiId, StageName))) throw partNotFound("stage")
    })
    return {}
  },
})
