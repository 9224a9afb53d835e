import type { ProtocolType } from "@aws-sdk/client-apigatewayv2"
import { badRequest, isNotOf } from "../errors.ts"
import { lambdaArnOf } from "../integrations/settings.ts"
import type { AuthorizerBody } from "./record.ts"

/** Developer Guide, "Quotas". */
const AUDIENCES_AT_MOST = 50

const SOURCES: Readonly<Record<ProtocolType, RegExp>> = {
  HTTP: /^\$(?:request\.(?:header|querystring)|context|stageVariables)\.\S+$/,
  WEBSOCKET: /^(?:route\.request\.(?:header|querystring)|context|stageVariables)\.\S+$/,
}

/** Throws for what an authorizer of the protocol cannot be. UNVERIFIED: the texts. */
export function assertAuthorizer(protocol: ProtocolType, authorizer: AuthorizerBody): void {
  const { Name, AuthorizerType, IdentitySource = [] } = authorizer
  if (!/^.{1,128}$/s.test(Name ?? "")) throw badRequest("Name must be between 1 and 128 characters.")
  const wrong = IdentitySource.find((source) => !SOURCES[protocol].test(source))
  if (wrong !== undefined) throw badRequest(`Invalid identity source specified: ${wrong}`)
  if (AuthorizerType === "JWT") {
    if (protocol !== "HTTP") throw isNotOf("The authorizer type JWT", protocol)
    assertJwt(authorizer)
  } else {
    assertLambda(protocol, authorizer)
  }
}

function assertJwt({
  IdentitySource = [],
  JwtConfiguration: { Audience = [], Issuer = "" } = {},
  ...more
}: AuthorizerBody): void {
  if (more.AuthorizerUri !== undefined || more.AuthorizerPayloadFormatVersion !== undefined)
    throw badRequest("Authorizer uri and payload format version are only supported for REQUEST authorizers.")
  if (IdentitySource.length !== 1 || !/^\$request\.(?:header|querystring)\./.test(IdentitySource[0]!))
    throw badRequest("A JWT authorizer needs one identity source: a header or a query string parameter.")
  if (!/^https?:\/\/[^/\s?#]+\S*$/.test(Issuer) || !URL.canParse(Issuer)) throw badRequest(`Invalid issuer: ${Issuer}`)
  if (Audience.length === 0) throw badRequest("A JWT authorizer needs at least one audience.")
  if (Audience.length > AUDIENCES_AT_MOST)
    throw badRequest(`A JWT authorizer can have at most ${AUDIENCES_AT_MOST} audiences.`)
}

function assertLambda(protocol: ProtocolType, authorizer: AuthorizerBody): void {
  const { AuthorizerUri, AuthorizerPayloadFormatVersion, EnableSimpleResponses, IdentitySource = [] } = authorizer
  if (authorizer.JwtConfiguration !== undefined)
    throw badRequest("JWT configuration is only supported for JWT authorizers.")
  if (
    AuthorizerUri === undefined ||
    !AuthorizerUri.includes(":apigateway:") ||
    lambdaArnOf(AuthorizerUri) === undefined
  )
    throw badRequest(
      "Invalid Authorizer URI. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.",
    )
  if (protocol === "HTTP" && !/^[12]\.0$/.test(AuthorizerPayloadFormatVersion ?? ""))
    throw badRequest("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer: it is 1.0 or 2.0.")
  if (EnableSimpleResponses && AuthorizerPayloadFormatVersion !== "2.0")
    throw badRequest("Simple responses are only supported for the payload format version 2.0.")
  if ((authorizer.AuthorizerResultTtlInSeconds ?? 0) > 0 && IdentitySource.length === 0)
    throw badRequest("Caching of authorizer results needs at least one identity source.")
}
