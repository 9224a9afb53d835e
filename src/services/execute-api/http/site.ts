import type { Deps } from "../../../call.ts"
import type { Site, SiteHost } from "../../../site.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { type Api, findStage, type StageSettings } from "../../apigatewayv2/service.ts"
import { logHttpAccess } from "../access-logs/http.ts"
import { deployedTo } from "../deployed-stage.ts"
import { type CompiledHttpApi, type CompiledRoute, compileHttpApi } from "./compile.ts"
import { type HttpArrival, type HttpExchange, newRequestId } from "./exchange.ts"
import { asHttpApiRefusal, forbidden, type HttpApiRefusal, notFound, renderRefusal, responseType } from "./refusals.ts"
import { assertRate } from "./throttle.ts"

/** Developer Guide, "Quotas for configuring and running an HTTP API": payload size. */
const BODY_BYTES = 10 * 1024 * 1024

const DEFAULT = "$default"

/** Where a call is to, by whichever name its API was found. */
export interface HttpAddress {
  api: Api
  /** That a custom domain's mapping names; else the path says it. */
  stageName?: string
  /** Behind what a custom domain's mapping has taken; begins with a slash. */
  path: string
  /** As it was sent. */
  wholePath: string
  /** Whether it came by the API's own host. */
  isDefaultEndpoint: boolean
}

/** What answers a call of an HTTP API: its stage, deployment and route are known before it is read. */
export async function openHttp(address: HttpAddress, host: SiteHost, request: HttpRequest, deps: Deps): Promise<Site> {
  const { api } = address
  const requestId = newRequestId()
  const at = await findStageOf(address, deps)
  if (!at)
    return refusing(
      api,
      requestId,
      notFound({ check: "which stage is called", expected: "a stage of the API", found: address.path }),
    )
  const { path } = at
  const { stage, snapshot } = await deployedTo(api, at.stage, deps)
  if (!snapshot)
    return refusing(
      api,
      requestId,
      notFound({ check: "which stage is called", expected: "a stage that has been deployed", found: stage.StageName }),
    )
  if (snapshot.isDefaultEndpointDisabled && address.isDefaultEndpoint)
    return refusing(
      api,
      requestId,
      forbidden({
        check: "which API is called",
        expected: "a custom domain name of the API",
        found: "its execute-api endpoint, which is disabled",
      }),
    )
  const compiled = compileHttpApi(snapshot)
  const match = compiled.routes.match(request.method, path)
  const arrival: HttpArrival = {
    request,
    api,
    stage,
    deploymentId: stage.DeploymentId ?? "",
    path,
    rawPath: address.wholePath,
    routeKey: match?.target.routeKey ?? "",
    parameters: match?.parameters,
    sentParameters: match?.sent ?? new Map(),
    domainName: host.name,
    domainPrefix: host.name.split(".", 1)[0]!,
    arrivedAt: deps.clock.now(),
    requestId,
  }
  return siteOf(arrival, compiled, match?.target, deps)
}

/** The first segment of the path, where that is a stage's name; else the stage that needs none. */
async function findStageOf(
  { api, stageName, path }: HttpAddress,
  { store }: Deps,
): Promise<{ stage: StageSettings; path: string } | undefined> {
  if (stageName !== undefined) {
    const stage = await findStage(store, api.apiId, stageName)
    return stage && { stage, path }
  }
  const end = path.indexOf("/", 1)
  const first = end < 0 ? path.slice(1) : path.slice(1, end)
  const named = /^[\w-]{1,128}$/.test(first) ? await findStage(store, api.apiId, first) : undefined
  if (named) return { stage: named, path: end < 0 ? "/" : path.slice(end) }
  const byDefault = await findStage(store, api.apiId, DEFAULT)
  return byDefault && { stage: byDefault, path }
}

/** API Gateway's window is of five minutes (its refusals say so, quoted by many). */
const SIGNED = { name: "execute-api", errors: "rest-json", clockWindowSeconds: 5 * 60 } as const

const unsigned = () =>
  forbidden({ check: "signature of a call", expected: "a signature of Version 4 for execute-api", found: "none" })

function siteOf(arrival: HttpArrival, { cors }: CompiledHttpApi, route: CompiledRoute | undefined, deps: Deps): Site {
  const { api, request, requestId } = arrival
  const isPreflight = cors?.isPreflight(request) ?? false
  return {
    operation: "Invoke",
    account: api.account,
    region: api.region,
    requestId,
    ...(route?.isSigned && { signed: { ...SIGNED, regions: [api.region], missing: unsigned } }),
    bodyBytes: BODY_BYTES,
    ...(isPreflight && {
      preflight: () => withId(cors!.preflight(request), requestId),
    }),
    ...(cors && { addCrossOrigin: (response: HttpResponse) => cors.add(response, request) }),
    async handle({ body }, call) {
      const exchange: HttpExchange = Object.assign(arrival, { body: bufferOf(body), call })
      const response = withId(await answer(exchange, route), requestId)
      logHttpAccess(arrival, response, deps)
      return response
    },
    refuse(error) {
      const refusal = asHttpApiRefusal(error)
      arrival.refusal = { message: refusal.message, type: responseType(refusal.status) }
      const response = renderRefusal(refusal, requestId)
      logHttpAccess(arrival, response, deps)
      return response
    },
  }
}

const withId = (response: HttpResponse, requestId: string): HttpResponse => {
  response.headers["apigw-requestid"] = requestId
  return response
}

const bufferOf = (body: Uint8Array): Buffer => Buffer.from(body.buffer, body.byteOffset, body.byteLength)

/** The order of checks: who calls, how often; then what is behind it. */
async function answer(exchange: HttpExchange, route: CompiledRoute | undefined): Promise<HttpResponse> {
  if (!route)
    throw notFound({
      check: "which route is called",
      expected: "a route that has been deployed",
      found: `none for ${exchange.request.method} ${exchange.path}`,
    })
  const authorized = route.authorize(exchange)
  if (authorized) await authorized
  assertRate(exchange)
  return route.integrate(exchange)
}

/** Of an address that leads to no deployment. */
const refusing = ({ account, region }: Api, requestId: string, refusal: HttpApiRefusal): Site => ({
  operation: "Invoke",
  account,
  region,
  requestId,
  bodyBytes: BODY_BYTES,
  async handle() {
    throw refusal
  },
  refuse: (error) => renderRefusal(asHttpApiRefusal(error), requestId),
})
