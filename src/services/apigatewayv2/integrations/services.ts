import { badRequest, unsupported } from "../errors.ts"
import { parseValue } from "./parameters.ts"
import type { IntegrationBody } from "./record.ts"

interface Subtype {
  /** Signing name of the service. */
  service: string
  operation: string
  required: readonly string[]
  optional: readonly string[]
}

/** Developer Guide, "Integration subtype reference for HTTP APIs": those whose service this server has. */
export const SUBTYPES: Readonly<Record<string, Subtype>> = {
  "Kinesis-PutRecord": {
    service: "kinesis",
    operation: "PutRecord",
    required: ["StreamName", "Data", "PartitionKey"],
    optional: ["SequenceNumberForOrdering", "ExplicitHashKey", "Region"],
  },
}

/** Those whose service it has not. */
const ELSEWHERE = new Set([
  "EventBridge-PutEvents",
  "SQS-SendMessage",
  "SQS-ReceiveMessage",
  "SQS-DeleteMessage",
  "SQS-PurgeQueue",
  "AppConfig-GetConfiguration",
  "StepFunctions-StartExecution",
  "StepFunctions-StartSyncExecution",
  "StepFunctions-StopExecution",
])

/** UNVERIFIED: the texts of the refusals. */
export function assertServiceIntegration({
  IntegrationType,
  IntegrationSubtype = "",
  CredentialsArn,
  RequestParameters = {},
}: IntegrationBody): void {
  if (IntegrationType !== "AWS_PROXY") throw badRequest("An integration subtype needs the integration type AWS_PROXY.")
  if (ELSEWHERE.has(IntegrationSubtype))
    throw unsupported(
      `The integration subtype ${IntegrationSubtype} is not supported: this server does not have its service.`,
    )
  const subtype = Object.hasOwn(SUBTYPES, IntegrationSubtype) ? SUBTYPES[IntegrationSubtype]! : undefined
  if (!subtype) throw badRequest(`Invalid integration subtype specified: ${IntegrationSubtype}`)
  if (CredentialsArn === undefined)
    throw badRequest("Credentials ARN is required for integrations with an integration subtype.")
  const missing = subtype.required.filter((name) => !Object.hasOwn(RequestParameters, name))
  if (missing.length > 0)
    throw badRequest(`Missing required request parameters for ${IntegrationSubtype}: ${missing.join(", ")}`)
  const known = new Set([...subtype.required, ...subtype.optional])
  const other = Object.keys(RequestParameters).find((name) => !known.has(name))
  if (other !== undefined) throw badRequest(`Invalid request parameter for ${IntegrationSubtype}: ${other}`)
  for (const value of Object.values(RequestParameters)) parseValue("request", value)
}
