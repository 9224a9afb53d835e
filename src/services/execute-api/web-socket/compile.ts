import type { DeployedRoute, Snapshot } from "../../apigatewayv2/service.ts"
import { misconfigured } from "../integrations/request-body.ts"
import { assertValid, modelOf } from "../rest/body-check.ts"
import type { Exchange } from "../rest/exchange.ts"
import { compileValidation } from "../rest/validation.ts"
import { type Authorize, compileSocketAuthorization } from "./authorization.ts"
import { compileSocketIntegration, type Integrate, ofMethod } from "./integrations.ts"
import { compileSelection, type Selection } from "./selection.ts"

/** A deployment of a WebSocket API made ready for its connections. */
export interface CompiledSocketApi {
  routes: ReadonlyMap<string, CompiledRoute>
  /** The key that a message names. */
  select: Selection
  /** Where the API key of a handshake is looked for. */
  apiKeySource: "HEADER" | "AUTHORIZER"
}

export interface CompiledRoute {
  routeKey: string
  authorizationType: string | undefined
  needsApiKey: boolean
  /** Whether what its integration answers is sent back. */
  isTwoWay: boolean
  authorize: Authorize
  /** Throws where what has come is not as it has to be. */
  validate(exchange: Exchange, body: () => unknown): void
  /** Undefined where there is nothing behind it. */
  integrate: Integrate | undefined
}

/** By the object that is cached as configuration: it goes when that goes. */
const compiled = new WeakMap<Snapshot, CompiledSocketApi>()

export function compileSocketApi(snapshot: Snapshot, region: string): CompiledSocketApi {
  let api = compiled.get(snapshot)
  if (!api) {
    api = {
      routes: new Map(snapshot.routes.map((route) => [route.RouteKey, compileRoute(route, snapshot, region)])),
      select: compileSelection(snapshot.routeSelectionExpression),
      apiKeySource: snapshot.apiKeySelectionExpression.includes("usageIdentifierKey") ? "AUTHORIZER" : "HEADER",
    }
    compiled.set(snapshot, api)
  }
  return api
}

function compileRoute(route: DeployedRoute, snapshot: Snapshot, region: string): CompiledRoute {
  const { RouteKey, Target = "", AuthorizationType, ApiKeyRequired = false } = route
  const { RouteResponseSelectionExpression, responses = [] } = route
  const id = Target.slice("integrations/".length)
  const integration = Object.hasOwn(snapshot.integrations, id) ? snapshot.integrations[id] : undefined
  // Later messages are not signed: there is nobody whose permissions could be used.
  const isAsCaller = RouteKey !== "$connect" && /:iam::\*:user\/\*$/.test(integration?.CredentialsArn ?? "")
  return {
    routeKey: RouteKey,
    authorizationType: AuthorizationType,
    needsApiKey: ApiKeyRequired,
    // Developer Guide, "Set up route responses": both are needed.
    isTwoWay:
      RouteResponseSelectionExpression !== undefined && responses.some((one) => one.RouteResponseKey === "$default"),
    authorize: compileSocketAuthorization(route, snapshot),
    validate: compileChecks(route, snapshot),
    integrate: isAsCaller
      ? async () => {
          throw misconfigured("an integration with a role: messages are not signed", "one that asks as the caller")
        }
      : integration && compileSocketIntegration(integration, region),
  }
}

/** Parameters of the handshake that a route requires, and the model of messages (Developer Guide, "Set up request validation"). */
function compileChecks(route: DeployedRoute, { models }: Snapshot): CompiledRoute["validate"] {
  const { RequestParameters = {}, RequestModels = {}, ModelSelectionExpression = "$default" } = route
  const assertParameters = compileValidation(
    {
      requestValidatorId: "all",
      requestParameters: Object.fromEntries(
        Object.entries(RequestParameters).map(([name, { Required = false }]) => [ofMethod(name), Required]),
      ),
    },
    {
      requestValidators: { all: { id: "all", validateRequestParameters: true, validateRequestBody: false } },
      models: {},
    },
  )
  const schemas = Object.fromEntries(
    Object.entries(models).map(([name, { Schema }]) => [name, Schema === undefined ? {} : { schema: Schema }]),
  )
  const byKey = new Map(Object.entries(RequestModels).map(([key, name]) => [key, modelOf(name, { models: schemas })]))
  const select = compileSelection(ModelSelectionExpression)
  return (exchange, body) => {
    if (exchange.socket?.eventType === "CONNECT") return assertParameters(exchange)
    const validate = byKey.size === 0 ? undefined : byKey.get(select(exchange, body) ?? "")
    if (validate) assertValid(exchange.body.toString("utf8"), validate)
  }
}
