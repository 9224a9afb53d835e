import {
  DefinitionError,
  type Document,
  given,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  member,
  objectOf,
  parseDocument,
  resolve,
  textMap,
  textOf,
  textsOf,
} from "../../../open-api/index.ts"
import type { ApiBody } from "../apis/record.ts"
import type { AuthorizerBody } from "../authorizers/record.ts"
import { badRequest } from "../errors.ts"
import type { IntegrationBody } from "../integrations/record.ts"
import type { RouteBody } from "../routes/record.ts"

/** What a definition makes of an HTTP API, before anything of it has an id. */
export interface Draft {
  settings: Pick<ApiBody, "Name"> &
    Partial<Pick<ApiBody, "Description" | "Version" | "CorsConfiguration" | "DisableExecuteApiEndpoint">>
  tags: Record<string, string>
  routes: readonly { route: RouteBody; integration: IntegrationBody | undefined; authorizer: string | undefined }[]
  /** By their names. */
  authorizers: ReadonlyMap<string, AuthorizerBody>
  warnings: readonly string[]
}

const VERBS: Readonly<Record<string, string>> = {
  get: "GET",
  put: "PUT",
  post: "POST",
  delete: "DELETE",
  patch: "PATCH",
  options: "OPTIONS",
  head: "HEAD",
  "x-amazon-apigateway-any-method": "ANY",
}

/** OpenAPI 3 with API Gateway's extensions (Developer Guide, "Working with OpenAPI definitions for HTTP APIs"). */
/** What becomes of a path that stands before all others. */
export type BasePathUse = "ignore" | "prepend" | "split"

export function readDefinition(text: string, basePath: BasePathUse): Draft {
  const { root } = parse(text)
  const warnings: string[] = []
  const authorizers = readAuthorizers(root)
  const before = usedBasePath(root, basePath)
  const routes: Draft["routes"][number][] = []
  for (const [path, item] of Object.entries(objectOf(root.paths)))
    for (const [name, operation] of Object.entries(objectOf(resolve(root, item)))) {
      if (!Object.hasOwn(VERBS, name) || !isObject(operation)) continue
      const security = readSecurity(root, operation, authorizers, warnings)
      const RouteKey = path === "/$default" ? "$default" : `${VERBS[name]} ${before}${path}`
      const integration = readIntegration(resolve(root, operation["x-amazon-apigateway-integration"]))
      if (!integration) warnings.push(`Route ${RouteKey} has no integration`)
      const route = given<RouteBody>({
        RouteKey,
        ApiKeyRequired: false,
        AuthorizationType: security.type,
        AuthorizationScopes: security.scopes,
        OperationName: textOf(operation.operationId),
      })
      routes.push({ route, integration, authorizer: security.authorizer })
    }
  return { settings: readSettings(root), tags: readTags(root), routes, authorizers, warnings }
}

/** UNVERIFIED texts. */
function parse(text: string): Document {
  let document: Document
  try {
    document = parseDocument(text)
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error
    throw badRequest("Invalid OpenAPI input.", { check: "OpenAPI", found: error.message })
  }
  if (document.is !== "openapi") throw badRequest("Only OpenAPI 3.0 definitions are supported for HTTP APIs.")
  return document
}

function readSettings(root: JsonObject): Draft["settings"] {
  const cors = root["x-amazon-apigateway-cors"]
  const endpoint = member(listOf(root.servers)[0], "x-amazon-apigateway-endpoint-configuration")
  const disabled = member(endpoint, "disableExecuteApiEndpoint")
  return given<Draft["settings"]>({
    Name: textOf(member(root.info, "title")) ?? "",
    Description: textOf(member(root.info, "description")),
    Version: textOf(member(root.info, "version")),
    DisableExecuteApiEndpoint: typeof disabled === "boolean" ? disabled : undefined,
    CorsConfiguration: isObject(cors) ? readCors(cors) : undefined,
  })
}

function readCors(cors: JsonObject): NonNullable<ApiBody["CorsConfiguration"]> {
  const list = (name: string) => (Array.isArray(cors[name]) ? textsOf(cors[name]) : undefined)
  return given<NonNullable<ApiBody["CorsConfiguration"]>>({
    AllowCredentials: typeof cors.allowCredentials === "boolean" ? cors.allowCredentials : undefined,
    AllowHeaders: list("allowHeaders"),
    AllowMethods: list("allowMethods"),
    AllowOrigins: list("allowOrigins"),
    ExposeHeaders: list("exposeHeaders"),
    MaxAge: typeof cors.maxAge === "number" ? cors.maxAge : undefined,
  })
}

const readTags = (root: JsonObject): Record<string, string> =>
  Object.fromEntries(
    listOf(root.tags).flatMap((tag) => {
      const [name, value] = [textOf(member(tag, "name")), textOf(member(tag, "x-amazon-apigateway-tag-value"))]
      return name === undefined || value === undefined ? [] : [[name, value]]
    }),
  )

function readAuthorizers(root: JsonObject): Map<string, AuthorizerBody> {
  const read = new Map<string, AuthorizerBody>()
  for (const [name, scheme] of Object.entries(objectOf(member(root.components, "securitySchemes")))) {
    const extension = member(scheme, "x-amazon-apigateway-authorizer")
    if (isObject(extension)) read.set(name, readAuthorizer(name, extension))
  }
  return read
}

function readAuthorizer(Name: string, extension: JsonObject): AuthorizerBody {
  const sources = Array.isArray(extension.identitySource)
    ? textsOf(extension.identitySource)
    : textOf(extension.identitySource)?.split(/\s*,\s*/)
  const jwt = extension.jwtConfiguration
  const isJwt = textOf(extension.type)?.toLowerCase() === "jwt"
  const seconds = extension.authorizerResultTtlInSeconds
  if (isJwt)
    return given<AuthorizerBody>({
      Name,
      AuthorizerType: "JWT",
      IdentitySource: sources ?? ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: textOf(member(jwt, "issuer")), Audience: textsOf(member(jwt, "audience")) },
    })
  return given<AuthorizerBody>({
    Name,
    AuthorizerType: "REQUEST",
    IdentitySource: sources,
    AuthorizerUri: textOf(extension.authorizerUri),
    AuthorizerCredentialsArn: textOf(extension.authorizerCredentials),
    AuthorizerPayloadFormatVersion: textOf(extension.authorizerPayloadFormatVersion),
    AuthorizerResultTtlInSeconds: typeof seconds === "number" ? seconds : 0,
    EnableSimpleResponses: extension.enableSimpleResponses === true,
  })
}

interface RouteSecurity {
  type: NonNullable<RouteBody["AuthorizationType"]>
  authorizer?: string
  scopes?: string[]
}

function readSecurity(
  root: JsonObject,
  operation: JsonObject,
  authorizers: ReadonlyMap<string, AuthorizerBody>,
  warnings: string[],
): RouteSecurity {
  const own = member(operation["x-amazon-apigateway-auth"], "type")
  const found: RouteSecurity = { type: textOf(own)?.toUpperCase() === "AWS_IAM" ? "AWS_IAM" : "NONE" }
  const schemes = member(root.components, "securitySchemes")
  for (const requirement of listOf(operation.security ?? root.security))
    for (const [name, scopes] of Object.entries(objectOf(requirement))) {
      const authorizer = authorizers.get(name)
      const kind = textOf(member(member(schemes, name), "x-amazon-apigateway-authtype"))?.toLowerCase()
      if (authorizer) {
        found.type = authorizer.AuthorizerType === "JWT" ? "JWT" : "CUSTOM"
        found.authorizer = name
        if (textsOf(scopes).length > 0 && found.type === "JWT") found.scopes = textsOf(scopes)
      } else if (kind === "awssigv4") found.type = "AWS_IAM"
      // Nobody is let in by what is not understood: it is told.
      else warnings.push(`Security scheme ${name} is not supported: it is ignored`)
    }
  return found
}

function readIntegration(extension: Json): IntegrationBody | undefined {
  if (!isObject(extension)) return undefined
  const type = textOf(extension.type)?.toUpperCase()
  const timeout = extension.timeoutInMillis
  const responses = extension.responseParameters
  return given<IntegrationBody>({
    IntegrationType: type as IntegrationBody["IntegrationType"],
    IntegrationSubtype: textOf(extension.integrationSubtype),
    IntegrationMethod: textOf(extension.httpMethod) ?? (type === "AWS_PROXY" ? "POST" : undefined),
    IntegrationUri: textOf(extension.uri),
    PayloadFormatVersion: textOf(extension.payloadFormatVersion) ?? "1.0",
    ConnectionType: (textOf(extension.connectionType) ?? "INTERNET") as IntegrationBody["ConnectionType"],
    ConnectionId: textOf(extension.connectionId),
    CredentialsArn: textOf(extension.credentials),
    Description: textOf(extension.description),
    TimeoutInMillis: typeof timeout === "number" ? timeout : 30_000,
    RequestParameters: textMap(extension.requestParameters),
    ResponseParameters: isObject(responses)
      ? Object.fromEntries(Object.entries(responses).map(([status, mappings]) => [status, textMap(mappings) ?? {}]))
      : undefined,
  })
}

/** Of the first server, its variables filled in. */
function usedBasePath(root: JsonObject, use: BasePathUse): string {
  if (use === "ignore") return ""
  const server = listOf(root.servers)[0]
  const url = (textOf(member(server, "url")) ?? "").replace(
    /\{([^{}]+)\}/g,
    (_, name: string) => textOf(member(member(member(server, "variables"), name), "default")) ?? "",
  )
  const path = url.startsWith("/") ? url : (URL.parse(url)?.pathname ?? "")
  const parts = path.split("/").filter((part) => part !== "")
  return (use === "prepend" ? parts : parts.slice(1)).map((part) => `/${part}`).join("")
}
