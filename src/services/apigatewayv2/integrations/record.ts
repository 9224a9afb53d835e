import type { Integration, IntegrationResponse } from "@aws-sdk/client-apigatewayv2"
import { parts } from "../parts.ts"

export type IntegrationBody = Omit<Integration, "IntegrationId">

export const integrations = parts<IntegrationBody>("integration")
/** By `<integration id>/<response id>`. */
export const integrationResponses = parts<Omit<IntegrationResponse, "IntegrationResponseId">>("integration-response")
