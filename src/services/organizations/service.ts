import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import { parseArn } from "../../base/arn.ts"
import type { Deps } from "../../call.ts"
import { operationsOf } from "../../operation.ts"
import type { Service } from "../../service.ts"
import * as accounts from "./accounts.ts"
import { accountArn, idOfPartialArn, rootArn, unitArn } from "./arns.ts"
import { bodyLimits } from "./body-limits.ts"
import constraints from "./constraints.json" with { type: "json" }
import * as createAccount from "./create-account.ts"
import * as organization from "./organization.ts"
import { findOrganizationOf } from "./organization.ts"
import * as serviceAccess from "./service-access.ts"
import { migrations } from "./tables.ts"
import * as tags from "./tags.ts"
import { listTags } from "./tags.ts"
import * as tree from "./tree.ts"
import * as units from "./units.ts"

export { findOrganizationId } from "./account-record.ts"

/** AWS Organizations, as far as it makes accounts: accounts below organizational units, without policies. */
export const service: Service = {
  name: "organizations",
  protocol: "awsJson1_1",
  targetPrefix: "AWSOrganizationsV20161128",
  errors: "json",
  // API Reference, "InvalidInputException". UNVERIFIED: that its texts are those of the other services.
  validationCode: "InvalidInputException",
  operations: operationsOf([organization, createAccount, accounts, units, tree, serviceAccess, tags]),
  constraints,
  bodyLimits,
  migrations,
  resourceFacts,
}

/** Adds the organization to the ARN of an account, a unit or a root, which a request cannot name. */
async function resourceFacts(text: string, _action: string, { store }: Deps): Promise<ResourceFacts | undefined> {
  const id = idOfPartialArn(text)
  const account = parseArn(text)?.account
  if (id === undefined || account === undefined) return undefined
  return store.read(async (tx) => {
    const organization = await findOrganizationOf(tx, account)
    if (!organization) return undefined
    const arn = (id.startsWith("r-") ? rootArn : id.startsWith("ou-") ? unitArn : accountArn)(organization, id)
    const tags = Object.fromEntries((await listTags(tx, id)).map(({ Key, Value }) => [Key, Value]))
    return { account, arn, tags }
  })
}
