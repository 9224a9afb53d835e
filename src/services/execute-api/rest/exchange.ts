import { drawBytes } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import type { Method, Stage, Texts } from "../../apigateway/service.ts"
import type { GatewayRefusal } from "../gateway-responses/refusal.ts"
import { namedPath } from "../policies/named-path.ts"
import { type SentHeader, sentHeaders } from "../sent-headers.ts"
import type { SocketContext } from "../web-socket/context.ts"

/** A call of a REST API, as far as its head tells: a signature may still be refused. */
export interface Arrival {
  request: HttpRequest
  /** Of the API: `a1b2c3d4e5`. */
  apiId: string
  account: string
  region: string
  stage: StageInUse
  /** Behind the stage, as it was sent: `/pets/7`. */
  path: string
  /** With the stage, or as a custom domain has it: `/prod/pets/7`. */
  wholePath: string
  /** Of a custom domain: the first part of its paths, without slashes; undefined at the API's own name. */
  basePath?: string
  domainName: string
  domainPrefix: string
  resourceId: string
  resourcePath: string
  method: Method
  parameters: Readonly<Record<string, string>> | undefined
  isSecure: boolean
  /** Milliseconds since the epoch. */
  arrivedAt: number
  requestId: string
  extendedRequestId: string
  /** Where the caller has been authenticated. */
  call?: CallContext
  /** What an authorizer found: `$context.authorizer`. */
  authorizer?: Authorizer
  apiKey?: { id: string; value: string }
  /** Of a caller who has signed: the organization of their account. */
  principalOrgId?: string
  /** `X-Amzn-Trace-Id`; there where something is asked. */
  traceId?: string
  headers?: readonly SentHeader[]
  query?: readonly (readonly [name: string, value: string])[]
  refusal?: GatewayRefusal
  /** What the caller was answered: milliseconds from its arrival, and bytes of the body. */
  answered?: { status: number; length: number; latency: number }
  /** Of WebSocket APIs: what it is that happens on which connection. */
  socket?: SocketContext
  /** Milliseconds that the integration took, and its status. */
  integration?: { status?: number; latency: number }
}

/** The same, when its body is there and whose it is is known. */
export interface Exchange extends Arrival {
  body: Buffer
  /** What the house lends to the call. */
  call: CallContext
}

export interface StageInUse {
  stage: Stage
  deploymentId: string
  isCanary: boolean
  variables: Texts | undefined
}

/** `principalId`, what the function added, or the claims of a token. */
export interface Authorizer {
  claims?: Readonly<Record<string, string>>
  principalId?: string
  context?: Readonly<Record<string, string>>
  /** In place of `x-api-key`. */
  usageIdentifierKey?: string | undefined
  integrationLatency?: number
}

/** 11 bytes make 16 characters of Base64, with `=` at the end, as AWS's ids of this kind have it. */
export const newExtendedId = (): string => drawBytes(11).toString("base64")

/** As they were sent, in their order; those of one name together. */
export function headersOf(exchange: Arrival): readonly SentHeader[] {
  exchange.headers ??= sentHeaders(exchange.request.rawHeaders)
  return exchange.headers
}

/** Decoded, in their order; `+` is a blank. */
export function queryOf(exchange: Arrival): readonly (readonly [name: string, value: string])[] {
  exchange.query ??= exchange.request.query === "" ? [] : [...new URLSearchParams(exchange.request.query)]
  return exchange.query
}

/** The last value of a parameter of the query. */
export const findQueryValue = (exchange: Arrival, name: string): string | undefined =>
  queryOf(exchange).findLast(([sent]) => sent === name)?.[1]

/** The last value of a header. */
export const findHeaderValue = (exchange: Arrival, name: string): string | undefined => {
  const lower = name.toLowerCase()
  // What came once is as node:http has it.
  if (exchange.request.headers[lower] === undefined) return undefined
  return headersOf(exchange)
    .find((sent) => sent.lower === lower)
    ?.values.at(-1)
}

/**
 * What policies and authorizers know the call by: the path is the real one. A slash at its end makes no other resource of it, so
 * that it must not make another name: a policy that denies `GET/pets` denies `GET/pets/`. UNVERIFIED that AWS leaves it out.
 */
export function methodArn({ region, account, apiId, stage, request, path, resourcePath }: Arrival): string {
  const isOpen = path.length > 1 && path.endsWith("/") && !resourcePath.endsWith("+}")
  const named = isOpen ? path.slice(0, -1) : path
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${stage.stage.stageName}/${request.method}${namedPath(named)}`
}
