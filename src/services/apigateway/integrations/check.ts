import { badRequest, notBuilt } from "../errors.ts"
import { assertRequestMapping, assertTemplates } from "../mapping.ts"
import { assertVerb } from "../methods/check.ts"
import type { Integration, Method } from "../snapshot.ts"

const BEHAVIORS = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]
const LEAST_MILLISECONDS = 50
/** Developer Guide, "Quotas": AWS raises it for single accounts. */
export const MOST_MILLISECONDS = 29_000

/** What PutIntegration makes must hold, and what UpdateIntegration leaves. */
export function assertIntegration(integration: Integration, method: Method): void {
  const { type, httpMethod, passthroughBehavior, timeoutInMillis, connectionType } = integration
  if (type !== "MOCK" && !httpMethod) throw badRequest("Enumeration value for HttpMethod must be non-empty")
  if (httpMethod) assertVerb(httpMethod)
  // UNVERIFIED: the text for links that are not there.
  if (connectionType === "VPC_LINK") throw badRequest("Invalid Vpc Link identifier specified")
  if (type === "AWS" || type === "AWS_PROXY") assertAwsUri(type, integration.uri ?? "")
  if (type === "HTTP" || type === "HTTP_PROXY") assertHttpUri(integration.uri ?? "")
  if (integration.responseTransferMode === "STREAM") throw notBuilt("integrations whose responses are streamed")
  assertCredentials(integration.credentials)
  // UNVERIFIED text.
  if (!BEHAVIORS.includes(passthroughBehavior))
    throw badRequest(`Invalid passthrough behavior specified. Valid options are ${BEHAVIORS.join(",")}`)
  // Quoted by many who met it.
  if (timeoutInMillis < LEAST_MILLISECONDS || timeoutInMillis > MOST_MILLISECONDS)
    throw badRequest(`Timeout should be between ${LEAST_MILLISECONDS} ms and ${MOST_MILLISECONDS} ms`)
  assertRequestMapping(integration.requestParameters, method.requestParameters)
  assertTemplates(integration.requestTemplates)
}

/** `arn:aws:apigateway:{region}:{subdomain.service|service}:{path|action}/{service_api}` (API Reference, PutIntegration). */
function assertAwsUri(type: string, uri: string): void {
  const parts = uri.split(":")
  const [scheme, partition = "", apigateway, region, service = "", what = ""] = parts
  const isArn = scheme === "arn" && /^aws[a-z-]*$/.test(partition) && apigateway === "apigateway" && region && service
  if (!isArn || parts.length < 6) throw badRequest("Invalid ARN specified in the request")
  if (!/^(?:path|action)\/./.test(what)) throw badRequest("AWS ARN for integration must contain path or action")
  if (type !== "AWS_PROXY") return
  const isFunction = service === "lambda" && /^path\/\d{4}-\d{2}-\d{2}\/functions\//.test(what)
  if (!isFunction && service !== "firehose")
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    )
}

/** Stage variables and names of the path stand in it. */
function assertHttpUri(uri: string): void {
  const filled = uri.replace(/\$\{stageVariables\.[\w-]+\}|\{[\w.+-]+\}/g, "x")
  const parsed = /^(?:https?:\/\/|x)/i.test(filled) ? URL.parse(filled.replace(/^x(?!\w*:)/, "https://x")) : undefined
  if (!parsed || parsed.hostname === "") throw badRequest("Invalid HTTP endpoint specified for URI")
}

/** A role, or `arn:aws:iam::*:user/*`: the caller. */
function assertCredentials(credentials: string | undefined): void {
  if (credentials === undefined || credentials.includes("$" + "{stageVariables.")) return
  if (!/^arn:aws[a-z-]*:iam::(?:\d{12}:role\/.+|\*:user\/\*)$/.test(credentials))
    throw badRequest("Invalid ARN specified in the request")
}
