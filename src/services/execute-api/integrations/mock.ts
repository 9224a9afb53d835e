import type { HttpResponse } from "../../../wire/http.ts"
import type { Integration } from "../../apigateway/service.ts"
import type { BinaryTypes } from "../binary-types.ts"
import type { Exchange } from "../rest/exchange.ts"
import { compileRequestBody, misconfigured } from "./request-body.ts"
import { compileResponses } from "./responses.ts"

/** The request's template says the status, and that the integration response (Developer Guide, "Mock integrations"). */
export function compileMock(integration: Integration, binary: BinaryTypes): (exchange: Exchange) => HttpResponse {
  const mapRequest = compileRequestBody(integration)
  const mapResponse = compileResponses(integration, binary)
  const empty = Buffer.alloc(0)
  return (exchange) => {
    const text = mapRequest(exchange).body.toString("utf8")
    const status = findStatus(text)
    if (status === undefined) throw misconfigured('a request template that makes {"statusCode": 200}', "no status")
    return mapResponse(exchange, { selector: String(status), headers: {}, body: empty })
  }
}

/** The same few templates make the same few texts. */
let known: { text: string; status: number | undefined } | undefined

/** Leniently: `{statusCode: 200}` and `{'statusCode': 200}`, which are no JSON, are taken (recorded 2025). */
export function findStatus(text: string): number | undefined {
  if (known?.text === text) return known.status
  const status = parseStatus(text)
  if (text.length < 1_024) known = { text, status }
  return status
}

function parseStatus(text: string): number | undefined {
  try {
    const { statusCode } = JSON.parse(text) as { statusCode?: unknown }
    return typeof statusCode === "number" && Number.isInteger(statusCode) ? statusCode : undefined
  } catch {
    const found = /^\s*\{(?:[^{}]{0,1000}[,\s])?["']?statusCode["']?\s*:\s*(\d{3})\s*[,}]/.exec(text)?.[1]
    return found === undefined ? undefined : Number(found)
  }
}
