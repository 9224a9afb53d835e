import type { HttpResponse } from "../../../../wire/http.ts"
import type { DeployedIntegration, DeployedRoute, Snapshot } from "../../../apigatewayv2/service.ts"
import type { HttpExchange } from "../exchange.ts"
import { internalError } from "../refusals.ts"
import { compileFunction } from "./function.ts"
import { compileHttpProxy } from "./http-proxy.ts"
import { compileAnswerMapping } from "./mapped-answer.ts"
import { compileServiceCall } from "./service.ts"

export type Integrate = (exchange: HttpExchange) => Promise<HttpResponse>

/** What is behind a route, ready for its calls. UNVERIFIED: what a route without an integration answers. */
export function compileIntegration({ Target = "" }: DeployedRoute, { integrations }: Snapshot): Integrate {
  const id = Target.slice("integrations/".length)
  const integration = Object.hasOwn(integrations, id) ? integrations[id] : undefined
  if (!integration)
    return async () => {
      throw internalError({ check: "integration", expected: "a route with an integration", found: "none" })
    }
  const integrate = compileBackend(integration)
  const map = compileAnswerMapping(integration)
  return async (exchange) => map(exchange, await integrate(exchange))
}

function compileBackend(integration: DeployedIntegration): Integrate {
  if (integration.IntegrationSubtype) return compileServiceCall(integration)
  return integration.IntegrationType === "HTTP_PROXY" ? compileHttpProxy(integration) : compileFunction(integration)
}
