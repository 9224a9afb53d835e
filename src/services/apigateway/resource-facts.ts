import type { Requirement } from "../../authorization/requirement.ts"
import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import { parseArn } from "../../base/arn.ts"
import type { Deps } from "../../call.ts"
import type { ContextValue, Principal } from "../../policy/index.ts"
import type { Reading } from "../../store/store.ts"
import { apiKeys } from "./api-keys/record.ts"
import { authorizers } from "./authorizers/record.ts"
import { clientCertificates } from "./client-certificates/record.ts"
import { ownerOf } from "./owners.ts"
import { resources } from "./resources/record.ts"
import { isId, type RestApi, restApis } from "./rest-apis/record.ts"
import type { Method, Texts } from "./snapshot.ts"
import { isStageName, stages } from "./stages/record.ts"
import { usagePlans } from "./usage-plans/record.ts"

type Found = { tags?: Texts; context?: Record<string, ContextValue> }

/**
 * What is known of what an ARN of this model names (`/restapis/...`, `/apikeys/...`): its tags, and the condition keys
 * `apigateway:Resource/*` that its settings give (service authorization reference, "Amazon API Gateway Management"). Undefined, at
 * once, for what is of the newer model. These ARNs name no account: it is the caller's own, and what is somebody else's is not there.
 */
export function resourceFacts(
  arn: string,
  _action: string,
  { store }: Deps,
  _requirement: Requirement,
  { account }: Principal,
): Promise<ResourceFacts | undefined> | undefined {
  const parsed = parseArn(arn)
  if (parsed?.service !== "apigateway" || !account) return undefined
  const segments = parsed.resource.slice(1).split("/")
  const [kind = "", id = ""] = segments
  const find = Object.hasOwn(FINDS, kind) ? FINDS[kind] : undefined
  if (!find || !isId(id)) return undefined
  const owner = ownerOf({ account, region: parsed.region })
  return store.read(async (tx) => {
    const found = await find(tx, owner, segments)
    return found && { account, ...found }
  })
}

const FINDS: Readonly<
  Record<string, (tx: Reading, owner: string, segments: readonly string[]) => Promise<Found | undefined>>
> = {
  apikeys: async (tx, owner, [, id = ""]) => tagsOf(await apiKeys.read(tx, owner, id)),
  usageplans: async (tx, owner, [, id = ""]) => tagsOf(await usagePlans.read(tx, owner, id)),
  clientcertificates: async (tx, owner, [, id = ""]) => tagsOf(await clientCertificates.read(tx, owner, id)),
  async restapis(tx, owner, [, id = "", kind, name = "", , httpMethod = ""]) {
    const api = await restApis.read(tx, owner, id)
    if (!api) return undefined
    const tags = api.tags ?? {}
    if (kind === "stages" && isStageName(name)) return (await ofStage(tx, id, name)) ?? { tags }
    if (kind === "authorizers" && isId(name)) return { tags, context: await ofAuthorizer(tx, id, name) }
    if (kind === "resources" && isId(name) && httpMethod !== "")
      return { tags, context: ofMethod((await resources.read(tx, id, name))?.methods, httpMethod) }
    return { tags, context: ofApi(api) }
  },
}

const tagsOf = (record: { tags?: Texts } | undefined): Found | undefined => record && { tags: record.tags ?? {} }

const ofApi = ({ name, endpointTypes, disableExecuteApiEndpoint, securityPolicy }: RestApi) => ({
  "apigateway:Resource/ApiName": name,
  "apigateway:Resource/EndpointType": [...endpointTypes],
  "apigateway:Resource/DisableExecuteApiEndpoint": String(disableExecuteApiEndpoint),
  ...(securityPolicy && { "apigateway:Resource/SecurityPolicy": [securityPolicy] }),
})

async function ofStage(tx: Reading, restApiId: string, stageName: string): Promise<Found | undefined> {
  const stage = await stages.read(tx, restApiId, stageName)
  if (!stage) return undefined
  const { destinationArn, format } = stage.accessLogSettings ?? {}
  return {
    tags: stage.tags ?? {},
    context: {
      ...(destinationArn !== undefined && { "apigateway:Resource/AccessLoggingDestination": destinationArn }),
      ...(format !== undefined && { "apigateway:Resource/AccessLoggingFormat": format }),
    },
  }
}

async function ofAuthorizer(tx: Reading, restApiId: string, id: string): Promise<Record<string, ContextValue>> {
  const authorizer = await authorizers.read(tx, restApiId, id)
  if (!authorizer) return {}
  const { type, authorizerUri, providerARNs } = authorizer
  return {
    "apigateway:Resource/AuthorizerType": [type],
    ...(authorizerUri !== undefined && { "apigateway:Resource/AuthorizerUri": [authorizerUri] }),
    ...(providerARNs && { "apigateway:Resource/CognitoUserPoolArn": [...providerARNs] }),
  }
}

function ofMethod(methods: Readonly<Record<string, Method>> = {}, httpMethod: string): Record<string, ContextValue> {
  const method = Object.hasOwn(methods, httpMethod) ? methods[httpMethod] : undefined
  if (!method) return {}
  return {
    "apigateway:Resource/RouteAuthorizationType": [method.authorizationType],
    "apigateway:Resource/ApiKeyRequired": [String(method.apiKeyRequired)],
  }
}
