import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }

/** AWS Key Management Service: keys that never leave, and who may use them. */
export const service: Service = {
  name: "kms",
  protocol: "awsJson1_1",
  targetPrefix: "TrentService",
  errors: "json",
  validationCode: "ValidationException",
  operations: operationsOf([]),
  constraints,
  bodyLimits,
  migrations: [],
}
