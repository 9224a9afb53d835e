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
  textMap,
  textOf,
  textsOf,
} from "../../../open-api/index.ts"
import { badRequest } from "../errors.ts"
import { GATEWAY_RESPONSES } from "../gateway-responses/types.ts"
import type { GatewayResponse, RequestValidator } from "../snapshot.ts"
import type { Draft } from "./draft.ts"
import { readMethods } from "./read-methods.ts"
import { readModels } from "./read-models.ts"
import { readSecurity } from "./read-security.ts"

/** What becomes of a path that stands before all others (Developer Guide, "Set the OpenAPI basePath property"). */
export type BasePathUse = "ignore" | "prepend" | "split"

/** What a definition of an API makes of it. Throws AWS's refusal of what is no definition. */
export function readDefinition(body: Uint8Array, basePathUse: BasePathUse): Draft {
  const document = parse(body)
  const { root } = document
  const warnings: string[] = []
  const models = readModels(document, warnings)
  const security = readSecurity(document, warnings)
  return {
    name: textOf(member(root.info, "title")) ?? "",
    settings: readSettings(root),
    basePath: usedBasePath(basePathOf(document), basePathUse),
    // Methods find further models.
    methods: readMethods({ document, models, security, warnings }),
    models: models.all,
    validators: readValidators(root["x-amazon-apigateway-request-validators"]),
    authorizers: security.authorizers,
    gatewayResponses: readGatewayResponses(root["x-amazon-apigateway-gateway-responses"], warnings),
    warnings: [...new Set(warnings)].slice(0, WARNINGS_AT_MOST),
  }
}

/** The text is recorded (2025). UNVERIFIED: that it is the one for all that is no definition. */
function parse(body: Uint8Array): Document {
  try {
    return parseDocument(body)
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error
    const refusal = badRequest("Invalid OpenAPI input.")
    refusal.because = { check: "OpenAPI", found: error.message }
    throw refusal
  }
}

/** What is said of one scheme need not be said of each method that names it. */
const WARNINGS_AT_MOST = 100

function readSettings(root: JsonObject): Draft["settings"] {
  const size = root["x-amazon-apigateway-minimum-compression-size"]
  const source = textOf(root["x-amazon-apigateway-api-key-source"])?.toUpperCase()
  const policy = root["x-amazon-apigateway-policy"]
  const endpoint = objectOf(
    root["x-amazon-apigateway-endpoint-configuration"] ??
      member(listOf(root.servers)[0], "x-amazon-apigateway-endpoint-configuration"),
  )
  const types = textsOf(root["x-amazon-apigateway-binary-media-types"])
  return given<Draft["settings"]>({
    description: textOf(member(root.info, "description")),
    version: textOf(member(root.info, "version")),
    binaryMediaTypes: types.length > 0 ? types : undefined,
    minimumCompressionSize: typeof size === "number" ? size : undefined,
    apiKeySource: source === "HEADER" || source === "AUTHORIZER" ? source : undefined,
    endpointTypes: textsOf(endpoint.types).length > 0 ? textsOf(endpoint.types) : undefined,
    vpcEndpointIds: textsOf(endpoint.vpcEndpointIds).length > 0 ? textsOf(endpoint.vpcEndpointIds) : undefined,
    disableExecuteApiEndpoint:
      typeof endpoint.disableExecuteApiEndpoint === "boolean" ? endpoint.disableExecuteApiEndpoint : undefined,
    policy: isObject(policy) ? JSON.stringify(policy) : undefined,
    tags: readTags(root.tags),
  })
}

/** `x-amazon-apigateway-tag-value` of the document's tags. */
function readTags(tags: Json): Record<string, string> | undefined {
  const entries = listOf(tags).flatMap((tag) => {
    const [name, value] = [textOf(member(tag, "name")), textOf(member(tag, "x-amazon-apigateway-tag-value"))]
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

function readValidators(extension: Json): Map<string, Omit<RequestValidator, "id">> {
  return new Map(
    Object.entries(objectOf(extension)).map(([name, validator]) => [
      name,
      {
        name,
        validateRequestBody: member(validator, "validateRequestBody") === true,
        validateRequestParameters: member(validator, "validateRequestParameters") === true,
      },
    ]),
  )
}

function readGatewayResponses(extension: Json, warnings: string[]): Map<string, GatewayResponse> {
  const read = new Map<string, GatewayResponse>()
  for (const [responseType, response] of Object.entries(objectOf(extension))) {
    if (!Object.hasOwn(GATEWAY_RESPONSES, responseType)) {
      warnings.push(`Gateway response type ${responseType} is not known: it is ignored`)
      continue
    }
    const { statusCode, responseParameters, responseTemplates } = objectOf(response)
    read.set(
      responseType,
      given<GatewayResponse>({
        responseType,
        statusCode: textOf(statusCode) ?? GATEWAY_RESPONSES[responseType],
        responseParameters: textMap(responseParameters),
        responseTemplates: textMap(responseTemplates),
      }),
    )
  }
  return read
}

/** `/v1`, without a slash at its end; of OpenAPI 3 the path of the first server, its variables filled in. */
function basePathOf({ root, is }: Document): string {
  const path = is === "swagger" ? (textOf(root.basePath) ?? "") : pathOfServer(listOf(root.servers)[0])
  const parts = path.split("/").filter((part) => part !== "")
  return parts.map((part) => `/${part}`).join("")
}

function pathOfServer(server: Json): string {
  const url = (textOf(member(server, "url")) ?? "").replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = member(member(server, "variables"), name)
    return textOf(member(variable, "default")) ?? ""
  })
  return url.startsWith("/") ? url : (URL.parse(url)?.pathname ?? "")
}

function usedBasePath(basePath: string, use: BasePathUse): string {
  if (use === "ignore") return ""
  // The first part is the stage's or the domain's affair.
  return use === "prepend" ? basePath : basePath.replace(/^\/[^/]+/, "")
}
