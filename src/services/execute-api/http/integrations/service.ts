import type { HttpResponse } from "../../../../wire/http.ts"
import { type DeployedIntegration, SUBTYPES } from "../../../apigatewayv2/service.ts"
import { principalOf } from "../../integrations/invoke-function.ts"
import type { HttpExchange } from "../exchange.ts"
import { compileValues, mappedText } from "../parameters.ts"
import { internalError } from "../refusals.ts"
import { actingOf, routeSourceArn } from "./function.ts"

const CHECK = "integration"

/** One operation of another service, with what the request gives its parameters (Developer Guide, "Integration subtype reference"). */
export function compileServiceCall(
  integration: DeployedIntegration,
): (exchange: HttpExchange) => Promise<HttpResponse> {
  const { IntegrationSubtype = "", CredentialsArn, RequestParameters } = integration
  const subtype = Object.hasOwn(SUBTYPES, IntegrationSubtype) ? SUBTYPES[IntegrationSubtype]! : undefined
  const values = compileValues(RequestParameters)
  return async (exchange) => {
    if (!subtype || !CredentialsArn)
      throw internalError({
        check: CHECK,
        expected: "a service that this server has, and a role",
        found: IntegrationSubtype,
      })
    const parameters = Object.fromEntries(values.map(([name, value]) => [name, mappedText(value, exchange)]))
    const missing = subtype.required.filter((name) => !parameters[name])
    if (missing.length > 0) return failure(400, "ValidationException", `Missing: ${missing.join(", ")}`)
    const { Region = exchange.api.region, Data = "", ...texts } = parameters
    const { call } = exchange
    const begunAt = call.clock.now()
    const answer = await call.peers.call({
      service: subtype.service,
      operation: subtype.operation,
      // In the service's own JSON, as it is sent there, data is Base64.
      input: { ...withoutEmpty(texts), Data: Buffer.from(Data, "base64") },
      as: principalOf(actingOf(exchange, CredentialsArn), routeSourceArn(exchange), Region),
    })
    const latency = call.clock.now() - begunAt
    if (answer.is === "done") {
      exchange.integration = { status: 200, latency }
      return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(answer.output) }
    }
    exchange.integration = { status: answer.status, latency, error: answer.message }
    return failure(answer.status, answer.code, answer.message)
  }
}

const withoutEmpty = (texts: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(texts).filter(([, value]) => value))

/** UNVERIFIED: how the answer of a service that refuses is passed on. */
const failure = (status: number, code: string, message: string): HttpResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ __type: code, message }),
})
