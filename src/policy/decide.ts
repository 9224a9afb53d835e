import { type Applicable, type PolicyType, READINGS } from "./applicable.ts"
import { appliesTo } from "./applies.ts"
import { type Asked, ask } from "./asked.ts"
import type { CompiledPolicy } from "./compile.ts"
import { type Because, type Decision, type DeterminingStatement, determining } from "./decision.ts"
import { BY_ORIGIN, ITSELF, type Naming, NOT_NAMED } from "./principals.ts"
import type { Principal, Request } from "./request.ts"
import { needsNoAllow, needsNoPermission } from "./single-actions.ts"
import type { Statement } from "./statement.ts"
import { findStatement } from "./statement-index.ts"

/**
 * Whether the request is allowed: AWS's evaluation flow chart, read from top to bottom ("Policy evaluation logic").
 *
 * Where several types of policy refuse, AWS names one and documents no order. Explicit denies come first, in the order
 * of DENY_ORDER; then the implicit ones in the order of the steps below. UNVERIFIED, and consistent with every message
 * that was collected.
 */
export function decide(request: Request, applicable: Applicable): Decision {
  const asked = ask(request, applicable)
  const { action } = asked
  if (needsNoPermission(action)) return allow({ reason: "no permission needed" }, [])
  const { principal } = request

  for (const type of DENY_ORDER) {
    const deny = findFirst("denies", type, policiesOf(type, applicable, principal), asked)
    if (deny !== undefined) return denyExplicitly(deny)
  }
  if (needsNoAllow(action)) return allow({ reason: "no permission needed" }, [])

  let allows: readonly DeterminingStatement[] = []
  /** Adds the Allow of this type of policy to those that decide; false where there is none. */
  const isAllowedBy = (type: PolicyType, policies: readonly CompiledPolicy[], before = 0): boolean => {
    const found = findFirst("allows", type, policies, asked, before)
    if (found !== undefined) allows = withOne(allows, found)
    return found !== undefined
  }

  let before = 0
  for (const level of levels(applicable.scp, principal)) {
    if (!isAllowedBy("scp", level, before)) return denyImplicitly("scp")
    before += level.length
  }

  if (applicable.vpce !== undefined && applicable.vpce.length > 0 && !isAllowedBy("vpce", applicable.vpce))
    return denyImplicitly("vpce")

  const resourceType = applicable.resourcePolicyType ?? "resource"
  const sameAccount = principal.account === request.resourceAccount
  const grant = findGrant(resourceType, applicable, sameAccount, asked)
  if (grant !== undefined) allows = withOne(allows, grant.statement)
  const naming = grant?.naming ?? NOT_NAMED

  // Who has no account has no policies of its own: the resource's policy is all there is.
  if (!hasAccount(principal)) return grant ? allow({ reason: "allowed" }, allows) : denyImplicitly(resourceType)

  const mustGrant = !sameAccount || resourceType !== "resource"
  if (naming === NOT_NAMED && mustGrant) return denyImplicitly(resourceType)
  // A grant of a key is enough for grantees of other accounts too, whose policies need not name the key (EC2 Auto Scaling
  // User Guide, "Required AWS KMS key policy for use with encrypted volumes": a service-linked role of another account).
  // UNVERIFIED that boundary and session policies limit a grant to a role as they limit what a policy gives it.
  const suffices = sameAccount || grant?.statement.policyType === "grant"
  if (suffices && naming === ITSELF) return allow({ reason: "allowed" }, allows)

  const isRoot = principal.type === "root"
  if (!isRoot && !(suffices && naming === BY_ORIGIN) && !isAllowedBy("identity", applicable.identity))
    return denyImplicitly("identity")
  if (applicable.boundary !== undefined && !isAllowedBy("boundary", [applicable.boundary]))
    return denyImplicitly("boundary")
  if (isLimitedBySession(principal, applicable) && !isAllowedBy("session", applicable.session ?? []))
    return denyImplicitly("session")
  return allow({ reason: isRoot ? "root user" : "allowed" }, allows)
}

/** Explicit denies: which is named where there are several. */
export const DENY_ORDER = [
  "scp",
  "rcp",
  "vpce",
  "resource",
  "trust",
  "key",
  "grant",
  "identity",
  "boundary",
  "session",
] as const

/** The policies of a type that are about this caller, with their levels in a row. */
export function policiesOf(type: PolicyType, applicable: Applicable, principal: Principal): readonly CompiledPolicy[] {
  switch (type) {
    case "identity":
      return hasAccount(principal) ? applicable.identity : NONE
    case "boundary":
      return hasAccount(principal) && applicable.boundary ? [applicable.boundary] : NONE
    case "session":
      return (hasAccount(principal) && applicable.session) || NONE
    case "grant":
      return applicable.grants ?? NONE
    case "resource":
    case "trust":
    case "key":
      return applicable.resource && (applicable.resourcePolicyType ?? "resource") === type
        ? [applicable.resource]
        : NONE
    case "vpce":
      return applicable.vpce ?? NONE
    case "scp":
    case "rcp":
      return applicable[type] === undefined ? NONE : levels(applicable[type], principal, type).flat()
  }
}

const NONE: readonly never[] = []

/** Decisions are remembered by the thousand, and an array that one is pushed to has room for seventeen. */
const withOne = <T>(list: readonly T[], one: T): readonly T[] => (list.length === 0 ? [one] : [...list, one])

/** SCPs are about the users, roles and root of an account, RCPs about everyone; neither about service-linked roles. */
function levels(
  policies: Applicable["scp"],
  principal: Principal,
  type: "scp" | "rcp" = "scp",
): readonly (readonly CompiledPolicy[])[] {
  if (policies === undefined || isServiceLinked(principal)) return NONE
  return type === "rcp" || hasAccount(principal) ? policies : NONE
}

const isServiceLinked = ({ roleArn }: Principal): boolean => roleArn?.includes(":role/aws-service-role/") ?? false

/** Anonymous callers, services and bearers of a provider's token act for no account. */
export const hasAccount = ({ type }: Principal): boolean =>
  type !== "anonymous" && type !== "service" && type !== "federated"

/** A federated user has what its session policies allow and nothing without them; others are limited by those there
 * are ("Permissions for GetFederationToken"). */
const isLimitedBySession = ({ type }: Principal, { session }: Applicable): boolean =>
  type === "federated-user" || (session !== undefined && session.length > 0)

/** The first statement of the effect that applies. `before`: how many policies of the type stand before these. */
function findFirst(
  effect: "allows" | "denies",
  type: PolicyType,
  policies: readonly CompiledPolicy[],
  asked: Asked,
  before = 0,
): DeterminingStatement | undefined {
  if (policies.length === 0) return undefined
  const reading = READINGS[type]
  const applies = (statement: Statement): boolean => appliesTo(statement, asked, reading) !== NOT_NAMED
  for (let i = 0; i < policies.length; i++) {
    const policy = policies[i] as CompiledPolicy
    const statement = findStatement(policy[effect], asked, applies)
    if (statement !== undefined) return determining(type, before + i, policy, statement)
  }
  return undefined
}

interface Grant {
  naming: Naming
  statement: DeterminingStatement
}

/**
 * What the resource's side allows the caller by. Of a key its policy and its grants are a union; where both allow, what
 * needs the least beside it counts, and that is across accounts a grant ("Grants in AWS KMS").
 */
function findGrant(
  type: "resource" | "trust" | "key",
  { resource, grants = NONE }: Applicable,
  sameAccount: boolean,
  asked: Asked,
): Grant | undefined {
  const ofPolicy = resource && findClosest(type, [resource], asked)
  if (grants.length === 0 || (sameAccount && ofPolicy?.naming === ITSELF)) return ofPolicy
  const ofGrants = findClosest("grant", grants, asked)
  if (!ofPolicy || !ofGrants) return ofPolicy ?? ofGrants
  const isGrantEnough = !sameAccount && ofGrants.naming >= BY_ORIGIN
  return isGrantEnough || ofGrants.naming > ofPolicy.naming ? ofGrants : ofPolicy
}

/** The Allow that names the caller most closely. */
function findClosest(
  type: "resource" | "trust" | "key" | "grant",
  policies: readonly CompiledPolicy[],
  asked: Asked,
): Grant | undefined {
  let closest: Grant | undefined
  for (let i = 0; i < policies.length && closest?.naming !== ITSELF; i++) {
    const policy = policies[i] as CompiledPolicy
    findStatement(policy.allows, asked, (statement) => {
      const naming = appliesTo(statement, asked, READINGS[type])
      if (naming > (closest?.naming ?? NOT_NAMED))
        closest = { naming, statement: determining(type, i, policy, statement) }
      return closest?.naming === ITSELF
    })
  }
  return closest
}

const allow = (because: Because, statements: readonly DeterminingStatement[]): Decision => ({
  allowed: true,
  decision: "allow",
  because,
  statements,
})

const denyExplicitly = (deny: DeterminingStatement): Decision => ({
  allowed: false,
  decision: "explicit_deny",
  because: { reason: "explicit deny", policyType: deny.policyType, policyArn: deny.policyArn },
  statements: [deny],
})

const denyImplicitly = (policyType: PolicyType): Decision => ({
  allowed: false,
  decision: "implicit_deny",
  because: { reason: "no allow", policyType },
  statements: [],
})
