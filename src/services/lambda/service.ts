import * as client from "@aws-sdk/client-lambda"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { bodyLimits } from "./body-limits.ts"
import { codePage } from "./code/download.ts"
import { constraints } from "./constraints.ts"
import * as create from "./functions/create.ts"
import * as get from "./functions/get.ts"
import { SETTLE, settleWork } from "./functions/settle.ts"
import * as permissions from "./permissions/operations.ts"
import { resourceFacts } from "./resource-facts.ts"
import { migrations } from "./tables.ts"

/** AWS Lambda: functions that are really run, and really guarded. */
export const service: Service = {
  name: "lambda",
  protocol: "restJson1",
  errors: "rest-json",
  validationCode: "ValidationException",
  cors: true,
  client,
  operations: operationsOf([create, get, permissions]),
  constraints,
  bodyLimits,
  migrations,
  resourceFacts,
  pages: codePage,
  work: { [SETTLE]: settleWork },
}
