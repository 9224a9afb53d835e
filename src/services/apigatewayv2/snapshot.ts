import type {
  AccessLogSettings,
  Authorizer,
  Cors,
  Integration,
  IntegrationResponse,
  Model,
  ProtocolType,
  Route,
  RouteResponse,
  RouteSettings,
} from "@aws-sdk/client-apigatewayv2"

/*
 * What the data plane knows of an API. A deployment is an immutable snapshot of how the API was configured: one document, written
 * once, that changes of the API do not touch (Developer Guide, "Stages for HTTP APIs"). What is set for a stage counts at once.
 *
 * Parts of an API are kept, and are here, in the shape in which the API reference shows them: members that were not set are left
 * out, times are not among them.
 */

export interface Snapshot {
  protocol: ProtocolType
  /** Of WebSocket APIs: `$request.body.action`. */
  routeSelectionExpression: string
  apiKeySelectionExpression: string
  /** Only custom domains reach the API: it takes a deployment to change it (API reference, "UpdateApi"). */
  isDefaultEndpointDisabled: boolean
  cors?: Cors
  routes: readonly DeployedRoute[]
  /** By their ids; a route's `Target` is `integrations/<id>`. */
  integrations: Readonly<Record<string, DeployedIntegration>>
  /** By their ids. */
  authorizers: Readonly<Record<string, Authorizer>>
  /** Of WebSocket APIs, by their names. */
  models: Readonly<Record<string, Model>>
}

export interface DeployedRoute extends Route {
  RouteId: string
  RouteKey: string
  /** Of WebSocket APIs: there is at most the one whose key is `$default`. */
  responses?: readonly RouteResponse[]
}

export interface DeployedIntegration extends Integration {
  IntegrationId: string
  /** Of WebSocket APIs. */
  responses?: readonly IntegrationResponse[]
}

/** A stage as it is configured, beside its deployment. */
export interface StageSettings {
  StageName: string
  DeploymentId?: string
  StageVariables: Readonly<Record<string, string>>
  DefaultRouteSettings: RouteSettings
  /** By route key. */
  RouteSettings: Readonly<Record<string, RouteSettings>>
  AccessLogSettings?: AccessLogSettings
  /** When results of its authorizers were last to be forgotten (ResetAuthorizersCache): milliseconds since the epoch. */
  authorizersForgottenAt?: number
}

/** Whose an API is, and where. */
export interface ApiOwner {
  apiId: string
  account: string
  region: string
}
