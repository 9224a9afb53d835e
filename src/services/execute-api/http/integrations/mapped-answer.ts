import { isSendable } from "../../../../wire/header-text.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import type { DeployedIntegration, ParameterMapping } from "../../../apigatewayv2/service.ts"
import type { HttpExchange } from "../exchange.ts"
import { type Changing, change, compileMappings, mappedText } from "../parameters.ts"

/** Changes an answer as the integration says for its status. */
export type MapAnswer = (exchange: HttpExchange, response: HttpResponse) => HttpResponse

export function compileAnswerMapping({ ResponseParameters = {} }: DeployedIntegration): MapAnswer {
  const byStatus = new Map(
    Object.entries(ResponseParameters).map(([status, mappings]) => [status, compileMappings("response", mappings)]),
  )
  if (byStatus.size === 0) return (_, response) => response
  return (exchange, response) => {
    const mappings = byStatus.get(String(response.status))
    return mappings ? mapped(exchange, response, mappings) : response
  }
}

function mapped(exchange: HttpExchange, response: HttpResponse, mappings: readonly ParameterMapping[]): HttpResponse {
  const headers: Changing = new Map(
    Object.entries(response.headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value : [String(value)],
    ]),
  )
  const answered = { headers: new Map(headers), body: Buffer.from((response.body ?? "") as string | Uint8Array) }
  let { status } = response
  for (const mapping of mappings) {
    const value = mappedText(mapping.value, exchange, answered)
    if (mapping.target === "header") change(headers, mapping, value)
    else if (value !== undefined && /^[2-5]\d\d$/.test(value)) status = Number(value)
  }
  return {
    status,
    headers: Object.fromEntries(
      [...headers]
        .filter(([name, values]) => values.every((value) => isSendable(name, value)))
        .map(([name, values]) => [name, values.length === 1 ? values[0]! : [...values]]),
    ),
    body: response.body,
  }
}
