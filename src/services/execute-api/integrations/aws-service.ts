import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import type { Integration } from "../../apigateway/service.ts"
import type { BinaryTypes } from "../binary-types.ts"
import { putHeader } from "../put-header.ts"
import type { Exchange } from "../rest/exchange.ts"
import { fillStageVariables } from "../stage-variables.ts"
import { newTraceId } from "../trace-id.ts"
import { actingOf } from "./acting.ts"
import { gatherBody } from "./gather-body.ts"
import { fillPath } from "./http-target.ts"
import { principalOf } from "./invoke-function.ts"
import { methodSourceArn } from "./method-source-arn.ts"
import { compileRequestBody, misconfigured } from "./request-body.ts"
import { compileParameters, type MappedParameters } from "./request-parameters.ts"
import { compileResponses } from "./responses.ts"
import { parseServiceUri, type ServiceUri } from "./service-uri.ts"

/** Developer Guide, "API Gateway quotas": payload size, either way. */
const ANSWER_BYTES = 10 * 1024 * 1024

/** What `X-Amz-Target` begins with, of services whose actions are named by it (botocore's models), and their content type. */
const TARGETS: Readonly<Record<string, readonly [prefix: string, type: string]>> = {
  "cognito-idp": ["AWSCognitoIdentityProviderService", "application/x-amz-json-1.1"],
  "cognito-identity": ["AWSCognitoIdentityService", "application/x-amz-json-1.1"],
  dynamodb: ["DynamoDB_20120810", "application/x-amz-json-1.0"],
  kinesis: ["Kinesis_20131202", "application/x-amz-json-1.1"],
  kms: ["TrentService", "application/x-amz-json-1.1"],
  logs: ["Logs_20140328", "application/x-amz-json-1.1"],
}

/** Versions of the services whose actions stand in a form. */
const VERSIONS: Readonly<Record<string, string>> = { iam: "2010-05-08", sts: "2011-06-15" }

/** Another service of this house, asked as the integration's role or as the caller; the API maps request and answer. */
export function compileAwsService(
  integration: Integration,
  binary: BinaryTypes,
): (exchange: Exchange) => Promise<HttpResponse> {
  const mapParameters = compileParameters(integration.requestParameters, true)
  const mapRequest = compileRequestBody(integration)
  const mapResponse = compileResponses(integration, binary)
  return async (exchange) => {
    const { body, overrides } = mapRequest(exchange)
    const parameters = mapParameters(exchange, overrides)
    const uri = fillStageVariables(integration.uri ?? "", exchange.stage.variables)
    const target = parseServiceUri(uri)
    if (!target) throw misconfigured("the URI of a service", uri)
    const acting = actingOf(exchange, integration.credentials)
    if (acting.as === "service") throw misconfigured("credentials of the integration: a role, or the caller's", "none")
    exchange.traceId ??= newTraceId(exchange.request.headers["x-amzn-trace-id"], exchange.arrivedAt)
    const request = requestTo(target, parameters, body, exchange, integration)
    const { clock, peers } = exchange.call
    const begunAt = clock.now()
    const answer = await peers.forward({
      service: target.service,
      request,
      as: principalOf(acting, methodSourceArn(exchange), target.region),
    })
    exchange.integration = { status: answer.status, latency: clock.now() - begunAt }
    // What is not here is nothing that a service has answered.
    if (answer.status === 501) throw misconfigured("an operation that this server has", uri)
    const gathered = await gatherBody(answer.body, ANSWER_BYTES)
    if (!gathered) throw misconfigured(`an answer of at most ${ANSWER_BYTES} bytes`, "a longer one")
    const response = mapResponse(exchange, {
      selector: String(answer.status),
      headers: Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [
          name.toLowerCase(),
          Array.isArray(value) ? value : String(value),
        ]),
      ),
      body: gathered,
    })
    putHeader(response, "X-Amzn-Trace-Id", exchange.traceId)
    return response
  }
}

/** The request that a client of the service would send. */
function requestTo(
  { service, subdomain, kind, rest }: ServiceUri,
  parameters: MappedParameters,
  body: Buffer,
  exchange: Exchange,
  integration: Integration,
): HttpRequest & { body: Uint8Array } {
  const query = new URLSearchParams(parameters.querystring)
  const headers: Record<string, string> = {}
  const sent = exchange.request.headers["content-type"]
  if (body.length > 0) headers["content-type"] = sent ?? "application/json"
  for (const [name, value] of parameters.header) headers[name.toLowerCase()] = value
  let path = `/${fillPath(kind === "path" ? rest : "", parameters.path)}`
  if (subdomain !== undefined) path = `/${subdomain}${path}`
  let content: Buffer = body
  if (kind === "action") {
    const target = Object.hasOwn(TARGETS, service) ? TARGETS[service] : undefined
    if (target) {
      headers["x-amz-target"] = `${target[0]}.${rest}`
      headers["content-type"] = target[1]
      if (content.length === 0) content = Buffer.from("{}")
    } else {
      const version = Object.hasOwn(VERSIONS, service) ? VERSIONS[service]! : undefined
      if (version === undefined) throw misconfigured("a service with actions that this server has", service)
      if (!query.has("Action")) query.set("Action", rest)
      if (!query.has("Version")) query.set("Version", version)
      const form = query.toString()
      // A form of one's own is taken as it is, with the action in front of it.
      content = Buffer.from(content.length === 0 ? form : `${form}&${content.toString("utf8")}`)
      headers["content-type"] = "application/x-www-form-urlencoded"
    }
  }
  headers["content-length"] = String(content.length)
  const search = kind === "action" ? "" : query.toString()
  const [own = "", ownQuery = ""] = path.split("?", 2)
  return {
    method: kind === "action" ? "POST" : (integration.httpMethod ?? exchange.request.method),
    path: own,
    query: [ownQuery, search].filter((part) => part !== "").join("&"),
    headers,
    rawHeaders: Object.entries(headers).flat(),
    body: content,
    remoteAddress: exchange.request.remoteAddress,
    secure: true,
  }
}
