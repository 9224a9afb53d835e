import * as client from "@aws-sdk/client-apigatewayv2"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import { migrations } from "./tables.ts"

export type { ApiOwner, DeployedIntegration, DeployedRoute, Snapshot, StageSettings } from "./snapshot.ts"

/** API Gateway's second model: HTTP and WebSocket APIs, as they are configured. What answers their callers is `execute-api`. */
export const service: Service = {
  name: "apigatewayv2",
  protocol: "restJson1",
  shares: { signingName: "apigateway", paths: "/v2/" },
  errors: "rest-json",
  validationCode: "BadRequestException",
  cors: true,
  client,
  operations: operationsOf([]),
  constraints,
  bodyLimits,
  migrations,
}
