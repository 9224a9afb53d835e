import { ExportApiCommand, type ExportApiCommandOutput } from "@aws-sdk/client-apigatewayv2"
import { stringify } from "yaml"
import { given } from "../../../open-api/index.ts"
import { operation } from "../../../operation.ts"
import { belowApi, on } from "../access.ts"
import { type Api, getApi } from "../apis/record.ts"
import { showApi } from "../apis/show.ts"
import { takeSnapshot } from "../deployments/deploy.ts"
import { readSnapshot } from "../deployments/record.ts"
import { badRequest, isNotOf, partNotFound } from "../errors.ts"
import type { DeployedIntegration, DeployedRoute, Snapshot } from "../snapshot.ts"
import { stages } from "../stages/record.ts"

const exportPath = belowApi<{ ApiId: string; Specification: string }>("exports", ({ Specification }) => Specification)

/** Of a stage, what is deployed to it; without one, the API as it is now (Developer Guide, "Exporting HTTP APIs"). */
export const ExportApi = operation(ExportApiCommand, {
  access: on("GET", exportPath),
  async handle(
    { ApiId, Specification, OutputType, StageName, IncludeExtensions = true, ExportVersion = "1.0" },
    context,
  ) {
    // UNVERIFIED texts.
    if (Specification !== "OAS30") throw badRequest(`Invalid specification: ${Specification}. It must be OAS30.`)
    if (ExportVersion !== "1.0") throw badRequest(`Invalid export version: ${ExportVersion}. It must be 1.0.`)
    const { api, snapshot } = await context.store.read(async (tx) => {
      const found = await getApi(tx, ApiId, context)
      if (found.body.ProtocolType !== "HTTP") throw isNotOf("Exporting a definition", found.body.ProtocolType)
      if (StageName === undefined) return { api: found, snapshot: await takeSnapshot(tx, found) }
      const stage = await stages.read(tx, ApiId, StageName)
      const deployed = stage?.DeploymentId && (await readSnapshot(tx, ApiId, stage.DeploymentId))
      if (!deployed) throw partNotFound("Stage")
      return { api: found, snapshot: deployed }
    })
    const { ApiEndpoint } = showApi(context.endpoint, api)
    const definition = write(
      api,
      snapshot,
      StageName === undefined ? ApiEndpoint : `${ApiEndpoint}/${StageName}`,
      IncludeExtensions,
    )
    const text = OutputType === "YAML" ? stringify(definition) : JSON.stringify(definition, undefined, 2)
    return { body: Buffer.from(text) as Uint8Array as ExportApiCommandOutput["body"] }
  },
})

function write({ body }: Api, snapshot: Snapshot, url: string, withExtensions: boolean): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of snapshot.routes) {
    const [method = "", path = ""] = route.RouteKey === "$default" ? ["ANY", "/$default"] : route.RouteKey.split(" ")
    const verb = method === "ANY" ? "x-amazon-apigateway-any-method" : method.toLowerCase()
    paths[path] = { ...paths[path], [verb]: writeRoute(route, path, snapshot, withExtensions) }
  }
  const schemes = Object.fromEntries(
    Object.values(snapshot.authorizers).map((authorizer) => [
      authorizer.Name,
      given({
        type: "apiKey",
        name: "Authorization",
        in: "header",
        "x-amazon-apigateway-authorizer": withExtensions ? writeAuthorizer(authorizer) : undefined,
      }),
    ]),
  )
  if (withExtensions && snapshot.routes.some(({ AuthorizationType }) => AuthorizationType === "AWS_IAM"))
    schemes[SIGNED] = {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "awsSigv4",
    }
  return given({
    openapi: "3.0.1",
    info: given({
      title: body.Name,
      description: body.Description,
      version: body.Version ?? new Date(body.createdAt).toISOString(),
    }),
    servers: [{ url }],
    paths,
    components: Object.keys(schemes).length > 0 ? { securitySchemes: schemes } : undefined,
    "x-amazon-apigateway-cors": withExtensions && snapshot.cors ? lowered(snapshot.cors) : undefined,
    "x-amazon-apigateway-importexport-version": withExtensions ? "1.0" : undefined,
  })
}

const SIGNED = "sigv4"

function writeRoute(route: DeployedRoute, path: string, snapshot: Snapshot, withExtensions: boolean): object {
  const names = [...path.matchAll(/\{([^{}+]+)\+?\}/g)].map(([, name]) => name!)
  const integration = snapshot.integrations[route.Target?.replace("integrations/", "") ?? ""]
  const authorizer = route.AuthorizerId === undefined ? undefined : snapshot.authorizers[route.AuthorizerId]?.Name
  const security =
    authorizer !== undefined
      ? { [authorizer]: route.AuthorizationScopes ?? [] }
      : route.AuthorizationType === "AWS_IAM" && withExtensions
        ? { [SIGNED]: [] }
        : undefined
  return given({
    operationId: route.OperationName,
    parameters:
      names.length > 0
        ? names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }))
        : undefined,
    responses: { default: { description: `Default response for ${route.RouteKey}` } },
    security: security && [security],
    "x-amazon-apigateway-integration": withExtensions && integration ? writeIntegration(integration) : undefined,
  })
}

function writeIntegration({ IntegrationId: _, responses: __, ...integration }: DeployedIntegration): object {
  return given({
    type: integration.IntegrationType?.toLowerCase(),
    integrationSubtype: integration.IntegrationSubtype,
    httpMethod: integration.IntegrationMethod,
    uri: integration.IntegrationUri,
    payloadFormatVersion: integration.PayloadFormatVersion,
    connectionType: integration.ConnectionType,
    credentials: integration.CredentialsArn,
    description: integration.Description,
    timeoutInMillis: integration.TimeoutInMillis,
    requestParameters: integration.RequestParameters,
    responseParameters: integration.ResponseParameters,
  })
}

function writeAuthorizer(authorizer: Snapshot["authorizers"][string]): object {
  const { AuthorizerType, IdentitySource = [], JwtConfiguration } = authorizer
  if (AuthorizerType === "JWT")
    return given({
      type: "jwt",
      identitySource: IdentitySource.join(","),
      jwtConfiguration: { issuer: JwtConfiguration?.Issuer, audience: JwtConfiguration?.Audience },
    })
  return given({
    type: "request",
    identitySource: IdentitySource.length > 0 ? IdentitySource.join(",") : undefined,
    authorizerUri: authorizer.AuthorizerUri,
    authorizerCredentials: authorizer.AuthorizerCredentialsArn,
    authorizerPayloadFormatVersion: authorizer.AuthorizerPayloadFormatVersion,
    authorizerResultTtlInSeconds: authorizer.AuthorizerResultTtlInSeconds,
    enableSimpleResponses: authorizer.EnableSimpleResponses,
  })
}

/** `AllowOrigins` is `allowOrigins` in a definition. */
const lowered = (members: object): object =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name[0]!.toLowerCase() + name.slice(1), value]))
