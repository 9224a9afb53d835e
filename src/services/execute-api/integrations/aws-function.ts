import type { HttpResponse } from "../../../wire/http.ts"
import type { Integration } from "../../apigateway/service.ts"
import type { BinaryTypes } from "../binary-types.ts"
import { putHeader } from "../put-header.ts"
import type { Exchange } from "../rest/exchange.ts"
import { askFunction } from "./ask-function.ts"
import { compileRequestBody } from "./request-body.ts"
import { compileResponses } from "./responses.ts"

/** A function whose event and whose answer the API maps. An error is selected by its message, success by no pattern at all. */
export function compileAwsFunction(
  integration: Integration,
  binary: BinaryTypes,
): (exchange: Exchange) => Promise<HttpResponse> {
  const mapRequest = compileRequestBody(integration)
  const mapResponse = compileResponses(integration, binary)
  return async (exchange) => {
    const { body } = mapRequest(exchange)
    // UNVERIFIED that a request without a body is an empty object to the function.
    const told = await askFunction(exchange, integration, () => (body.length === 0 ? Buffer.from("{}") : body))
    const payload = Buffer.from(told.payload.buffer, told.payload.byteOffset, told.payload.byteLength)
    const selector = told.is === "failed" ? errorMessageOf(payload) : ""
    const answer = mapResponse(exchange, { selector, headers: { "content-type": "application/json" }, body: payload })
    putHeader(answer, "X-Amzn-Trace-Id", exchange.traceId!)
    return answer
  }
}

function errorMessageOf(payload: Buffer): string {
  try {
    const { errorMessage } = JSON.parse(payload.toString("utf8")) as { errorMessage?: unknown }
    return typeof errorMessage === "string" ? errorMessage : ""
  } catch {
    return ""
  }
}
