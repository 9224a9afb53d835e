import * as client from "@aws-sdk/client-cognito-sync"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { assertAdmitted } from "./access.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import * as listRecords from "./datasets/list-records.ts"
import * as datasets from "./datasets/operations.ts"
import * as updateRecords from "./datasets/update-records.ts"
import * as devices from "./devices.ts"
import * as pools from "./pools/operations.ts"
import { sweeping } from "./sweep.ts"
import { migrations } from "./tables.ts"

/** Amazon Cognito Sync: what an application keeps of its users on all of their devices. */
export const service: Service = {
  name: "cognito-sync",
  protocol: "restJson1",
  errors: "rest-json",
  // UNVERIFIED: the code of what its model does not let through.
  validationCode: "ValidationException",
  cors: true,
  client,
  operations: operationsOf([datasets, listRecords, updateRecords, pools, devices]),
  constraints,
  bodyLimits,
  assertAdmitted,
  migrations,
  work: sweeping,
}
