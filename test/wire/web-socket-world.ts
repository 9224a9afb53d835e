import { once } from "node:events"
import { ApiGatewayManagementApi } from "@aws-sdk/client-apigatewaymanagementapi"
import type { CreateRouteRequest } from "@aws-sdk/client-apigatewayv2"
import WebSocket, { type ClientOptions } from "ws"
import { type HttpWorld, openHttpWorld } from "./http-apis-world.ts"

export interface WebSocketWorld extends HttpWorld {
  /** A WebSocket API that is routed by `action`, whose stage `prod` is deployed with every change. */
  makeSocketApi(settings?: object): Promise<SocketApi>
}

export interface SocketApi {
  ApiId: string
  /** `arn:aws:execute-api:<region>:<account>:<id>` */
  arn: string
  /** By path, for a client cannot resolve the API's own host. */
  url: string
  integrate(settings: object): Promise<string>
  /** A route to an integration's id, or to a function's ARN; its id. */
  route(RouteKey: string, to: string, settings?: Partial<CreateRouteRequest>): Promise<string>
  /** Has answers of a route sent back. */
  answer(routeId: string): Promise<void>
  connect(options?: ClientOptions & { query?: string; protocols?: string[] }): Promise<Client>
  /** Of `@connections`, as the root. */
  management: ApiGatewayManagementApi
}

/** A client, and what it has been told. */
export interface Client {
  socket: WebSocket
  send(message: unknown): void
  /** The next message, as JSON where it is some. */
  next(): Promise<unknown>
  closed: Promise<[code: number, reason: string]>
}

/** What a handshake was answered that was refused. */
export class Refused extends Error {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>

  constructor(status: number, body: string, headers: Record<string, unknown>) {
    super(`${status} ${body}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export async function connect(
  url: string,
  { protocols = [], query = "", ...options }: ClientOptions & { query?: string; protocols?: string[] } = {},
): Promise<Client> {
  const socket = new WebSocket(`${url}${query}`, protocols, { perMessageDeflate: false, ...options })
  const waiting: ((message: unknown) => void)[] = []
  const arrived: unknown[] = []
  socket.on("message", (data) => {
    const text = String(data)
    const message = /^[{["]/.test(text) ? JSON.parse(text) : text
    const next = waiting.shift()
    if (next) next(message)
    else arrived.push(message)
  })
  const { promise: closed, resolve } = Promise.withResolvers<[number, string]>()
  socket.on("close", (code, reason) => resolve([code, reason.toString()]))
  const refused = new Promise<never>((_, reject) => {
    socket.on("unexpected-response", async (_request, answer) => {
      let body = ""
      for await (const piece of answer) body += piece
      reject(new Refused(answer.statusCode ?? 0, body, answer.headers))
    })
  })
  await Promise.race([once(socket, "open"), refused])
  socket.on("error", () => {})
  return {
    socket,
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    next: () =>
      arrived.length > 0 ? Promise.resolve(arrived.shift()) : new Promise((resolve) => waiting.push(resolve)),
    closed,
  }
}

export async function openWebSocketWorld(flags: string[] = []): Promise<WebSocketWorld> {
  const world = await openHttpWorld(flags)
  const { gateway, server } = world
  return {
    ...world,
    async makeSocketApi(settings = {}) {
      const { ApiId = "" } = await gateway.createApi({
        Name: "chat",
        ProtocolType: "WEBSOCKET",
        RouteSelectionExpression: "$request.body.action",
        ...settings,
      })
      await gateway.createStage({ ApiId, StageName: "prod", AutoDeploy: true })
      const path = `/_execute-api/${server.region}/${ApiId}/prod`
      const url = `${server.url.replace("http", "ws")}${path}`
      const integrate = async (integration: object) => {
        const { IntegrationId = "" } = await gateway.createIntegration({
          ApiId,
          IntegrationType: "AWS_PROXY",
          ...integration,
        })
        return IntegrationId
      }
      return {
        ApiId,
        arn: `arn:aws:execute-api:${server.region}:${server.account}:${ApiId}`,
        url,
        integrate,
        async route(RouteKey, to, route = {}) {
          const id = to.startsWith("arn:") ? await integrate({ IntegrationUri: to }) : to
          const { RouteId = "" } = await gateway.createRoute({
            ApiId,
            RouteKey,
            ...(id !== "" && { Target: `integrations/${id}` }),
            ...route,
          })
          return RouteId
        },
        async answer(RouteId) {
          await gateway.updateRoute({ ApiId, RouteId, RouteResponseSelectionExpression: "$default" })
          await gateway.createRouteResponse({ ApiId, RouteId, RouteResponseKey: "$default" })
        },
        connect: (options) => connect(url, options),
        management: new ApiGatewayManagementApi({ ...server.client, endpoint: `${server.url}${path}` }),
      }
    },
  }
}
