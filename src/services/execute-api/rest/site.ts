import { randomBits } from "../../../base/random.ts"
import type { Deps } from "../../../call.ts"
import type { Site, SiteHost } from "../../../site.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { findStage, type RestApiOwner, readSnapshot, type Stage } from "../../apigateway/service.ts"
import { logAccess } from "../access-logs/rest.ts"
import { decompress } from "../compression/request.ts"
import { compress } from "../compression/response.ts"
import { forbidden } from "../forbidden.ts"
import { asGatewayRefusal, refused } from "../gateway-responses/refusal.ts"
import { putHeader } from "../put-header.ts"
import { INVOKE_OPERATION } from "../rates.ts"
import { assertApiKey } from "../usage/api-key.ts"
import { assertStageRate } from "../usage/stage-throttle.ts"
import { compileApi } from "./compile.ts"
import type { CompiledApi, CompiledMethod } from "./compiled.ts"
import { type Arrival, type Exchange, newExtendedId, type StageInUse } from "./exchange.ts"
import { withoutSignature } from "./spent-signature.ts"

/** Developer Guide, "API Gateway quotas": payload size. */
const BODY_BYTES = 10 * 1024 * 1024

/** Where a call is to, by whichever name its API was found. */
export interface RestAddress {
  owner: RestApiOwner
  stageName: string
  /** Behind the stage; begins with a slash. */
  path: string
  wholePath: string
  /** Of a custom domain. */
  basePath?: string
}

/** What answers a call of a REST API: which stage, deployment, resource and method it is for is known before it is read. */
export async function openRest(address: RestAddress, host: SiteHost, request: HttpRequest, deps: Deps): Promise<Site> {
  const { owner, stageName, path, wholePath, basePath } = address
  const { restApiId } = owner
  const found = findStage(deps.store, restApiId, stageName)
  const stage = found instanceof Promise ? await found : found
  if (!stage) throw forbidden("a stage of the API", stageName)
  const inUse = chooseDeployment(stage)
  const read = readSnapshot(deps.store, { restApiId, deploymentId: inUse.deploymentId })
  const snapshot = read instanceof Promise ? await read : read
  if (!snapshot) throw forbidden("a deployment of the stage", inUse.deploymentId)
  const api = compileApi(snapshot)
  if (snapshot.disableExecuteApiEndpoint && basePath === undefined)
    throw forbidden("a custom domain name of the API", "its execute-api endpoint, which is disabled")
  const match = api.routes.match(path)
  const resource = match?.target
  const method = resource?.methods.get(request.method) ?? resource?.methods.get("ANY")
  const arrival: Arrival = {
    request,
    apiId: restApiId,
    account: owner.account,
    region: owner.region,
    stage: inUse,
    path,
    wholePath,
    ...(basePath !== undefined && { basePath }),
    domainName: host.name,
    domainPrefix: host.name.split(".", 1)[0]!,
    resourceId: resource?.id ?? "",
    resourcePath: resource?.path ?? "",
    method: method?.method ?? NO_METHOD,
    parameters: match?.parameters,
    isSecure: request.secure,
    arrivedAt: deps.clock.now(),
    requestId: "",
    extendedRequestId: newExtendedId(),
  }
  return siteOf(arrival, api, method, deps)
}

const NO_METHOD = { httpMethod: "", authorizationType: "NONE", apiKeyRequired: false } as const

function siteOf(arrival: Arrival, api: CompiledApi, method: CompiledMethod | undefined, deps: Deps): Site {
  const { region, account } = arrival
  return {
    operation: INVOKE_OPERATION,
    rate: `execute-api:${INVOKE_OPERATION}`,
    account,
    region,
    ...(method?.method.authorizationType === "AWS_IAM" && {
      signed: { ...SIGNED, regions: [region], missing: missingToken },
    }),
    bodyBytes: BODY_BYTES,
    async handle({ body }, call) {
      if (call.caller.kind !== "anonymous") arrival.request = withoutSignature(arrival.request)
      const response = await handle(Object.assign(arrival, { body: bufferOf(body), call }), api, method)
      logAccess(arrival, response, deps)
      return response
    },
    refuse(error, requestId) {
      arrival.requestId = requestId
      const response = api.gatewayResponses.render(arrival, asGatewayRefusal(error))
      logAccess(arrival, response, deps)
      return response
    },
  }
}

/** API Gateway's window is of five minutes (its refusals say so, quoted by many). */
const SIGNED = { name: "execute-api", errors: "rest-json", clockWindowSeconds: 5 * 60 } as const

const missingToken = () =>
  refused("MISSING_AUTHENTICATION_TOKEN", {
    because: { check: "signature of a call", expected: "a signature of Version 4 for execute-api", found: "none" },
  })

const bufferOf = (body: Uint8Array): Buffer => Buffer.from(body.buffer, body.byteOffset, body.byteLength)

/** The order of checks: who calls, what for, whether it is as it has to be; then what is behind it. */
async function handle(exchange: Exchange, api: CompiledApi, method: CompiledMethod | undefined): Promise<HttpResponse> {
  const { requestId } = exchange.call
  exchange.requestId = requestId
  assertModestHead(exchange.request)
  if (!method) throw noSuchMethod(exchange)
  const authorized = method.authorize(exchange)
  if (authorized) await authorized
  if (method.method.apiKeyRequired) await assertApiKey(exchange, api.snapshot.apiKeySource)
  assertStageRate(exchange)
  // Who may not call makes nobody decompress anything.
  if (exchange.request.headers["content-encoding"] !== undefined) await decompress(exchange, BODY_BYTES)
  method.validate(exchange)
  const answered = method.integrate(exchange)
  const response = answered instanceof Promise ? await answered : answered
  const { minimumCompressionSize } = api.snapshot
  if (minimumCompressionSize !== undefined) await compress(response, exchange, minimumCompressionSize)
  putHeader(response, "x-amzn-RequestId", requestId)
  putHeader(response, "x-amz-apigw-id", exchange.extendedRequestId)
  return response
}

/** Developer Guide, "API Gateway quotas": "total combined size of request line and header values". */
const HEAD_BYTES = 10_240

/** UNVERIFIED: status and text. */
function assertModestHead({ path, query, rawHeaders }: HttpRequest): void {
  let bytes = path.length + query.length
  for (let i = 1; i < rawHeaders.length; i += 2) bytes += rawHeaders[i]!.length
  if (bytes <= HEAD_BYTES) return
  throw refused("DEFAULT_4XX", {
    status: 431,
    message: "Request Header Fields Too Large",
    because: { check: "request head", expected: `at most ${HEAD_BYTES} bytes`, found: `${bytes}` },
  })
}

/** Recorded 2025: paths and methods that are not there are refused as if a signature were missing. */
const noSuchMethod = ({ request, path, resourcePath }: Arrival) =>
  refused("MISSING_AUTHENTICATION_TOKEN", {
    because: {
      check: "which method is called",
      expected: "a method that has been deployed",
      found: resourcePath === "" ? `no resource for ${path}` : `no ${request.method} of ${resourcePath}`,
    },
  })

/** Some of the calls go to the canary, drawn anew for each. */
function chooseDeployment(stage: Stage): StageInUse {
  const { canarySettings: canary, deploymentId, variables } = stage
  if (!canary || randomBits(32) / 2 ** 32 >= canary.percentTraffic / 100)
    return { stage, deploymentId, isCanary: false, variables }
  return {
    stage,
    deploymentId: canary.deploymentId,
    isCanary: true,
    variables: { ...variables, ...canary.stageVariableOverrides },
  }
}
