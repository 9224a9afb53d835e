import type { CallContext } from "../../../call.ts"
import type { Site } from "../../../site.ts"
import { WireError } from "../../../wire/errors.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { maskArn } from "../policies/arns.ts"
import { connectionsOf, type Found } from "./connections.ts"
import type { SocketPlace } from "./exchange.ts"
import { MESSAGE_BYTES } from "./integrations.ts"
import { SIGNED } from "./signed.ts"

/** What needs to be allowed on `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/@connections/<id>`. */
const MANAGE = "execute-api:ManageConnections"

const OPERATIONS: Readonly<Record<string, string>> = {
  POST: "PostToConnection",
  GET: "GetConnection",
  DELETE: "DeleteConnection",
}

/** API reference of the API Gateway Management API: of these, one alone has a text. */
const refusal =
  (code: string, status: number, message = "") =>
  (because: unknown) =>
    new WireError(code, message, { status, because })
const gone = refusal("GoneException", 410)
const forbidden = refusal("ForbiddenException", 403)
const limitExceeded = refusal("LimitExceededException", 429)
/** UNVERIFIED: its text. */
const tooLarge = refusal("PayloadTooLargeException", 413, "Message too long")

const CHECK = "WebSocket connection"

/** Calls about one connection from whoever is behind the API (Developer Guide, "Use @connections commands in your backend service"). */
export function openManagement({ api, stage, request, now }: SocketPlace, sentId: string): Site {
  const { account, region, apiId } = api
  const operation = Object.hasOwn(OPERATIONS, request.method) ? OPERATIONS[request.method]! : "Invoke"
  const id = decoded(sentId)
  return {
    operation,
    account,
    region,
    signed: { ...SIGNED, regions: [region], missing },
    bodyBytes: MESSAGE_BYTES,
    async handle(asked, call) {
      const act = ACTS[asked.method]
      if (!act) throw forbidden({ check: CHECK, expected: "POST, GET or DELETE", found: asked.method })
      const below = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage.StageName}/${asked.method}/@connections/`
      // As it is said to callers, whatever connection they asked for (refusals quoted by many, 2019 to 2024).
      const refusedAs = maskArn(`${below}{connectionId}`)
      await call.assertAllowed({ action: MANAGE, resource: `${below}${id}`, refusedAs })
      // Reported by clients, as is its text.
      if (!/^[\w-]{15}=$/.test(id))
        throw new WireError("BadRequestException", `Invalid connectionId: ${id}`, {
          status: 400,
          because: { check: CHECK, expected: "an id of a connection", found: id },
        })
      return act({ id, apiId, stageName: stage.StageName, now }, asked, call)
    },
    refuse: (error, requestId) => render(asManagementRefusal(error), requestId),
  }
}

interface Asked {
  id: string
  apiId: string
  stageName: string
  now: number
}

type Act = (asked: Asked, request: HttpRequest & { body: Uint8Array }, call: CallContext) => Promise<HttpResponse>

const ACTS: Readonly<Record<string, Act>> = {
  async POST(asked, { body }, call) {
    const connection = await get(asked, call)
    if (!(await connection.send(body))) throw full()
    return { status: 200, headers: {}, body: "" }
  },
  async GET(asked, _, call) {
    const { connectedAt, lastActiveAt, sourceIp, userAgent } = (await get(asked, call)).facts
    return {
      status: 200,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        connectedAt: new Date(connectedAt).toISOString(),
        identity: { sourceIp, ...(userAgent !== undefined && { userAgent }) },
        lastActiveAt: new Date(lastActiveAt).toISOString(),
      }),
    }
  },
  async DELETE(asked, _, call) {
    await (await get(asked, call)).close()
    return { status: 204, headers: {}, body: undefined }
  },
}

async function get({ id, apiId, stageName }: Asked, call: CallContext): Promise<Found> {
  const found = await connectionsOf(call).find(id)
  if (!found) throw gone({ check: CHECK, expected: "a connection that is open", found: `none with the id ${id}` })
  const { facts } = found
  if (facts.apiId !== apiId || facts.stageName !== stageName)
    throw forbidden({ check: CHECK, expected: `a connection of ${apiId}/${stageName}`, found: "one of another stage" })
  return found
}

/** API reference, "PostToConnection": "the WebSocket client side buffer is full". */
const full = () =>
  limitExceeded({ check: CHECK, expected: "a client that reads", found: "one that has not taken what was sent" })

const missing = () =>
  new WireError("MissingAuthenticationTokenException", "Missing Authentication Token", {
    status: 403,
    because: { check: "signature of a call", expected: "a signature of Version 4 for execute-api", found: "none" },
  })

const asManagementRefusal = (error: WireError): WireError =>
  error.status === 413 ? tooLarge(error.because ?? { check: "message", found: error.message }) : error

const render = ({ code, status, message }: WireError, requestId: string): HttpResponse => ({
  status,
  headers: { "x-amzn-RequestId": requestId, "x-amzn-ErrorType": code, "Content-Type": "application/json" },
  body: message === "" ? "" : JSON.stringify({ message }),
})

/** What is no percent-encoding is no id either. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
