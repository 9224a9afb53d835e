import type { Writing } from "../../../store/store.ts"
import { badRequest, isNotOf } from "../errors.ts"
import { newPartId } from "../ids.ts"
import { type IntegrationBody, integrations } from "../integrations/record.ts"
import { lambdaArnOf } from "../integrations/settings.ts"
import { routes } from "../routes/record.ts"
import { assertRouteKey } from "../routes/route-key.ts"
import { type StageBody, stages } from "../stages/record.ts"
import type { Api, ApiBody } from "./record.ts"

interface QuickCreation {
  Target?: string | undefined
  RouteKey?: string | undefined
  CredentialsArn?: string | undefined
}

export const DEFAULT = "$default"

/** What a target is reached by: a function, or a URL. */
function integrationOf({ Target, CredentialsArn }: QuickCreation & { Target: string }): IntegrationBody {
  const common = {
    ApiGatewayManaged: true,
    ConnectionType: "INTERNET" as const,
    IntegrationUri: Target,
    TimeoutInMillis: 30_000,
    ...(CredentialsArn && { CredentialsArn }),
  }
  if (lambdaArnOf(Target) !== undefined)
    return { ...common, IntegrationType: "AWS_PROXY", IntegrationMethod: "POST", PayloadFormatVersion: "2.0" }
  if (!/^https?:\/\/[^/\s]/.test(Target))
    throw badRequest("Invalid target specified. It must be a URL or the ARN of a Lambda function.")
  return { ...common, IntegrationType: "HTTP_PROXY", IntegrationMethod: "ANY", PayloadFormatVersion: "1.0" }
}

export function assertQuickCreation(protocol: ApiBody["ProtocolType"], input: QuickCreation): void {
  if (input.Target === undefined) {
    if (input.RouteKey !== undefined || input.CredentialsArn !== undefined)
      throw badRequest("Target must be specified for quick create.")
    return
  }
  if (protocol !== "HTTP") throw isNotOf("Quick create", protocol)
}

/** Integration, catch-all route and stage of a new API, which API Gateway keeps for its owner ("Quick create"). */
export async function quickCreate(tx: Writing, { apiId }: Api, input: QuickCreation, now: number): Promise<void> {
  const { Target, RouteKey = DEFAULT } = input
  if (Target === undefined) return
  assertRouteKey("HTTP", RouteKey)
  const integrationId = newPartId()
  await integrations.put(tx, apiId, integrationId, integrationOf({ ...input, Target }))
  await routes.put(tx, apiId, newPartId(), {
    ApiGatewayManaged: true,
    ApiKeyRequired: false,
    AuthorizationType: "NONE",
    RouteKey,
    Target: `integrations/${integrationId}`,
  })
  const stage: StageBody = {
    ApiGatewayManaged: true,
    StageName: DEFAULT,
    AutoDeploy: true,
    DefaultRouteSettings: { DetailedMetricsEnabled: false },
    RouteSettings: {},
    StageVariables: {},
    Tags: {},
    createdAt: now,
    updatedAt: now,
  }
  await stages.put(tx, apiId, DEFAULT, stage)
}

/** UpdateApi changes what was quickly created; what was not is the owner's to change. */
export async function updateQuickCreation(tx: Writing, { apiId }: Api, input: QuickCreation): Promise<void> {
  const { Target, RouteKey, CredentialsArn } = input
  if (Target === undefined && RouteKey === undefined && CredentialsArn === undefined) return
  const integration = (await integrations.all(tx, apiId)).find(({ body }) => body.ApiGatewayManaged)
  const route = (await routes.all(tx, apiId)).find(({ body }) => body.ApiGatewayManaged)
  if (!integration || !route) throw badRequest("Only an API that was made by quick create has a target.")
  if (RouteKey !== undefined) {
    assertRouteKey("HTTP", RouteKey)
    await routes.put(tx, apiId, route.id, { ...route.body, RouteKey })
  }
  const target = Target ?? integration.body.IntegrationUri
  const credentials = CredentialsArn ?? integration.body.CredentialsArn
  if (target !== undefined)
    await integrations.put(tx, apiId, integration.id, integrationOf({ Target: target, CredentialsArn: credentials }))
}
