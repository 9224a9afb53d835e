import type { ProtocolType } from "@aws-sdk/client-apigatewayv2"
import { badRequest, isNotOf, unsupported } from "../errors.ts"
import { parseMapping, RESPONSE_STATUS } from "./parameters.ts"
import type { IntegrationBody } from "./record.ts"
import { assertServiceIntegration } from "./services.ts"

const NAME = String.raw`(?:[a-zA-Z0-9_-]|\$\{stageVariables\.\w+\})+`
const FUNCTION = String.raw`arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:${NAME}(?::(?:\$LATEST|${NAME}))?`
const LAMBDA_ARN = new RegExp(`^${FUNCTION}$`)
const LAMBDA_PATH = new RegExp(
  `^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path/2015-03-31/functions/(${FUNCTION})/invocations$`,
)

/** The function that a URI names, in either of its forms; stage variables may stand in it. */
export const lambdaArnOf = (uri: string): string | undefined =>
  LAMBDA_PATH.exec(uri)?.[1] ?? (LAMBDA_ARN.test(uri) ? uri : undefined)

const METHODS = new Set(["ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])

/** Throws for what an integration of the protocol cannot be. Texts quoted by REST APIs' records where they are the same. */
export function assertIntegration(protocol: ProtocolType, integration: IntegrationBody): void {
  const { IntegrationType, IntegrationUri, IntegrationSubtype, ConnectionType, TlsConfig, CredentialsArn } = integration
  if (ConnectionType === "VPC_LINK")
    throw unsupported("VPC links are not supported by this server. Use the connection type INTERNET.")
  if (TlsConfig !== undefined)
    throw badRequest("TLS configuration is only supported for private integrations (connection type VPC_LINK).")
  if (CredentialsArn !== undefined && !/^arn:aws[a-z-]*:iam::(?:\d{12}:role\/\S+|\*:user\/\*)$/.test(CredentialsArn))
    throw badRequest("Invalid ARN specified in the request")
  if (protocol === "HTTP") {
    assertHttpIntegration(integration)
    return
  }
  if (IntegrationSubtype !== undefined) throw isNotOf("Specifying an integration subtype", protocol)
  if (IntegrationType === "MOCK") return
  if (IntegrationUri === undefined) throw badRequest("Integration uri is required.")
  if (IntegrationType === "AWS_PROXY" && lambdaArnOf(IntegrationUri) === undefined)
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    )
  if (IntegrationType === "AWS" && !IntegrationUri.startsWith("arn:"))
    throw badRequest("Invalid ARN specified in the request")
  if (IntegrationType?.startsWith("HTTP")) assertUrl(IntegrationUri)
}

function assertHttpIntegration(integration: IntegrationBody): void {
  const { IntegrationType, IntegrationMethod, IntegrationUri, IntegrationSubtype, PayloadFormatVersion } = integration
  if (IntegrationType !== "AWS_PROXY" && IntegrationType !== "HTTP_PROXY")
    throw isNotOf(`The integration type ${IntegrationType}`, "HTTP")
  if (
    PayloadFormatVersion !== "1.0" &&
    (PayloadFormatVersion !== "2.0" || IntegrationType === "HTTP_PROXY" || IntegrationSubtype)
  )
    throw badRequest("Invalid payload format version specified.")
  assertResponseParameters(integration)
  if (IntegrationSubtype !== undefined) {
    assertServiceIntegration(integration)
    return
  }
  for (const [key, value] of Object.entries(integration.RequestParameters ?? {})) parseMapping("request", key, value)
  if (IntegrationUri === undefined) throw badRequest("Integration uri is required.")
  if (IntegrationType === "AWS_PROXY") {
    if (lambdaArnOf(IntegrationUri) === undefined)
      throw badRequest("Invalid Lambda function ARN specified for the integration uri.")
    return
  }
  if (IntegrationMethod === undefined || !METHODS.has(IntegrationMethod))
    throw badRequest("Invalid HTTP method specified for the integration.")
  assertUrl(IntegrationUri)
}

function assertResponseParameters({ ResponseParameters = {} }: IntegrationBody): void {
  for (const [status, mappings] of Object.entries(ResponseParameters)) {
    if (!RESPONSE_STATUS.test(status)) throw badRequest(`Invalid status code for response parameters: ${status}`)
    for (const [key, value] of Object.entries(mappings)) parseMapping("response", key, value)
  }
}

function assertUrl(uri: string): void {
  // Variables of the path and of the stage stand where a URL has none.
  const plain = uri.replace(/\$\{stageVariables\.\w+\}/g, "x").replace(/[{}]/g, "")
  if (!/^https?:\/\//.test(uri) || !URL.canParse(plain)) throw badRequest("Invalid HTTP endpoint specified for URI")
}
