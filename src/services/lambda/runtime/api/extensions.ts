import { randomUUID } from "../../../../base/random.ts"
import type { Invocation, RunnableFunction } from "../runtime.ts"
import { accepted, refused } from "./answers.ts"
import { collect } from "./collect.ts"
import type { Body, Exchange } from "./connection.ts"
import type { RequestHead } from "./head.ts"

/**
 * What runs beside the runtime and is told of its invocations: the Extensions API, `2020-01-01` (Developer Guide, "Lambda
 * Extensions API"). UNVERIFIED: the names of the refusals of a second registration and of too many.
 */
export interface Extensions {
  register(head: RequestHead, exchange: Exchange): Body | undefined
  next(head: RequestHead, exchange: Exchange): void
  error(head: RequestHead, exchange: Exchange): Body | undefined
  /** Whether all have registered and wait for their next event. */
  areWaiting(): boolean
  invoke(invocation: Invocation, deadline: number): void
  /** Tells those that asked for it that the environment ends; how many. */
  shutDown(reason: "spindown" | "timeout" | "failure", deadline: number): number
}

type EventName = "INVOKE" | "SHUTDOWN"

interface Extension {
  name: string
  isExternal: boolean
  events: ReadonlySet<EventName>
  waiting: Exchange | undefined
}

/** Developer Guide, "Lambda Extensions API": ten may register. */
const EXTENSIONS_AT_MOST = 10
const BODY_BYTES_AT_MOST = 16_384
const JSON_HEADERS = "Content-Type: application/json\r\n"
const FORBIDDEN = "403 Forbidden"
const NAME = "lambda-extension-name"
const IDENTIFIER = "lambda-extension-identifier"

/** `names`: the files in `/opt/extensions`, which the environment does not begin without. `onWaiting` is told when all wait. */
export function createExtensions(
  target: RunnableFunction,
  names: readonly string[],
  onWaiting: () => void,
): Extensions {
  const registered = new Map<string, Extension>()
  const missing = new Set(names)

  const areWaiting = (): boolean => {
    if (missing.size > 0) return false
    if (registered.size === 0) return true
    for (const { waiting } of registered.values()) if (!waiting?.isOpen) return false
    return true
  }

  function send(event: EventName, body: Record<string, unknown>): number {
    const to = [...registered.values()].filter((one) => one.events.has(event) && one.waiting?.isOpen)
    for (const one of to) {
      const { waiting } = one
      one.waiting = undefined
      waiting!.respond("200 OK", JSON_HEADERS, JSON.stringify({ eventType: event, ...body }))
    }
    return to.length
  }

  return {
    areWaiting,
    register(head, exchange) {
      const name = head.headers[NAME]
      if (!name) return void refused(exchange, FORBIDDEN, "Extension.InvalidExtensionName", "Invalid extension name")
      return collect(BODY_BYTES_AT_MOST, {
        overflow: () => invalidBody(exchange),
        end(body) {
          const events = readEvents(body)
          if (!events) return invalidBody(exchange)
          const isExternal = names.includes(name)
          if (!isExternal && events.has("SHUTDOWN"))
            return refused(
              exchange,
              FORBIDDEN,
              "ShutdownEventNotSupportedForInternalExtension",
              "SHUTDOWN is for external extensions",
            )
          if (registered.size >= EXTENSIONS_AT_MOST)
            return refused(exchange, FORBIDDEN, "Extension.TooManyExtensions", "Extension limit exceeded")
          if ([...registered.values()].some((one) => one.name === name))
            return refused(exchange, FORBIDDEN, "Extension.AlreadyRegistered", "Extension already registered")
          const id = randomUUID()
          registered.set(id, { name, isExternal, events, waiting: undefined })
          missing.delete(name)
          const { name: functionName, version: functionVersion, handler, account } = target
          const hasAccount = head.headers["lambda-extension-accept-feature"] === "accountId"
          exchange.respond(
            "200 OK",
            `${JSON_HEADERS}Lambda-Extension-Identifier: ${id}\r\n`,
            JSON.stringify({ functionName, functionVersion, handler, ...(hasAccount && { accountId: account }) }),
          )
        },
      })
    },
    next(head, exchange) {
      const extension = find(head, exchange)
      if (!extension) return
      extension.waiting = exchange
      if (areWaiting()) onWaiting()
    },
    error(head, exchange) {
      if (!find(head, exchange)) return undefined
      return collect(BODY_BYTES_AT_MOST, { overflow: () => invalidBody(exchange), end: () => accepted(exchange) })
    },
    invoke({ requestId, invokedFunctionArn, traceId }, deadlineMs) {
      if (registered.size === 0) return
      send("INVOKE", {
        deadlineMs,
        requestId,
        invokedFunctionArn,
        tracing: { type: "X-Amzn-Trace-Id", value: traceId },
      })
    },
    shutDown: (shutdownReason, deadlineMs) => send("SHUTDOWN", { shutdownReason, deadlineMs }),
  }

  function find(head: RequestHead, exchange: Exchange): Extension | undefined {
    const id = head.headers[IDENTIFIER]
    const extension = id === undefined ? undefined : registered.get(id)
    if (extension) return extension
    if (id === undefined)
      refused(exchange, FORBIDDEN, "Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header")
    else refused(exchange, FORBIDDEN, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier")
    return undefined
  }
}

const invalidBody = (exchange: Exchange): void =>
  refused(exchange, "400 Bad Request", "InvalidRequestFormat", "Could not parse request body")

function readEvents(body: Buffer): Set<EventName> | undefined {
  try {
    const { events = [] } = (body.length === 0 ? {} : JSON.parse(body.toString())) as { events?: unknown }
    const isKnown = Array.isArray(events) && events.every((event) => event === "INVOKE" || event === "SHUTDOWN")
    return isKnown ? new Set(events as EventName[]) : undefined
  } catch {
    return undefined
  }
}
