import type { Deps } from "../../call.ts"
import type { Site, SiteHost, Sites } from "../../site.ts"
import type { HttpRequest } from "../../wire/http.ts"
import { findRestApi } from "../apigateway/service.ts"
import { findApi, findDomain } from "../apigatewayv2/service.ts"
import { routeDomain } from "./domain-routes.ts"
import { forbidden } from "./forbidden.ts"
import { openHttp } from "./http/site.ts"
import { openRest } from "./rest/site.ts"
import { openWebSocket } from "./web-socket/site.ts"

/**
 * Where APIs are called: `<api>.execute-api.<region>.<base>`, `/_execute-api/<region>/<api>/` for those who cannot resolve such
 * names, and custom domain names.
 */
export const sites: Sites = {
  label: "execute-api",
  pathPrefix: "/_execute-api/",
  async findNamed(name, { store }) {
    const domain = await findDomain(store, name)
    return domain && { id: "", region: domain.region, name }
  },
  async open(host, request, deps) {
    const path = host.basePath === undefined ? request.path : request.path.slice(host.basePath.length) || "/"
    if (host.id === "") return openNamed(host, path, request, deps)
    const [stageName, behind] = splitPath(path)
    return openApi({ apiId: host.id, stageName, path: behind, wholePath: path }, host, request, deps)
  },
}

interface Called {
  apiId: string
  stageName: string
  path: string
  wholePath: string
  basePath?: string
}

async function openApi(called: Called, host: SiteHost, request: HttpRequest, deps: Deps): Promise<Site> {
  const found = findRestApi(deps.store, called.apiId)
  const owner = found instanceof Promise ? await found : found
  if (owner?.region === host.region) return openRest({ ...called, owner }, host, request, deps)
  const second = owner ? undefined : findApi(deps.store, called.apiId)
  const api = second instanceof Promise ? await second : second
  if (api?.region === host.region && api.body.ProtocolType === "HTTP") {
    const { wholePath, stageName, basePath } = called
    const isDefaultEndpoint = basePath === undefined
    // A stage that a domain's mapping names is no part of the path.
    const address = isDefaultEndpoint ? { path: wholePath } : { stageName, path: called.path }
    return openHttp({ api, ...address, wholePath, isDefaultEndpoint }, host, request, deps)
  }
  if (api?.region === host.region && api.body.ProtocolType === "WEBSOCKET")
    return openWebSocket({ ...called, api }, host, request, deps)
  throw forbidden("an API of this region", called.apiId)
}

/** A custom domain says which API and which stage; where a base path names no stage, the next segment does. */
async function openNamed(host: SiteHost, path: string, request: HttpRequest, deps: Deps): Promise<Site> {
  const found = findDomain(deps.store, host.name)
  const domain = found instanceof Promise ? await found : found
  const route = domain && routeDomain(domain, path, request)
  if (!route) throw forbidden("a path that is mapped to an API", path)
  const { apiId, basePath, stageName } = route
  const [first, rest] = splitPath(route.path)
  const behind = stageName === "" ? { stageName: first, path: rest } : { stageName, path: route.path }
  return openApi({ apiId, ...behind, wholePath: path, basePath }, host, request, deps)
}

/** The first segment of a path, and what is behind it. */
function splitPath(path: string): [first: string, rest: string] {
  const end = path.indexOf("/", 1)
  return end < 0 ? [path.slice(1), "/"] : [path.slice(1, end), path.slice(end)]
}
