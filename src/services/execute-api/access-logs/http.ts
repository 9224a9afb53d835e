import { hash } from "node:crypto"
import { parseArn } from "../../../base/arn.ts"
import type { Deps } from "../../../call.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { findLoggingRole } from "../../apigateway/service.ts"
import type { StageSettings } from "../../apigatewayv2/service.ts"
import { whenKnown } from "../at-once.ts"
import { contextVariable } from "../http/context-variables.ts"
import type { HttpArrival } from "../http/exchange.ts"
import { SESSION_NAME } from "../integrations/invoke-function.ts"
import { logSinkOf } from "./sink.ts"

type Pieces = readonly (string | { variable: string })[]

/** By the object that is cached as configuration. */
const formats = new WeakMap<StageSettings, Pieces>()

/**
 * Tells the stage's access log of a call that has been answered, in its format (Developer Guide, "Configure logging for HTTP APIs").
 * AWS delivers these logs by itself; here it is done as the role that the account has named for logs, as for REST APIs: without it, or
 * without its permissions, nothing is kept.
 */
export function logHttpAccess(arrival: HttpArrival, response: HttpResponse, deps: Deps): void {
  const { api, stage } = arrival
  const { DestinationArn, Format } = stage.AccessLogSettings ?? {}
  const destination = DestinationArn === undefined ? undefined : parseArn(DestinationArn)
  if (Format === undefined || !destination?.resource.startsWith("log-group:")) return
  let pieces = formats.get(stage)
  if (!pieces) {
    pieces = compileFormat(Format)
    formats.set(stage, pieces)
  }
  const now = deps.clock.now()
  arrival.answered = { status: response.status, length: lengthOf(response), latency: now - arrival.arrivedAt }
  const text = pieces
    .map((piece) => (typeof piece === "string" ? piece : (contextVariable(arrival, piece.variable) ?? "-")))
    .join("")
  const { account, region, apiId } = api
  const place = {
    account: destination.account,
    group: destination.resource.slice("log-group:".length),
    stream: hash("md5", `${apiId}/${stage.StageName}`),
  }
  const told = whenKnown(findLoggingRole(deps.store, { account, region }), (roleArn) => {
    if (roleArn === undefined) return
    const onBehalfOf = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage.StageName}`
    const actor = { roleArn, sessionName: SESSION_NAME, region: destination.region, onBehalfOf, context: {} }
    logSinkOf(deps).add({ actor, ...place }, now, text)
  })
  if (told instanceof Promise) told.catch(() => {})
}

function compileFormat(format: string): Pieces {
  const pieces: (string | { variable: string })[] = []
  let at = 0
  for (const { index, 0: whole, 1: variable } of format.matchAll(
    /\$context\.([A-Za-z0-9_:-]+(?:\.[A-Za-z0-9_:-]+)*)/g,
  )) {
    pieces.push(format.slice(at, index), { variable: variable! })
    at = index + whole.length
  }
  return [...pieces, format.slice(at)]
}

function lengthOf({ body }: HttpResponse): number {
  if (body === undefined) return 0
  if (typeof body === "string") return Buffer.byteLength(body)
  return body instanceof Uint8Array ? body.byteLength : 0
}
