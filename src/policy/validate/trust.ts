import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from "../document.ts"
import { isAwsPrincipal, isFederatedPrincipal, isServicePrincipal, isUserOrRole } from "./principal.ts"
import {
  areConditionsValid,
  areSidsUnique,
  areValuesReadable,
  findStrings,
  hasVariables,
  isObject,
  isVersion,
  type JsonObject,
  listOf,
  parseJson,
} from "./shape.ts"
import { findProviderFault } from "./trust-provider.ts"

/** UNVERIFIED: CreateRole was seen to answer `Syntax error at position (line,column)` in some cases, and `Invalid
 * Condition type : stringEquals` for an operator that does not exist (reported 2024-11). */
const SYNTAX_ERROR = "Syntax error in policy."

/**
 * What the newer of AWS's two validators says of a trust policy (CreateRole, UpdateAssumeRolePolicy); undefined where it
 * accepts it. `hasPrincipal` tells whether the user or role of an ARN exists.
 */
export function findTrustFault(text: string, hasPrincipal: (arn: string) => boolean): string | undefined {
  const document = parseJson(text)?.value
  if (!isObject(document)) return "This policy contains invalid Json"
  const unknown = Object.keys(document).find((element) => !DOCUMENT_ELEMENTS.has(element))
  if (unknown !== undefined) return `Unknown field ${unknown}`
  if (document.Version !== undefined && !isVersion(document.Version))
    return "The policy must contain a valid version string"
  const statements = document.Statement === undefined ? [] : listOf(document.Statement)
  if (statements.length === 0) return "Could not parse the policy: Statement is empty!"
  for (const statement of statements) {
    const fault = isObject(statement)
      ? findStatementFault(statement, hasVariables(document), hasPrincipal)
      : SYNTAX_ERROR
    if (fault !== undefined) return fault
  }
  return areSidsUnique(statements as readonly JsonObject[])
    ? undefined
    : "The Statement Ids in the policy are not unique"
}

function findStatementFault(
  statement: JsonObject,
  variables: boolean,
  hasPrincipal: (arn: string) => boolean,
): string | undefined {
  if (!Object.keys(statement).every((element) => STATEMENT_ELEMENTS.has(element)))
    return "This policy contains invalid Json"
  if (statement.Sid !== undefined && typeof statement.Sid !== "string") return SYNTAX_ERROR
  return (
    findEffectFault(statement.Effect) ??
    findPrincipalElementFault(statement, hasPrincipal) ??
    findActionFault(statement) ??
    findResourceFault(statement) ??
    findConditionFault(statement.Condition, variables) ??
    findProviderFault(statement)
  )
}

const findConditionFault = (conditions: unknown, variables: boolean): string | undefined =>
  areConditionsValid(conditions) && areValuesReadable(conditions, variables) ? undefined : SYNTAX_ERROR

function findEffectFault(effect: unknown): string | undefined {
  if (effect === undefined) return "Missing required field Effect"
  if (typeof effect !== "string") return SYNTAX_ERROR
  return effect === "Allow" || effect === "Deny" ? undefined : `Invalid effect: ${effect}`
}

function findPrincipalElementFault(
  { Effect, Principal, NotPrincipal }: JsonObject,
  hasPrincipal: (arn: string) => boolean,
): string | undefined {
  if (NotPrincipal !== undefined)
    return Effect === "Allow"
      ? "Allow with NotPrincipal is not allowed."
      : "AssumeRole policy must not contain NotPrincipal field."
  if (Principal === undefined) return "Missing required field Principal"
  if (typeof Principal === "string") return "Principal must be a JSON object."
  if (!isObject(Principal)) return SYNTAX_ERROR
  const kinds = Object.entries(Principal)
  if (kinds.length === 0) return "Missing required field Principal cannot be empty!"
  for (const [kind, written] of kinds) {
    if (!PRINCIPAL_KINDS.has(kind)) return `Invalid principal in policy: "${kind}"`
    const values = findStrings(written)
    if (values === undefined) return SYNTAX_ERROR
    for (const value of values) {
      const fault = findPrincipalFault(kind, value, hasPrincipal)
      if (fault !== undefined) return fault
    }
  }
  return undefined
}

const PRINCIPAL_KINDS = new Set(["AWS", "Service", "Federated"])

function findPrincipalFault(kind: string, value: string, hasPrincipal: (arn: string) => boolean): string | undefined {
  if (kind === "Service")
    return isServicePrincipal(value) ? undefined : `Invalid principal in policy: "SERVICE":"${value}"`
  if (kind === "Federated")
    return isFederatedPrincipal(value)
      ? undefined
      : "Federated principals must be valid domain names or SAML metadata ARNs"
  const known = isAwsPrincipal(value) && (!isUserOrRole(value) || hasPrincipal(value))
  return known ? undefined : `Invalid principal in policy: "AWS":"${value}"`
}

function findActionFault({ Action, NotAction }: JsonObject): string | undefined {
  if (Action !== undefined && NotAction !== undefined) return SYNTAX_ERROR
  const written = Action ?? NotAction
  if (written === undefined) return "Missing required field Action"
  const actions = findStrings(written)
  if (actions === undefined) return SYNTAX_ERROR
  if (actions.length === 0) return "Missing required field Action"
  return actions.every((action) => /^sts:/i.test(action))
    ? undefined
    : "AssumeRole policy may only specify STS AssumeRole actions."
}

function findResourceFault(statement: JsonObject): string | undefined {
  if ("Resource" in statement) return "Has prohibited field Resource"
  return "NotResource" in statement ? "AssumeRole policy must not contain resources." : undefined
}
