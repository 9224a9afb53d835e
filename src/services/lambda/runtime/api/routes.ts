import { notBuilt, notFound } from "./answers.ts"
import type { Body, Exchange } from "./connection.ts"
import type { Conversation } from "./conversation.ts"
import type { Extensions } from "./extensions.ts"
import type { RequestHead } from "./head.ts"

const RUNTIME = "/2018-06-01/runtime/"
const INVOCATION = `${RUNTIME}invocation/`
const NEXT = `${INVOCATION}next`

/** Takes a request of a process to what answers it. */
export function route(
  conversation: Conversation,
  extensions: Extensions,
  head: RequestHead,
  exchange: Exchange,
): Body | undefined {
  const { method, path } = head
  if (path.startsWith(RUNTIME)) {
    if (method === "GET" && path === NEXT) return void conversation.next(exchange)
    if (method === "POST") {
      const end = path.lastIndexOf("/")
      // Ids hold no slash.
      if (path.startsWith(INVOCATION) && path.indexOf("/", INVOCATION.length) === end && end > INVOCATION.length) {
        const id = path.slice(INVOCATION.length, end)
        if (path.endsWith("/response")) return conversation.response(id, head, exchange)
        if (path.endsWith("/error")) return conversation.error(id, head, exchange)
      }
      if (path === `${RUNTIME}init/error`) return conversation.initError(head, exchange)
    }
    if (path.startsWith(`${RUNTIME}restore/`)) return void notBuilt(exchange, "SnapStart")
  }
  if (path === "/2018-06-01/ping" && method === "GET")
    return void exchange.respond("200 OK", "Content-Type: text/plain\r\n", "pong")
  if (path === "/2020-01-01/extension/register" && method === "POST") return extensions.register(head, exchange)
  if (path === "/2020-01-01/extension/event/next" && method === "GET") return void extensions.next(head, exchange)
  if (/^\/2020-01-01\/extension\/(init|exit)\/error$/.test(path) && method === "POST")
    return extensions.error(head, exchange)
  // Developer Guide, "Lambda Telemetry API": 202 says that there is no telemetry where the function runs.
  if (method === "PUT" && /^\/(2022-07-01\/telemetry|2020-08-15\/logs)$/.test(path))
    return void exchange.respond("202 Accepted", "Content-Type: text/plain\r\n", "Telemetry API is not supported")
  notFound(exchange)
  return undefined
}
