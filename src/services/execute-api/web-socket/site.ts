import type { Deps } from "../../../call.ts"
import type { Site, SiteHost } from "../../../site.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import { type Api, findStage } from "../../apigatewayv2/service.ts"
import { deployedTo } from "../deployed-stage.ts"
import { forbidden } from "../forbidden.ts"
import { compileSocketApi } from "./compile.ts"
import { Connection } from "./connection.ts"
import { openFarewell } from "./farewell.ts"
import { openHandshake } from "./handshake.ts"
import { openManagement } from "./management.ts"
import { openMessage } from "./messages.ts"

/** Where something is to, by whichever name its API was found. */
export interface SocketAddress {
  api: Api
  stageName: string
  /** Behind the stage; begins with a slash. */
  path: string
  /** Of a custom domain. */
  basePath?: string
}

/** What answers for a stage of a WebSocket API: handshakes, what happens on its connections, and `@connections` for those behind it. */
export async function openWebSocket(
  { api, stageName, path, basePath }: SocketAddress,
  host: SiteHost,
  request: HttpRequest,
  deps: Deps,
): Promise<Site> {
  const found = /^[\w-]{1,128}$/.test(stageName) ? await findStage(deps.store, api.apiId, stageName) : undefined
  if (!found) throw forbidden("a stage of the API", stageName)
  const { stage, snapshot } = await deployedTo(api, found, deps)
  if (!snapshot) throw forbidden("a stage that has been deployed", stageName)
  if (snapshot.isDefaultEndpointDisabled && basePath === undefined)
    throw forbidden("a custom domain name of the API", "its execute-api endpoint, which is disabled")
  const place = { api, stage, domainName: host.name, request, now: deps.clock.now() }
  const compiled = compileSocketApi(snapshot, api.region)
  const { socket } = request
  if (socket?.is === "message" && socket.owner instanceof Connection)
    return openMessage(place, socket.owner, socket.isBinary, compiled, deps)
  if (socket?.is === "end" && socket.owner instanceof Connection)
    return openFarewell(place, socket.owner, socket, compiled, deps)
  if (path.startsWith("/@connections/")) return openManagement(place, path.slice("/@connections/".length))
  if (socket?.is === "handshake" && path === "/") return openHandshake(place, compiled, deps)
  throw forbidden("a handshake of the WebSocket protocol, or @connections", `${request.method} ${path}`)
}
