import { drawBytes } from "../../../base/random.ts"
import type { CallContext } from "../../../call.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import type { Api, StageSettings } from "../../apigatewayv2/service.ts"
import { namedPath } from "../policies/named-path.ts"

/** A call of an HTTP API, as far as its head tells: a signature may still be refused. */
export interface HttpArrival {
  request: HttpRequest
  api: Api
  stage: StageSettings
  deploymentId: string
  /** Behind the stage, as it was sent: `/pets/7`. Routes are found by it, and policies name it. */
  path: string
  /** With the stage, unless that is `$default`; of a custom domain as it was sent. */
  rawPath: string
  /** `GET /pets/{id}`; empty where no route was found. */
  routeKey: string
  parameters: Readonly<Record<string, string>> | undefined
  /** The same, as they were sent. */
  sentParameters: ReadonlyMap<string, string>
  domainName: string
  domainPrefix: string
  /** Milliseconds since the epoch. */
  arrivedAt: number
  /** What the caller reads as `apigw-requestid`. */
  requestId: string
  /** What an authorizer found. */
  authorizer?: HttpAuthorizer
  /** `X-Amzn-Trace-Id`; there where something is asked. */
  traceId?: string
  query?: readonly (readonly [name: string, value: string])[]
  /** Where the caller has been authenticated. */
  call?: CallContext
  /** Of the integration: its status, its milliseconds, what went wrong. */
  integration?: { status?: number; latency?: number; error?: string }
  /** What was answered, in bytes and milliseconds. */
  answered?: { status: number; length: number; latency: number }
  /** Why the gateway answered by itself. */
  refusal?: { message: string; type: string }
}

/** The same, when its body is there and whose it is is known. */
export interface HttpExchange extends HttpArrival {
  body: Buffer
  call: CallContext
}

export type HttpAuthorizer =
  | { is: "jwt"; claims: Readonly<Record<string, string>>; scopes: readonly string[] | null }
  | { is: "lambda"; context: Readonly<Record<string, unknown>>; principalId?: string }
  | { is: "iam" }

/** As AWS's ids of this kind: 16 characters that URLs can have, and `=` at the end. */
export const newRequestId = (): string => drawBytes(11).toString("base64").replaceAll("+", "-").replaceAll("/", "_")

/** Decoded, in their order; `+` is a blank. */
export function queryOf(arrival: HttpArrival): readonly (readonly [name: string, value: string])[] {
  arrival.query ??= arrival.request.query === "" ? [] : [...new URLSearchParams(arrival.request.query)]
  return arrival.query
}

/** Several values of a name are joined by commas. */
export function queryTexts(arrival: HttpArrival): Record<string, string> {
  const texts = new Map<string, string>()
  for (const [name, value] of queryOf(arrival)) {
    const before = texts.get(name)
    texts.set(name, before === undefined ? value : `${before},${value}`)
  }
  return Object.fromEntries(texts)
}

/** What policies and authorizers know the call by: the path is the real one, and `$default` is a stage's name like any other. */
export const routeArn = ({ api, stage, request, path }: HttpArrival): string =>
  `arn:aws:execute-api:${api.region}:${api.account}:${api.apiId}/${stage.StageName}/${request.method}${namedPath(path)}`
