import type { MappingRule, RoleMapping } from "@aws-sdk/client-cognito-identity"

/** What the choice of a role is made from. */
export interface RoleQuestion {
  /** `authenticated` and `unauthenticated` to role ARNs. */
  roles: Readonly<Record<string, string>>
  /** Of the provider that the person signed in with; undefined where the pool maps none. */
  mapping: RoleMapping | undefined
  isGuest: boolean
  claims: Readonly<Record<string, unknown>>
  /** `CustomRoleArn` of the request. */
  customRoleArn: string | undefined
  /** The roles that a SAML assertion names: without a mapping, `CustomRoleArn` is one of them. */
  assertedRoles?: readonly string[]
}

/** The role, or why there is none; and how it came to be, for `hallpass explain`. */
export type RoleChoice =
  | { role: string; because: RoleReason }
  /** The token does not have the role that was asked for. */
  | { forbidden: string; because: RoleReason }
  /** No rule or claim chose, and the mapping says Deny. */
  | { ambiguous: true; because: RoleReason }
  /** The pool has no role for this kind of identity. */
  | { missing: true; because: RoleReason }

export interface RoleReason {
  step: string
  [detail: string]: unknown
}

/**
 * Chooses the role of an identity.
 * Source: Cognito Developer Guide, "Using role-based access control": tokens, rules, and their order.
 */
export function chooseRole(question: RoleQuestion): RoleChoice {
  const { mapping, isGuest, customRoleArn, assertedRoles } = question
  if (isGuest) return defaultRole(question, "unauthenticated", { step: "guest" })
  // API Reference, "GetCredentialsForIdentity": it is for providers that bring several roles, as SAML does.
  if (mapping === undefined && assertedRoles && customRoleArn !== undefined)
    return chooseCustom(customRoleArn, assertedRoles, "roles of the assertion")
  if (mapping === undefined) return defaultRole(question, "authenticated", { step: "no role mapping for the provider" })
  return mapping.Type === "Rules" ? byRules(question, mapping) : byToken(question, mapping)
}

function defaultRole({ roles }: RoleQuestion, kind: string, because: RoleReason): RoleChoice {
  const role = Object.hasOwn(roles, kind) ? roles[kind] : undefined
  return role === undefined ? { missing: true, because: { ...because, kind } } : { role, because: { ...because, kind } }
}

function chooseCustom(asked: string, roles: readonly string[], from: string): RoleChoice {
  const because = { step: "CustomRoleArn", asked, [from]: roles }
  return roles.includes(asked) ? { role: asked, because } : { forbidden: asked, because }
}

function byToken(question: RoleQuestion, mapping: RoleMapping): RoleChoice {
  const { claims, customRoleArn } = question
  const roles = listOf(claims["cognito:roles"])
  const preferred = claims["cognito:preferred_role"]
  if (customRoleArn !== undefined) return chooseCustom(customRoleArn, roles, "cognito:roles")
  if (typeof preferred === "string") return { role: preferred, because: { step: "cognito:preferred_role" } }
  if (roles.length === 1) return { role: roles[0]!, because: { step: "the only one of cognito:roles" } }
  return resolveAmbiguity(question, mapping, { step: "no cognito:preferred_role", "cognito:roles": roles })
}

/** The first rule that matches; with CustomRoleArn, the first that matches and gives that role. */
function byRules(question: RoleQuestion, mapping: RoleMapping): RoleChoice {
  const { customRoleArn } = question
  const tried: unknown[] = []
  for (const [index, rule] of (mapping.RulesConfiguration?.Rules ?? []).entries()) {
    const values = claimValues(question.claims, rule.Claim!)
    const isMatch = matches(rule, values)
    if (isMatch && (customRoleArn === undefined || customRoleArn === rule.RoleARN))
      return { role: rule.RoleARN!, because: { step: "rule", index, rule, values } }
    const { Claim: claim, MatchType: matchType, Value: value, RoleARN: role } = rule
    tried.push({ index, claim, matchType, value, found: values ?? null, ...(isMatch && { matchesFor: role }) })
  }
  if (customRoleArn !== undefined)
    return {
      forbidden: customRoleArn,
      because: { step: "CustomRoleArn of a rule that matches", asked: customRoleArn, tried },
    }
  return resolveAmbiguity(question, mapping, { step: "no rule matched", tried })
}

function resolveAmbiguity(question: RoleQuestion, mapping: RoleMapping, because: RoleReason): RoleChoice {
  // A mapping that does not say what to do is as safe as it can be.
  if (mapping.AmbiguousRoleResolution !== "AuthenticatedRole") return { ambiguous: true, because }
  return defaultRole(question, "authenticated", because)
}

/** Rules are read in order; the first that matches counts. A claim that is a list matches by any of its values. */
function matches({ MatchType, Value }: MappingRule, values: readonly string[] | undefined): boolean {
  if (values === undefined) return false
  switch (MatchType) {
    case "Equals":
      return values.some((value) => value === Value)
    case "Contains":
      return values.some((value) => value.includes(Value!))
    case "StartsWith":
      return values.some((value) => value.startsWith(Value!))
    case "NotEqual":
      return values.every((value) => value !== Value)
    default:
      return false
  }
}

/** Undefined where the token has no such claim: no match type matches what is not there. */
function claimValues(claims: Readonly<Record<string, unknown>>, claim: string): string[] | undefined {
  if (!Object.hasOwn(claims, claim)) return undefined
  return listOf(claims[claim])
}

const listOf = (value: unknown): string[] => {
  if (value === undefined || value === null) return []
  return (Array.isArray(value) ? value : [value]).map((one) =>
    typeof one === "object" ? JSON.stringify(one) : String(one),
  )
}
