import * as client from "@aws-sdk/client-api-gateway"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import * as account from "./account/operations.ts"
import * as apiKeyFiles from "./api-keys/import.ts"
import * as apiKeys from "./api-keys/operations.ts"
import * as authorizers from "./authorizers/operations.ts"
import { bodyLimits } from "./body-limits.ts"
import * as clientCertificates from "./client-certificates/operations.ts"
import constraints from "./constraints.json" with { type: "json" }
import * as deployments from "./deployments/operations.ts"
import * as documentationFiles from "./documentation/import.ts"
import * as documentationParts from "./documentation/parts.ts"
import * as documentationVersions from "./documentation/versions.ts"
import * as accessAssociations from "./domain-names/access-associations.ts"
import * as basePaths from "./domain-names/base-paths.ts"
import * as domainNames from "./domain-names/operations.ts"
import * as gatewayResponses from "./gateway-responses/operations.ts"
import * as integrations from "./integrations/operations.ts"
import * as integrationResponses from "./integrations/responses.ts"
import * as methods from "./methods/operations.ts"
import * as methodResponses from "./methods/responses.ts"
import * as models from "./models/operations.ts"
import * as exports from "./open-api/export.ts"
import * as definitions from "./open-api/operations.ts"
import { REMOVE_OWNED, removeOwnedWork } from "./removal.ts"
import * as requestValidators from "./request-validators/operations.ts"
import { resourceFacts } from "./resource-facts.ts"
import * as resources from "./resources/operations.ts"
import * as restApis from "./rest-apis/operations.ts"
import * as restApiUpdates from "./rest-apis/update.ts"
import * as sdkTypes from "./sdk-types/operations.ts"
import * as stages from "./stages/operations.ts"
import { migrations } from "./tables.ts"
import * as tags from "./tags/operations.ts"
import * as trials from "./trials.ts"
import * as usagePlanKeys from "./usage-plans/keys.ts"
import * as usagePlans from "./usage-plans/operations.ts"
import * as usage from "./usage-plans/usage-operations.ts"
import * as vpcLinks from "./vpc-links/operations.ts"

export { findLoggingRole } from "./account/record.ts"

export { findApiKey } from "./api-keys/record.ts"
export { findClientCertificate } from "./client-certificates/record.ts"
export { readSnapshot } from "./deployments/record.ts"
export { findDomain } from "./domain-names/record.ts"
export { findRestApi } from "./rest-apis/record.ts"
export type * from "./settings.ts"
export type * from "./snapshot.ts"
export { findStage } from "./stages/record.ts"
export { findUsagePlan } from "./usage-plans/record.ts"
export { addUsage, dayOf, type Metered, periodStart, readUsage, remainingOf } from "./usage-plans/usage.ts"

/** Amazon API Gateway: REST APIs as they are made and deployed. What answers their calls is `execute-api`. */
export const service: Service = {
  name: "apigateway",
  protocol: "restJson1",
  errors: "rest-json",
  validationCode: "ValidationException",
  tellsInputs: true,
  client,
  operations: operationsOf([
    restApis,
    restApiUpdates,
    resources,
    methods,
    methodResponses,
    integrations,
    integrationResponses,
    models,
    requestValidators,
    authorizers,
    gatewayResponses,
    deployments,
    stages,
    apiKeys,
    apiKeyFiles,
    usagePlans,
    usagePlanKeys,
    usage,
    domainNames,
    basePaths,
    accessAssociations,
    clientCertificates,
    vpcLinks,
    account,
    documentationFiles,
    documentationParts,
    documentationVersions,
    tags,
    sdkTypes,
    trials,
    definitions,
    exports,
  ]),
  constraints,
  bodyLimits,
  migrations,
  resourceFacts,
  work: { [REMOVE_OWNED]: removeOwnedWork },
}
