import {
  type Document,
  given,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  member,
  objectOf,
  resolve,
  textOf,
  textsOf,
} from "../../../open-api/index.ts"
import { limitExceeded } from "../errors.ts"
import { MOST_RESOURCES } from "../resources/limits.ts"
import type { MethodResponse } from "../snapshot.ts"
import type { DraftMethod } from "./draft.ts"
import { readIntegration } from "./read-integration.ts"
import type { Models } from "./read-models.ts"
import type { Security } from "./read-security.ts"

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

interface Parts {
  document: Document
  models: Models
  security: Security
  warnings: string[]
}

/** Each operation of each path, by its path and verb. */
export function readMethods(parts: Parts): Map<string, Map<string, DraftMethod>> {
  const { root } = parts.document
  const read = new Map<string, Map<string, DraftMethod>>()
  const paths = Object.entries(objectOf(member(root, "paths")))
  if (paths.length > MOST_RESOURCES) throw limitExceeded("resources", "API")
  for (const [path, given] of paths) {
    if (!path.startsWith("/")) continue
    const item = objectOf(resolve(root, given))
    const methods = new Map<string, DraftMethod>()
    for (const [name, operation] of Object.entries(item))
      if (Object.hasOwn(VERBS, name) && isObject(operation))
        methods.set(VERBS[name]!, readMethod(VERBS[name]!, operation, listOf(item.parameters), parts))
    read.set(path, methods)
  }
  return read
}

function readMethod(httpMethod: string, operation: JsonObject, ofPath: readonly Json[], parts: Parts): DraftMethod {
  const { document, models, security } = parts
  const { root } = document
  const parameters = [...ofPath, ...listOf(operation.parameters)].map((one) => objectOf(resolve(root, one)))
  const requestParameters: Record<string, boolean> = {}
  for (const { in: place, name, required } of parameters) {
    const known = PLACES[textOf(place) ?? ""]
    const isAuthorization = known === "header" && textOf(name)?.toLowerCase() === "authorization"
    if (known && typeof name === "string" && !isAuthorization)
      requestParameters[`method.request.${known}.${name}`] = required === true
  }
  const integration = readIntegration(operation["x-amazon-apigateway-integration"])
  return given<DraftMethod>({
    httpMethod,
    ...security.of(operation),
    operationName: textOf(operation.operationId),
    validator: textOf(
      operation["x-amazon-apigateway-request-validator"] ?? root["x-amazon-apigateway-request-validator"],
    ),
    requestParameters: nonEmpty(requestParameters),
    requestModels: nonEmpty(readRequestModels(operation, parameters, parts)),
    methodResponses: nonEmpty(readResponses(operation, document, models)),
    methodIntegration: integration,
  })
}

const PLACES: Readonly<Record<string, string>> = { header: "header", query: "querystring", path: "path" }

const nonEmpty = <T extends object>(members: T): T | undefined =>
  Object.keys(members).length > 0 ? members : undefined

function readRequestModels(
  operation: JsonObject,
  parameters: readonly JsonObject[],
  { document: { root, is }, models }: Parts,
): Record<string, string> {
  if (is === "openapi") {
    const body = objectOf(resolve(root, operation.requestBody))
    return modelsOf(objectOf(body.content), models)
  }
  const name = models.nameOf(parameters.find((one) => one.in === "body")?.schema)
  if (name === undefined) return {}
  const types = typesOf(operation.consumes ?? root.consumes)
  return Object.fromEntries(types.map((type) => [type, name]))
}

function modelsOf(content: JsonObject, models: Models): Record<string, string> {
  return Object.fromEntries(
    Object.entries(content).flatMap(([type, media]) => {
      const name = models.nameOf(member(media, "schema"))
      return name === undefined ? [] : [[type, name]]
    }),
  )
}

function readResponses(operation: JsonObject, { root, is }: Document, models: Models): Record<string, MethodResponse> {
  const read: Record<string, MethodResponse> = {}
  for (const [statusCode, one] of Object.entries(objectOf(operation.responses))) {
    // `default` has no status that a method could declare.
    if (!/^[1-5]\d\d$/.test(statusCode)) continue
    const response = objectOf(resolve(root, one))
    const headers = Object.keys(objectOf(response.headers))
    const byType =
      is === "openapi"
        ? modelsOf(objectOf(response.content), models)
        : producedModels(operation, root, response, models)
    read[statusCode] = given<MethodResponse>({
      statusCode,
      responseParameters: nonEmpty(
        Object.fromEntries(headers.map((name) => [`method.response.header.${name}`, false])),
      ),
      responseModels: nonEmpty(byType),
    })
  }
  return read
}

function producedModels(operation: JsonObject, root: JsonObject, { schema }: JsonObject, models: Models) {
  const name = models.nameOf(schema)
  if (name === undefined) return {}
  const types = typesOf(operation.produces ?? root.produces)
  return Object.fromEntries(types.map((type) => [type, name]))
}

/** Of one method: more are nobody's, and each of them is said again of each status of each method. */
const TYPES_AT_MOST = 100

function typesOf(value: Json): string[] {
  const types = textsOf(value)
  if (types.length > TYPES_AT_MOST) throw limitExceeded("content types", "method")
  return types.length > 0 ? types : ["application/json"]
}
