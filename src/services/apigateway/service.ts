import * as client from "@aws-sdk/client-api-gateway"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import * as authorizers from "./authorizers/operations.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import * as deployments from "./deployments/operations.ts"
import * as gatewayResponses from "./gateway-responses/operations.ts"
import * as integrations from "./integrations/operations.ts"
import * as integrationResponses from "./integrations/responses.ts"
import * as methods from "./methods/operations.ts"
import * as methodResponses from "./methods/responses.ts"
import * as models from "./models/operations.ts"
import { REMOVE_OWNED, removeOwnedWork } from "./removal.ts"
import * as requestValidators from "./request-validators/operations.ts"
import * as resources from "./resources/operations.ts"
import * as restApis from "./rest-apis/operations.ts"
import * as restApiUpdates from "./rest-apis/update.ts"
import * as stages from "./stages/operations.ts"
import { migrations } from "./tables.ts"

export { findLoggingRole } from "./account/record.ts"

export { findApiKey } from "./api-keys/record.ts"
export { readSnapshot } from "./deployments/record.ts"
export {
  allMappings,
  type DomainName,
  domainNames,
  findDomain,
  MOST_MAPPINGS,
  putMapping,
  removeMapping,
  type StoredMapping,
} from "./domain-names/record.ts"
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
  ]),
  constraints,
  bodyLimits,
  migrations,
  work: { [REMOVE_OWNED]: removeOwnedWork },
}
