import { hash } from "node:crypto"
import { parseArn } from "../../../base/arn.ts"
import type { Deps } from "../../../call.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { findLoggingRole, type Stage } from "../../apigateway/service.ts"
import { whenKnown } from "../at-once.ts"
import { SESSION_NAME } from "../integrations/invoke-function.ts"
import type { Arrival } from "../rest/exchange.ts"
import { compileSubstitution, type Substitution } from "../substitution.ts"
import { logSinkOf } from "./sink.ts"

/** By the object that is cached as configuration. */
const formats = new WeakMap<Stage, Substitution>()

/**
 * Tells the stage's access log of a call that has been answered: in its format, as the role that the account has named for logs
 * (Developer Guide, "Set up CloudWatch logging"). Without that role, or without its permissions, nothing is kept.
 */
export function logAccess(arrival: Arrival, response: HttpResponse, deps: Deps): void {
  const { stage } = arrival.stage
  const { destinationArn, format } = stage.accessLogSettings ?? {}
  if (destinationArn === undefined || format === undefined) return
  const destination = parseArn(destinationArn)
  if (destination?.service !== "logs" || !destination.resource.startsWith("log-group:")) return
  let fill = formats.get(stage)
  if (!fill) {
    fill = compileSubstitution(format, "-")
    formats.set(stage, fill)
  }
  const now = deps.clock.now()
  arrival.answered = { status: response.status, length: lengthOf(response), latency: now - arrival.arrivedAt }
  const text = fill(arrival)
  const { account, region, apiId } = arrival
  const group = destination.resource.slice("log-group:".length).replace(/:\*$/, "")
  const stream = hash("md5", `${apiId}/${stage.stageName}`)
  const role = findLoggingRole(deps.store, { account, region })
  const told = whenKnown(role, (roleArn) => {
    if (roleArn === undefined) return
    const onBehalfOf = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage.stageName}`
    const actor = { roleArn, sessionName: SESSION_NAME, region: destination.region, onBehalfOf, context: {} }
    logSinkOf(deps).add({ actor, account: destination.account, group, stream }, now, text)
  })
  if (told instanceof Promise) told.catch(() => {})
}

function lengthOf({ body }: HttpResponse): number {
  if (body === undefined) return 0
  if (typeof body === "string") return Buffer.byteLength(body)
  return body instanceof Uint8Array ? body.byteLength : 0
}
