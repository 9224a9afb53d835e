import type { CallContext, Deps } from "../../../call.ts"
import type { MethodTrial } from "../../../peers.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import type { Snapshot, Stage } from "../../apigateway/service.ts"
import type { CompiledMethod } from "../rest/compiled.ts"
import { type Exchange, newExtendedId } from "../rest/exchange.ts"
import { compileRoutes } from "../rest/routes.ts"

/** The stage that calls of what is being edited are of (recorded 2025). */
const STAGE_NAME = "test-invoke-stage"

/** What of a trial is the call. */
export type Tried = Omit<MethodTrial, "resourceId">

/** Such a call as one that has come: by whom the API is edited, and from nowhere. */
export function exchangeOf(
  trial: Tried,
  resource: { id: string; path: string },
  method: CompiledMethod["method"],
  deps: Deps,
): Exchange {
  const { account, region, restApiId } = trial.deployment as Snapshot
  const { caller, requestId } = trial
  const request = requestOf(trial, resource.path)
  const now = deps.clock.now()
  const stage: Stage = {
    restApiId,
    stageName: STAGE_NAME,
    deploymentId: "test-invoke-deployment",
    methodSettings: {},
    authorizerCacheFlushes: 0,
    cacheClusterEnabled: false,
    tracingEnabled: false,
    createdAt: now,
    updatedAt: now,
  }
  return {
    request,
    apiId: restApiId,
    account,
    region,
    stage: { stage, deploymentId: stage.deploymentId, isCanary: false, variables: trial.stageVariables },
    path: request.path,
    wholePath: request.path,
    domainName: "testPrefix.testDomainName",
    domainPrefix: "testPrefix",
    resourceId: resource.id,
    resourcePath: resource.path,
    method,
    parameters: compileRoutes([[resource.path, true]]).match(request.path)?.parameters,
    isSecure: true,
    arrivedAt: now,
    requestId,
    extendedRequestId: newExtendedId(),
    body: Buffer.from(trial.body ?? ""),
    call: { ...deps, requestId, caller, region, account, request, answer: { headers: {} }, ...ASKS_NOBODY },
  }
}

const nobody = (): never => {
  throw new Error("Nothing is authorized of a trial.")
}

const ASKS_NOBODY: Pick<CallContext, "isAllowed" | "judge" | "assertAllowed" | "decide"> = {
  isAllowed: nobody,
  judge: nobody,
  assertAllowed: nobody,
  decide: nobody,
}

function requestOf(
  { httpMethod, pathWithQuery, headers, multiValueHeaders }: Tried,
  resourcePath: string,
): HttpRequest {
  const [path = "", ...query] = (pathWithQuery ?? resourcePath).split("?")
  const several = Object.entries(multiValueHeaders ?? {})
  const named = new Set(several.map(([name]) => name.toLowerCase()))
  const rawHeaders = [
    ...Object.entries(headers ?? {}).flatMap(([name, value]) => (named.has(name.toLowerCase()) ? [] : [name, value])),
    ...several.flatMap(([name, values]) => values.flatMap((value) => [name, value])),
  ]
  const joined: Record<string, string> = {}
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = rawHeaders[i + 1]!
    joined[name] = Object.hasOwn(joined, name) ? `${joined[name]}, ${value}` : value
  }
  return {
    method: httpMethod,
    path: path.startsWith("/") ? path : `/${path}`,
    query: query.join("?"),
    headers: joined,
    rawHeaders,
    body: new Uint8Array(),
    remoteAddress: "test-invoke-source-ip",
    secure: true,
  }
}
