import type { Operation } from "../../operation.ts"
import type { Service } from "../../service.ts"
import { findRole } from "../iam/service.ts"
import constraints from "./constraints.json" with { type: "json" }

export { decideWebIdentity, type WebIdentity } from "./decide-web-identity.ts"
export { issueRoleSession, type NewRoleSession } from "./issue-session.ts"

// biome-ignore lint/suspicious/noExplicitAny: each operation has types of its own
const operations: readonly Operation<any, any>[] = []

export const service: Service = {
  name: "sts",
  protocol: "awsQuery",
  xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  version: "2011-06-15",
  errors: "query",
  validationCode: "ValidationError",
  operations,
  constraints,
  migrations: [],
  /** A role's trust policy is the resource policy of its ARN. */
  async resourceFacts(arn, _action, deps) {
    const role = await findRole(deps, arn)
    return role && { account: role.account, tags: role.tags, policy: role.trust, mustAllow: true }
  },
}
