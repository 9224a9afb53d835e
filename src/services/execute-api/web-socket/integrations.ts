import type { HttpResponse } from "../../../wire/http.ts"
import type { Integration } from "../../apigateway/service.ts"
import { type DeployedIntegration, lambdaArnOf } from "../../apigatewayv2/service.ts"
import { compileBinaryTypes } from "../binary-types.ts"
import { refused } from "../gateway-responses/refusal.ts"
import { askFunction } from "../integrations/ask-function.ts"
import { compileIntegration } from "../integrations/compile.ts"
import { gatherBody } from "../integrations/gather-body.ts"
import { findStatus } from "../integrations/mock.ts"
import { proxyAnswer } from "../integrations/proxy-answer.ts"
import { misconfigured } from "../integrations/request-body.ts"
import type { Exchange } from "../rest/exchange.ts"
import { socketEvent } from "./event.ts"
import { compileRequestTemplates, compileResponseTemplates } from "./templates.ts"

/** What is behind a route. Throws GatewayRefusals; `body` is the message as JSON. */
export type Integrate = (exchange: Exchange, body: () => unknown) => Promise<HttpResponse>

/** Developer Guide, "Quotas": message payload size. */
export const MESSAGE_BYTES = 128 * 1024
/** Of what a backend may answer, where templates make it shorter. */
const ANSWER_BYTES = 10 * 1024 * 1024

const NO_TYPES = compileBinaryTypes([])

export function compileSocketIntegration(deployed: DeployedIntegration, region: string): Integrate {
  const integration = restIntegration(deployed, region)
  switch (deployed.IntegrationType) {
    case "AWS_PROXY":
      return compileProxy(integration)
    case "HTTP_PROXY": {
      const integrate = compileIntegration(integration, NO_TYPES)
      return async (exchange) => integrate(exchange)
    }
    case "MOCK":
      return mapped(deployed, async (exchange) => {
        const status = findStatus(exchange.body.toString("utf8"))
        if (status === undefined) throw misconfigured('a request template that makes {"statusCode": 200}', "no status")
        exchange.integration = { status, latency: 0 }
        return { status, headers: {}, body: undefined }
      })
    default: {
      const integrate = compileIntegration(integration, NO_TYPES)
      return mapped(deployed, async (exchange) => integrate(exchange))
    }
  }
}

function compileProxy(integration: Integration): Integrate {
  return async (exchange) => {
    const told = await askFunction(exchange, integration, () => socketEvent(exchange))
    const answer = told.is === "answered" ? proxyAnswer(told.payload, () => false) : undefined
    // UNVERIFIED that messages are answered so as well where nobody waits for what the function says.
    if (!answer)
      throw refused("INTEGRATION_FAILURE", {
        status: 502,
        message: "Internal server error",
        because: {
          check: "integration",
          expected: "an answer of the function with a statusCode",
          found: told.is === "failed" ? "it failed" : "one that is malformed",
        },
      })
    return answer
  }
}

/** Templates make the backend's request of the message, and what is said of its answer. */
function mapped(deployed: DeployedIntegration, ask: (exchange: Exchange) => Promise<HttpResponse>): Integrate {
  const mapRequest = compileRequestTemplates(deployed)
  const mapResponse = compileResponseTemplates(deployed)
  return async (exchange, body) => {
    exchange.body = mapRequest(exchange, body)
    const answer = await ask(exchange)
    const gathered = await gatherBody(answer.body, ANSWER_BYTES)
    if (!gathered) throw misconfigured(`an answer of at most ${ANSWER_BYTES} bytes`, "a longer one")
    const status = exchange.integration?.status ?? 500
    return { status, headers: {}, body: mapResponse(exchange, gathered, body) }
  }
}

/** As that of a method of a REST API; its templates are applied here. */
function restIntegration(deployed: DeployedIntegration, region: string): Integration {
  const { IntegrationType = "MOCK", IntegrationUri = "", IntegrationMethod = "POST", ConnectionType } = deployed
  const { CredentialsArn, TimeoutInMillis = 29_000, RequestParameters = {}, IntegrationId } = deployed
  const functionArn = lambdaArnOf(IntegrationUri)
  return {
    type: IntegrationType,
    uri:
      functionArn === undefined
        ? IntegrationUri
        : `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    httpMethod: IntegrationMethod,
    ...(ConnectionType && { connectionType: ConnectionType }),
    ...(CredentialsArn && { credentials: CredentialsArn }),
    requestParameters: Object.fromEntries(
      Object.entries(RequestParameters).map(([name, value]) => [name, ofMethod(value)]),
    ),
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutInMillis: TimeoutInMillis,
    cacheNamespace: IntegrationId,
    cacheKeyParameters: [],
    integrationResponses: { 200: { statusCode: "200" } },
  }
}

/** `route.request.header.x` is `method.request.header.x` to what is shared with REST APIs. */
export const ofMethod = (value: string): string => value.replace(/^route\.request\./, "method.request.")
