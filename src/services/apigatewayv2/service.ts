import * as client from "@aws-sdk/client-apigatewayv2"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { DELETE_API, deleteApiWork } from "./apis/delete-work.ts"
import * as apis from "./apis/operations.ts"
import * as authorizers from "./authorizers/operations.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import * as deployments from "./deployments/operations.ts"
import * as mappings from "./domain-names/mappings.ts"
import * as domainNames from "./domain-names/operations.ts"
import * as rules from "./domain-names/rules.ts"
import * as integrations from "./integrations/operations.ts"
import * as integrationResponses from "./integrations/responses.ts"
import * as models from "./models/operations.ts"
import * as exports from "./open-api/export.ts"
import * as definitions from "./open-api/operations.ts"
import { resourceFacts } from "./resource-facts.ts"
import * as routes from "./routes/operations.ts"
import * as routeResponses from "./routes/responses.ts"
import * as stages from "./stages/operations.ts"
import * as stageParts from "./stages/parts.ts"
import { migrations } from "./tables.ts"
import * as tags from "./tags/operations.ts"
import * as vpcLinks from "./vpc-links.ts"

export { type Api, findApi } from "./apis/record.ts"
export { findSnapshot } from "./deployments/record.ts"
export {
  type Domain,
  domainChanged,
  findDomain,
  getDomain,
  isTaken,
  listDomains,
  type MappingBody,
  mappings as domainMappings,
  putDomain,
  removeDomain,
  type ServedDomain,
} from "./domain-names/record.ts"
export {
  type MappedValue,
  type ParameterMapping,
  parseMapping,
  parseValue,
  type Reference,
} from "./integrations/parameters.ts"
export { SUBTYPES } from "./integrations/services.ts"
export { lambdaArnOf } from "./integrations/settings.ts"
export type { ApiOwner, DeployedIntegration, DeployedRoute, Snapshot, StageSettings } from "./snapshot.ts"
export { findStage, readStage } from "./stages/record.ts"

/** API Gateway's second model: HTTP and WebSocket APIs, as they are configured. What answers their callers is `execute-api`. */
export const service: Service = {
  name: "apigatewayv2",
  protocol: "restJson1",
  shares: { signingName: "apigateway", paths: "/v2/" },
  errors: "rest-json",
  validationCode: "BadRequestException",
  cors: true,
  client,
  operations: operationsOf([
    apis,
    routes,
    routeResponses,
    integrations,
    integrationResponses,
    authorizers,
    deployments,
    stages,
    stageParts,
    models,
    domainNames,
    mappings,
    rules,
    vpcLinks,
    tags,
    definitions,
    exports,
  ]),
  constraints,
  bodyLimits,
  migrations,
  resourceFacts,
  work: { [DELETE_API]: deleteApiWork },
}
