import type { CallContext } from "../../../call.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import type { Stage } from "../../apigateway/service.ts"
import type { Api, StageSettings } from "../../apigatewayv2/service.ts"
import { type Arrival, type Authorizer, type Exchange, newExtendedId } from "../rest/exchange.ts"
import type { SocketContext } from "./context.ts"

/** Of a WebSocket API's stage, by the object that is cached as configuration. */
const stages = new WeakMap<StageSettings, Stage>()

/** A stage as what is shared with REST APIs knows it. */
function stageOf({ apiId }: Api, settings: StageSettings): Stage {
  const known = stages.get(settings)
  if (known) return known
  const { AccessLogSettings: { DestinationArn, Format } = {} } = settings
  const stage: Stage = {
    restApiId: apiId,
    stageName: settings.StageName,
    deploymentId: settings.DeploymentId ?? "",
    methodSettings: {},
    authorizerCacheFlushes: settings.authorizersForgottenAt ?? 0,
    cacheClusterEnabled: false,
    tracingEnabled: false,
    createdAt: 0,
    updatedAt: 0,
    ...(DestinationArn !== undefined &&
      Format !== undefined && { accessLogSettings: { destinationArn: DestinationArn, format: Format } }),
  }
  stages.set(settings, stage)
  return stage
}

/** Where something happens. */
export interface SocketPlace {
  api: Api
  stage: StageSettings
  domainName: string
  request: HttpRequest
  /** Milliseconds since the epoch. */
  now: number
}

/**
 * What happens on a connection as a call of an API: authorizers, integrations, templates and logs are those of REST APIs. Its method and
 * path together are the route's key, as ARNs have it: `<api>/<stage>/$connect`.
 */
export function arrivalOf(
  { api, stage: settings, domainName, request, now }: SocketPlace,
  socket: SocketContext,
  {
    authorizationType,
    authorizer,
  }: { authorizationType?: string | undefined; authorizer?: Authorizer | undefined } = {},
): Arrival {
  const { account, region, apiId } = api
  const stage = stageOf(api, settings)
  const requestId = newExtendedId()
  return {
    request: { ...request, method: socket.routeKey },
    apiId,
    account,
    region,
    stage: { stage, deploymentId: stage.deploymentId, isCanary: false, variables: settings.StageVariables },
    path: "",
    wholePath: request.path,
    domainName,
    domainPrefix: domainName.split(".", 1)[0]!,
    resourceId: "",
    resourcePath: "",
    method: {
      httpMethod: "",
      authorizationType: authorizationType === "AWS_IAM" ? "AWS_IAM" : "NONE",
      apiKeyRequired: false,
    },
    parameters: undefined,
    isSecure: request.secure,
    arrivedAt: now,
    requestId,
    extendedRequestId: requestId,
    socket,
    ...(authorizer && { authorizer }),
  }
}

export const exchangeOf = (arrival: Arrival, body: Buffer, call: CallContext): Exchange =>
  Object.assign(arrival, { body, call })
