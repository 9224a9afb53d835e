import * as client from "@aws-sdk/client-lambda"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import { migrations } from "./tables.ts"

/** AWS Lambda: functions that are really run, and really guarded. */
export const service: Service = {
  name: "lambda",
  protocol: "restJson1",
  errors: "rest-json",
  validationCode: "ValidationException",
  cors: true,
  client,
  operations: operationsOf([]),
  constraints,
  bodyLimits,
  migrations,
}
