import { parseArn } from "../../base/arn.ts"
import { type CompiledPolicy, compile } from "../../policy/index.ts"
import type { Service } from "../../service.ts"
import { findRole } from "../iam/service.ts"
import { assertAdmitted } from "./admission.ts"
import { AssumeRole } from "./assume-role.ts"
import { AssumeRoleWithSAML } from "./assume-role-with-saml.ts"
import { AssumeRoleWithWebIdentity } from "./assume-role-with-web-identity.ts"
import { DecodeAuthorizationMessage } from "./authorization-message.ts"
import { bodyLimits } from "./body-limits.ts"
import { GetAccessKeyInfo, GetCallerIdentity } from "./caller-identity.ts"
import constraints from "./constraints.json" with { type: "json" }
import { GetFederationToken } from "./federation-token.ts"
import { rates } from "./rates.ts"
import { GetSessionToken } from "./session-token.ts"

export { encodeAuthorizationMessage } from "./authorization-message.ts"
export { decideWebIdentity, type WebIdentity } from "./decide-web-identity.ts"
export { issueRoleSession, type NewRoleSession } from "./issue-session.ts"
export { assumeRoleAsService, decideServiceTrust, type ServiceSession } from "./service-session.ts"

/** What a role that does not exist trusts: it is refused in the same words as one that trusts nobody. */
const TRUSTS_NOBODY: CompiledPolicy = compile({ Version: "2012-10-17", Statement: [] })

export const service: Service = {
  name: "sts",
  protocol: "awsQuery",
  errors: "query",
  validationCode: "ValidationError",
  operations: [
    AssumeRole,
    AssumeRoleWithWebIdentity,
    AssumeRoleWithSAML,
    GetCallerIdentity,
    GetAccessKeyInfo,
    GetSessionToken,
    GetFederationToken,
    DecodeAuthorizationMessage,
  ],
  constraints,
  bodyLimits,
  rates,
  assertAdmitted,
  migrations: [],
  /** A role's trust policy is the resource policy of its ARN. */
  async resourceFacts(text, _action, deps) {
    const arn = parseArn(text)
    if (arn?.service !== "iam" || !arn.resource.startsWith("role/")) return undefined
    const role = await findRole(deps, text)
    if (!role) return { account: arn.account, policy: TRUSTS_NOBODY, policyType: "trust" }
    const context = Object.fromEntries(Object.entries(role.tags).map(([key, tag]) => [`iam:ResourceTag/${key}`, tag]))
    return { account: role.account, tags: role.tags, context, policy: role.trust, policyType: "trust" }
  },
}
