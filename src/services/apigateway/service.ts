import * as client from "@aws-sdk/client-api-gateway"
import type { Service } from "../../service.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import { migrations } from "./tables.ts"

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
  client,
  operations: [],
  constraints,
  bodyLimits,
  migrations,
}
