import type { Receipt } from "../../../peers.ts"
import type { Integration } from "../../apigateway/service.ts"
import { refused } from "../gateway-responses/refusal.ts"
import type { Exchange } from "../rest/exchange.ts"
import { fillStageVariables } from "../stage-variables.ts"
import { newTraceId } from "../trace-id.ts"
import { actingOf } from "./acting.ts"
import { findFunctionArn } from "./function-uri.ts"
import { invokeFunction } from "./invoke-function.ts"
import { methodSourceArn } from "./method-source-arn.ts"
import { misconfigured } from "./request-body.ts"

/** What a function said: its answer, or its error. */
export type Told = Extract<Receipt, { is: "answered" | "failed" }>

/** Invokes the function of an integration; throws where nothing came of it. */
export async function askFunction(
  exchange: Exchange,
  integration: Integration,
  payload: () => object | Buffer,
): Promise<Told> {
  const uri = fillStageVariables(integration.uri ?? "", exchange.stage.variables)
  const functionArn = findFunctionArn(uri)
  if (functionArn === undefined) throw misconfigured("the URI of a function", uri)
  // Recorded 2025: functions are invoked by POST, and with another method nothing is.
  if (integration.httpMethod !== "POST") throw misconfigured("the integration's method POST", integration.httpMethod)
  exchange.traceId ??= newTraceId(exchange.request.headers["x-amzn-trace-id"], exchange.arrivedAt)
  const event = payload()
  const { clock } = exchange.call
  const begunAt = clock.now()
  const receipt = await invokeFunction(exchange.call.peers, {
    functionArn,
    acting: actingOf(exchange, integration.credentials),
    sourceArn: methodSourceArn(exchange),
    account: exchange.account,
    region: exchange.region,
    payload: Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(event)),
    timeoutMilliseconds: integration.timeoutInMillis,
    traceId: exchange.traceId,
  })
  exchange.integration = { latency: clock.now() - begunAt, ...(receipt.is === "answered" && { status: 200 }) }
  switch (receipt.is) {
    case "answered":
    case "failed":
      return receipt
    case "late":
      throw refused("INTEGRATION_TIMEOUT", {
        because: {
          check: "integration",
          expected: `an answer within ${integration.timeoutInMillis} ms`,
          found: "none from the function",
        },
      })
    case "refused":
      throw misconfigured("a function that may be invoked", `${receipt.code}: ${receipt.message}`)
    default:
      throw misconfigured("an answer of the function", receipt.is)
  }
}
