import { UnreachableError } from "../../../base/outgoing.ts"
import type { Deps } from "../../../call.ts"
import type { DueDelivery } from "../asynchronous/event.ts"
import { assumeExecutionRole } from "../functions/execution-role.ts"
import type { Target } from "../functions/runnable.ts"
import { executionActor } from "../invocations/runnable-function.ts"
import { putRecord } from "./buckets.ts"
import { signedRequest } from "./requests.ts"
import { serviceOf } from "./targets.ts"

/**
 * Delivers as the function's execution role. A function of this server is invoked and a bucket written to as the engine decides; a queue, a topic
 * or a bus is elsewhere, gets a signed request, and decides by itself. Throws Undelivered where it may go better another
 * time.
 */
export async function deliver(
  delivery: DueDelivery,
  { target: { record, body }, traceId }: { target: Target; traceId: string },
  deps: Deps,
): Promise<void> {
  const role = body.configuration.Role!
  const service = serviceOf(delivery.to)
  if (service === "lambda") {
    const payload = Buffer.from(delivery.message)
    const receipt = await deps.peers.send({
      arn: delivery.to,
      from: executionActor(record, role),
      payload,
      awaits: "acceptance",
      traceId,
    })
    // A refusal is recorded, and `hallpass explain` tells it.
    if (receipt.is === "refused" && !FINAL.has(receipt.code))
      throw new Undelivered(`${receipt.code}: ${receipt.message}`)
    return
  }
  if (service === "s3") {
    const answer = await putRecord(delivery, executionActor(record, role), deps.peers)
    if (answer.is === "refused" && answer.status >= 500) throw new Undelivered(`${answer.code}: ${answer.message}`)
    return
  }
  const endpoint = service && deps.serviceEndpoints[service]
  if (!endpoint) throw new Undelivered(`${delivery.to} cannot be reached: no --service-endpoint names its service.`)
  const credentials = await assumeExecutionRole(deps, record, role)
  if (!credentials) throw new Undelivered(`The role ${role} cannot be assumed by Lambda.`)
  const { url, ...request } = signedRequest(service, endpoint, delivery, {
    region: record.region,
    credentials,
    clock: deps.clock,
  })
  const headers = { ...request.headers, "x-amzn-trace-id": traceId }
  const { status, text } = await deps.outgoing(url, { ...request, headers }).catch((error: unknown) => {
    throw error instanceof UnreachableError ? new Undelivered(`${delivery.to} ${error.message}`) : error
  })
  if (status >= 300) throw new Undelivered(`${delivery.to} answers ${status}: ${text.slice(0, 500)}`)
}

/** It did not arrive, this time. */
export class Undelivered extends Error {
  override name = "Undelivered"
}

/** Of refusals that stay as they are. */
const FINAL: ReadonlySet<string> = new Set(["AccessDeniedException", "ResourceNotFoundException"])
