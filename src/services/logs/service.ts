import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import type { Deps } from "../../call.ts"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { parseGroupArn } from "./arns.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import { FilterLogEvents } from "./events/filter.ts"
import { GetLogEvents } from "./events/get.ts"
import { PutLogEvents } from "./events/put.ts"
import * as groups from "./groups/operations.ts"
import { findGroup, REMOVE_GROUP } from "./groups/record.ts"
import { expiryWork, groupRemoval } from "./groups/retention.ts"
import { keepLogs } from "./sink.ts"
import * as streams from "./streams/operations.ts"
import { streamRemoval } from "./streams/operations.ts"
import { REMOVE_STREAM } from "./streams/record.ts"
import { migrations } from "./tables.ts"
import * as tags from "./tags.ts"

/** Amazon CloudWatch Logs, as far as it keeps and finds what functions and other programs write. */
export const service: Service = {
  name: "logs",
  protocol: "awsJson1_1",
  targetPrefix: "Logs_20140328",
  errors: "json",
  // Terraform and the CLI quote it: an enumeration, a pattern.
  validationCode: "InvalidParameterException",
  operations: operationsOf([groups, streams, tags, { PutLogEvents, GetLogEvents, FilterLogEvents }]),
  constraints,
  bodyLimits,
  migrations,
  resourceFacts,
  keepsLogs: keepLogs,
  work: { [REMOVE_GROUP]: groupRemoval, [REMOVE_STREAM]: streamRemoval, "logs:expire": expiryWork },
}

/** A group that is not there belongs to the account that its ARN names, so that strangers learn nothing of it. */
async function resourceFacts(arn: string, _action: string, { store }: Deps): Promise<ResourceFacts | undefined> {
  const name = parseGroupArn(arn)
  if (!name) return undefined
  const group = await findGroup(store, name)
  return { account: name.account, ...(group && { tags: group.tags }) }
}
