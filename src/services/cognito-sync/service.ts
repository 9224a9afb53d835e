import * as client from "@aws-sdk/client-cognito-sync"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { assertAdmitted } from "./access.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import * as listRecords from "./datasets/list-records.ts"
import { mergeDatasets } from "./datasets/merge.ts"
import * as datasets from "./datasets/operations.ts"
import * as updateRecords from "./datasets/update-records.ts"
import * as devices from "./devices/operations.ts"
import { notifying } from "./devices/push.ts"
import * as configuration from "./pools/configuration.ts"
import * as events from "./pools/events.ts"
import * as usage from "./pools/usage-operations.ts"
import * as bulkPublish from "./streams/bulk-publish.ts"
import { streaming } from "./streams/deliver.ts"
import { largeUpdatePage } from "./streams/large-updates.ts"
import { publishing } from "./streams/publish-all.ts"
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
  operations: operationsOf([datasets, listRecords, updateRecords, usage, events, configuration, bulkPublish, devices]),
  constraints,
  bodyLimits,
  assertAdmitted,
  migrations,
  pages: largeUpdatePage,
  work: { ...sweeping, ...streaming, ...publishing, ...notifying },
  followsMerges: mergeDatasets,
}
