import { given } from "../../../open-api/index.ts"
import type { Integration, Method, MethodResponse, Snapshot } from "../snapshot.ts"
import { type ExportOptions, referenceTo } from "./references.ts"
import { writeRequirements } from "./write-security.ts"

/** One operation of a path. */
export function writeMethod(method: Method, snapshot: Snapshot, options: ExportOptions): object {
  const isSwagger = options.is === "swagger"
  const { requestParameters = {}, requestModels = {}, methodResponses = {} } = method
  const parameters: object[] = Object.entries(requestParameters).map(([parameter, required]) => {
    const [, place = "", name = ""] = /^method\.request\.(\w+)\.(.+)$/.exec(parameter) ?? []
    const type = isSwagger ? { type: "string" } : { schema: { type: "string" } }
    return {
      name,
      in: place === "querystring" ? "query" : place,
      required: required || place === "path",
      ...type,
    }
  })
  const models = Object.entries(requestModels)
  const [first] = models
  if (isSwagger && first)
    parameters.push({ in: "body", name: first[1], required: true, schema: { $ref: referenceTo(true) + first[1] } })
  const produced = new Set(
    Object.values(methodResponses).flatMap(({ responseModels = {} }) => Object.keys(responseModels)),
  )
  const requirements = writeRequirements(method, snapshot, options)
  const validator = method.requestValidatorId && snapshot.requestValidators[method.requestValidatorId]?.name
  return given({
    operationId: method.operationName,
    consumes: isSwagger && models.length > 0 ? models.map(([type]) => type) : undefined,
    produces: isSwagger && produced.size > 0 ? [...produced] : undefined,
    parameters: parameters.length > 0 ? parameters : undefined,
    requestBody: isSwagger || models.length === 0 ? undefined : { content: contentOf(requestModels), required: true },
    responses: writeResponses(methodResponses, isSwagger),
    security: requirements.length > 0 ? requirements : undefined,
    "x-amazon-apigateway-request-validator": options.all && validator ? validator : undefined,
    "x-amazon-apigateway-integration":
      options.integrations && method.methodIntegration ? writeIntegration(method.methodIntegration) : undefined,
  })
}

const contentOf = (models: Readonly<Record<string, string>>): object =>
  Object.fromEntries(
    Object.entries(models).map(([type, name]) => [type, { schema: { $ref: referenceTo(false) + name } }]),
  )

function writeResponses(responses: Readonly<Record<string, MethodResponse>>, isSwagger: boolean): object {
  return Object.fromEntries(
    Object.values(responses).map(({ statusCode, responseParameters = {}, responseModels = {} }) => {
      const names = Object.keys(responseParameters).map((parameter) => parameter.replace("method.response.header.", ""))
      const type = isSwagger ? { type: "string" } : { schema: { type: "string" } }
      const [model] = Object.values(responseModels)
      const content = Object.keys(responseModels).length > 0 ? contentOf(responseModels) : undefined
      return [
        statusCode,
        given({
          description: `${statusCode} response`,
          headers: names.length > 0 ? Object.fromEntries(names.map((name) => [name, type])) : undefined,
          schema: isSwagger && model !== undefined ? { $ref: referenceTo(true) + model } : undefined,
          content: isSwagger ? undefined : content,
        }),
      ]
    }),
  )
}

function writeIntegration({
  integrationResponses = {},
  cacheNamespace: _,
  cacheKeyParameters,
  ...integration
}: Integration) {
  const { type, passthroughBehavior, connectionType, timeoutInMillis, ...rest } = integration
  const responses = Object.values(integrationResponses).map(({ selectionPattern, ...response }) => [
    selectionPattern || "default",
    response,
  ])
  return given({
    type: type.toLowerCase(),
    ...rest,
    passthroughBehavior: passthroughBehavior.toLowerCase(),
    connectionType: connectionType === "VPC_LINK" ? connectionType : undefined,
    timeoutInMillis: timeoutInMillis === USUAL_MILLISECONDS ? undefined : timeoutInMillis,
    cacheKeyParameters: cacheKeyParameters.length > 0 ? cacheKeyParameters : undefined,
    responses: responses.length > 0 ? Object.fromEntries(responses) : undefined,
  })
}

/** What an import takes where nothing is said. */
const USUAL_MILLISECONDS = 29_000
