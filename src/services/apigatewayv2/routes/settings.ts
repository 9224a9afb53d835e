import type { AuthorizationType } from "@aws-sdk/client-apigatewayv2"
import type { Reading } from "../../../store/store.ts"
import type { ApiBody } from "../apis/record.ts"
import { authorizers } from "../authorizers/record.ts"
import { badRequest, isNotOf } from "../errors.ts"
import { integrations } from "../integrations/record.ts"
import type { RouteBody } from "./record.ts"

const SCOPES_AT_MOST = 10

/** Which type an authorizer has that a route's authorization needs. */
const AUTHORIZERS: Partial<Record<AuthorizationType, "JWT" | "REQUEST">> = { JWT: "JWT", CUSTOM: "REQUEST" }

/** The texts of authorizers are quoted by clients (hashicorp, anomalyco; 2021 to 2024); UNVERIFIED: all others. */
export async function assertRoute(
  tx: Reading,
  apiId: string,
  protocol: ApiBody["ProtocolType"],
  route: RouteBody,
): Promise<void> {
  const { AuthorizationType = "NONE", AuthorizerId, AuthorizationScopes = [], Target, ApiKeyRequired } = route
  const type = AUTHORIZERS[AuthorizationType]
  if (type) {
    const authorizer = AuthorizerId === undefined ? undefined : await authorizers.read(tx, apiId, AuthorizerId)
    if (authorizer?.AuthorizerType !== type)
      throw badRequest(
        AuthorizationType === "JWT"
          ? "Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer."
          : "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
      )
  }
  if (AuthorizationScopes.length > 0 && AuthorizationType !== "JWT")
    throw badRequest("Authorization scopes can only be set for routes with the authorization type JWT.")
  if (AuthorizationScopes.length > SCOPES_AT_MOST)
    throw badRequest(`A route can have at most ${SCOPES_AT_MOST} authorization scopes.`)
  if (protocol === "HTTP" && ApiKeyRequired) throw isNotOf("Requiring an API key", protocol)
  if (protocol === "WEBSOCKET") {
    if (AuthorizationType === "JWT") throw isNotOf("The authorization type JWT", protocol)
    // Later messages come over a connection that was let in (Developer Guide, "Control access to WebSocket APIs").
    if (AuthorizationType !== "NONE" && route.RouteKey !== "$connect")
      throw badRequest("Currently, authorization is restricted to the $connect route only")
  }
  if (Target !== undefined) {
    const id = /^integrations\/([a-z0-9]+)$/.exec(Target)?.[1]
    if (id === undefined || !(await integrations.read(tx, apiId, id)))
      throw badRequest("Invalid target specified. It must be integrations/ and the id of an integration of this API.")
  }
}
