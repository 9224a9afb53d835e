import type { RestApi } from "../rest-apis/record.ts"
import type { Snapshot } from "../snapshot.ts"
import { type ExportOptions, referenceTo } from "./references.ts"
import { writeMethod } from "./write-method.ts"
import { writeSecuritySchemes } from "./write-security.ts"

export interface Exported {
  snapshot: Snapshot
  record: RestApi
  stageName: string
  /** Where the API is called. */
  url: string
}

/** A stage as a definition (Developer Guide, "Export a REST API from API Gateway"). */
export function writeDefinition(exported: Exported, options: ExportOptions): object {
  const { snapshot, record, stageName } = exported
  const { host, protocol, origin } = new URL(exported.url)
  const isSwagger = options.is === "swagger"
  const paths: Record<string, Record<string, object>> = {}
  for (const resource of snapshot.resources) {
    const methods = Object.values(resource.methods)
    if (methods.length === 0) continue
    const item: Record<string, object> = {}
    for (const method of methods) item[verbOf(method.httpMethod)] = writeMethod(method, snapshot, options)
    paths[resource.path] = item
  }
  const schemas = Object.fromEntries(
    Object.values(snapshot.models).map(({ name, schema }) => [name, schemaOf(schema ?? "{}", isSwagger)]),
  )
  const securitySchemes = writeSecuritySchemes(snapshot, options)
  const info = {
    ...(record.description !== undefined && { description: record.description }),
    version: record.version ?? new Date(snapshot.createdAt).toISOString().replace(/\.\d+/, ""),
    title: record.name,
  }
  const head = isSwagger
    ? { swagger: "2.0", info, host, basePath: `/${stageName}`, schemes: [protocol.slice(0, -1)] }
    : {
        openapi: "3.0.1",
        info,
        servers: [{ url: `${origin}/{basePath}`, variables: { basePath: { default: stageName } } }],
      }
  const parts = isSwagger
    ? { ...(securitySchemes && { securityDefinitions: securitySchemes }), definitions: schemas }
    : { components: { schemas, ...(securitySchemes && { securitySchemes }) } }
  return { ...head, paths, ...parts, ...(options.all && writeExtensions(snapshot)) }
}

const verbOf = (httpMethod: string): string =>
  httpMethod === "ANY" ? "x-amazon-apigateway-any-method" : httpMethod.toLowerCase()

const MODEL = /https:\/\/apigateway\.amazonaws\.com\/restapis\/[a-zA-Z0-9]+\/models\/([a-zA-Z0-9]+)/g

/** With the references of a definition in place of those of models; `$schema` is understood. */
function schemaOf(schema: string, isSwagger: boolean): object {
  const text = schema.replaceAll("\\/", "/").replace(MODEL, (_, name: string) => `${referenceTo(isSwagger)}${name}`)
  const { $schema: _, ...rest } = JSON.parse(text) as Record<string, unknown>
  return rest
}

function writeExtensions({ requestValidators, gatewayResponses, binaryMediaTypes, ...snapshot }: Snapshot): object {
  const validators = Object.values(requestValidators).map(
    ({ id, name = id, ...validator }) => [name, validator] as const,
  )
  const responses = Object.values(gatewayResponses).map(
    ({ responseType, ...response }) => [responseType, response] as const,
  )
  return {
    ...(validators.length > 0 && { "x-amazon-apigateway-request-validators": Object.fromEntries(validators) }),
    ...(responses.length > 0 && { "x-amazon-apigateway-gateway-responses": Object.fromEntries(responses) }),
    ...(binaryMediaTypes.length > 0 && { "x-amazon-apigateway-binary-media-types": binaryMediaTypes }),
    ...(snapshot.policy !== undefined && { "x-amazon-apigateway-policy": JSON.parse(snapshot.policy) as object }),
    ...(snapshot.minimumCompressionSize !== undefined && {
      "x-amazon-apigateway-minimum-compression-size": snapshot.minimumCompressionSize,
    }),
    ...(snapshot.apiKeySource === "AUTHORIZER" && { "x-amazon-apigateway-api-key-source": "AUTHORIZER" }),
  }
}
