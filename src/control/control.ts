import { authenticate } from "../authentication/authenticate.ts"
import { type MovableClock, systemClock } from "../base/clock.ts"
import type { Deps } from "../call.ts"
import type { Catalogue } from "../catalogue.ts"
import type { Config } from "../config.ts"
import { describeIdentities } from "../services/cognito-identity/service.ts"
import { clearMessages, listMessages, retryMessages } from "../services/cognito-idp/service.ts"
import { isStoreError } from "../store/errors.ts"
import { readBody } from "../wire/body.ts"
import { WireError } from "../wire/errors.ts"
import type { HttpRequest, HttpResponse } from "../wire/http.ts"
import type { Work } from "../work/work.ts"
import { describeCall, summariseCall } from "./describe.ts"
import type { Memory } from "./memory.ts"
import type { Metrics } from "./metrics.ts"
import { createReadiness } from "./readiness.ts"
import { ARRIVALS_BYTES, takeUsers, tellUsers } from "./users.ts"
import { renderWorkMetrics, WORK_CALLS } from "./work.ts"

export interface ControlParts {
  config: Config
  deps: Deps
  memory: Memory
  metrics: Metrics
  work: Work
  catalogue: Catalogue
  /** Forgets every record, as if the server had just been started. */
  reset(): Promise<void>
  findAccessKey: Parameters<typeof authenticate>[2]["findAccessKey"]
  /** Told of errors that are ours. */
  onFault(error: unknown): void
}

type Answer = { json: unknown } | { text: string; contentType: string }
type Endpoint = (parts: ControlParts, request: HttpRequest, rest: string) => Promise<Answer> | Answer

const PREFIX = "/_hallpass/"
const BODY_LIMIT_BYTES = 64 * 1024
const DECISIONS_AT_MOST = 200

/** Hallpass's own calls. All but `health` and `ready` are signed by an account root, with the service name `hallpass`. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "POST reset": async ({ config, memory, reset }) => {
    if (config.storage.kind !== "memory") throw forbidden("Only a server started with --memory can be reset.")
    await reset()
    memory.clear()
    return { json: {} }
  },
  "GET clock": ({ deps }) => ({ json: { now: new Date(deps.clock.now()).toISOString() } }),
  "POST clock": async ({ config, deps, work }, request) => {
    assertClockControl(config)
    const { now } = await readJson(request)
    const moment = typeof now === "string" ? Date.parse(now) : Number.NaN
    if (!Number.isFinite(moment)) throw badRequest('The body must be {"now": "<ISO 8601 date and time>"}.')
    const clock = deps.clock as MovableClock
    clock.set(moment)
    await work.clockMoved()
    return { json: { now: new Date(clock.now()).toISOString() } }
  },
  "GET outbox": async ({ deps }) => ({ json: { messages: await listMessages(deps) } }),
  "POST outbox/": async ({ deps }, _request, what) => {
    if (what === "retry") return { json: { retried: await retryMessages(deps) } }
    throw new WireError("NotFound", `There is no POST ${PREFIX}outbox/${what}.`, { status: 404 })
  },
  // What is told of users is all that there is, so that it goes through the door alone.
  "GET users/": async ({ deps }, _request, rest) => ({ json: await tellUsers(deps, rest) }),
  "POST users/": async ({ deps }, request, rest) => ({ json: await takeUsers(deps, rest, await readJson(request)) }),
  "DELETE outbox": async ({ deps }) => {
    await clearMessages(deps)
    return { json: {} }
  },
  "GET identities/": async ({ deps }, _request, id) => ({ json: { identities: await describeIdentities(deps, id) } }),
  "GET decisions": async ({ memory }, request) => {
    const parameters = new URLSearchParams(request.query)
    const limit = Math.min(Math.max(Math.trunc(Number(parameters.get("limit"))) || 50, 1), DECISIONS_AT_MOST)
    const calls = parameters.has("refused") ? await memory.listRefusals(limit) : memory.list(limit)
    return { json: { decisions: calls.map(summariseCall) } }
  },
  "GET decisions/": async ({ memory }, _request, id) => {
    const [last] = id === "last-refusal" ? await memory.listRefusals(1) : []
    if (!last && id === "last-refusal") throw new WireError("NotFound", "Nothing was refused yet.", { status: 404 })
    const found = await memory.find(last?.requestId ?? id)
    if (!found) throw new WireError("NotFound", `No decision of the request '${id}' is remembered.`, { status: 404 })
    return { json: describeCall(found) }
  },
  "GET work": async ({ work }) => ({ json: await work.describe() }),
  "POST work/": async ({ work }, _request, what) => {
    if (Object.hasOwn(WORK_CALLS, what)) return { json: await WORK_CALLS[what]!(work) }
    throw new WireError("NotFound", `There is no POST ${PREFIX}work/${what}.`, { status: 404 })
  },
  "GET metrics": async ({ metrics, work }) => ({
    text: metrics.render() + (await renderWorkMetrics(work)),
    contentType: "text/plain; version=0.0.4",
  }),
}

const badRequest = (message: string) => new WireError("BadRequest", message)
const forbidden = (message: string) => new WireError("Forbidden", message, { status: 403 })

function assertClockControl(config: Config): void {
  if (!config.clockControl)
    throw forbidden("The clock can be moved only where the server was started with --clock-control.")
}

/** Answers for `/_hallpass/`. Who comes through the server's door is its owner, and need not sign. */
export function createControl(parts: ControlParts) {
  const findReadiness = createReadiness(parts.deps.store, parts.onFault)
  return async (request: HttpRequest, requestId: string, isOwner = false): Promise<HttpResponse> => {
    try {
      const path = request.path.slice(PREFIX.length)
      if (path === "health" && (request.method === "GET" || request.method === "HEAD"))
        return respond({ json: health(parts) }, requestId)
      if (path === "ready" && (request.method === "GET" || request.method === "HEAD")) {
        const json = await findReadiness()
        return { ...respond({ json }, requestId), status: json.status === "ready" ? 200 : 503 }
      }
      const isOfUsers = path.startsWith("users/")
      request.body = await readBody(request.body, isOwner && isOfUsers ? ARRIVALS_BYTES : BODY_LIMIT_BYTES)
      if (!isOwner) await assertRoot(parts, request)
      if (!isOwner && isOfUsers) throw forbidden("Users leave and arrive through the server's door alone.")
      const slash = path.indexOf("/") + 1
      const endpoint = find(`${request.method} ${slash > 0 ? path.slice(0, slash) : path}`)
      if (!endpoint) throw new WireError("NotFound", `There is no ${request.method} ${PREFIX}${path}.`, { status: 404 })
      return respond(await endpoint(parts, request, decodeURIComponent(path.slice(slash))), requestId)
    } catch (error) {
      const { code, message, status } = asWireError(error, parts)
      return { ...respond({ json: { code, message } }, requestId), status }
    }
  }
}

function asWireError(error: unknown, { onFault }: ControlParts): WireError {
  if (error instanceof WireError) return error
  if (error instanceof URIError) return badRequest("The path cannot be decoded.")
  onFault(error)
  return isStoreError(error, "unavailable")
    ? new WireError("ServiceUnavailable", "The store is out of reach. Try again.", { status: 503 })
    : new WireError("InternalFailure", "Something went wrong; the server's log says what.", { status: 500 })
}

const find = (name: string): Endpoint | undefined => (Object.hasOwn(ENDPOINTS, name) ? ENDPOINTS[name] : undefined)

const health = ({ catalogue }: ControlParts) => ({
  status: "ok",
  services: Object.fromEntries(catalogue.all.map(({ service }) => [service.name, "running"])),
})

/** By the system's clock: whoever moved the server's must be able to move it back. */
async function assertRoot({ deps, findAccessKey }: ControlParts, request: HttpRequest): Promise<void> {
  const parts = { ...deps, clock: systemClock, findAccessKey }
  const caller = await authenticate(request, { name: "hallpass", errors: "json" }, parts)
  if (caller.kind === "anonymous") throw forbidden("Sign the request (SigV4, service 'hallpass') as an account root.")
  // The server's own account: what is told here is of all of them.
  if (caller.kind !== "root" || caller.account !== deps.defaultAccount)
    throw forbidden("Only the root of the server's own account may ask this.")
}

async function readJson(request: HttpRequest): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(request.body as Uint8Array).toString("utf8"))
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>
  } catch {}
  throw badRequest("The body must be a JSON object.")
}

function respond(answer: Answer, requestId: string): HttpResponse {
  const [contentType, body] =
    "json" in answer ? ["application/json", `${JSON.stringify(answer.json)}\n`] : [answer.contentType, answer.text]
  return { status: 200, headers: { "content-type": contentType, "x-amzn-requestid": requestId }, body }
}
