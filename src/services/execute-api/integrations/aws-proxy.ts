import type { HttpResponse } from "../../../wire/http.ts"
import type { Integration } from "../../apigateway/service.ts"
import type { BinaryTypes } from "../binary-types.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { putHeader } from "../put-header.ts"
import type { Exchange } from "../rest/exchange.ts"
import { askFunction } from "./ask-function.ts"
import { proxyAnswer } from "./proxy-answer.ts"
import { proxyEvent } from "./proxy-event.ts"

/** A function that gets the whole request and says the whole answer. */
export function compileAwsProxy(
  integration: Integration,
  binary: BinaryTypes,
): (exchange: Exchange) => Promise<HttpResponse> {
  return async (exchange) => {
    const { headers } = exchange.request
    const told = await askFunction(exchange, integration, () =>
      proxyEvent(exchange, binary.has(headers["content-type"])),
    )
    if (told.is === "failed") throw badGateway("an answer of the function", "its error")
    const answer = proxyAnswer(told.payload, (type) => binary.has(type) || binary.isAccepted(headers.accept))
    if (!answer) throw badGateway("statusCode, headers, multiValueHeaders, body and isBase64Encoded", "something else")
    putHeader(answer, "X-Amzn-Trace-Id", exchange.traceId!)
    return answer
  }
}

/** Recorded 2025; the log says `Malformed Lambda proxy response`. */
const badGateway = (expected: string, found: string) =>
  refused("INTEGRATION_FAILURE", { status: 502, because: { check: "Lambda proxy response", expected, found } })
