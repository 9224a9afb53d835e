import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from "../document.ts"
import { failsLegacyParsing, findResourceError } from "./identity-resource.ts"
import {
  areConditionsShaped,
  areSidsUnique,
  areValuesReadable,
  findStrings,
  findUnknownOperator,
  hasVariables,
  isObject,
  isVersion,
  type JsonObject,
  listOf,
  parseJson,
  stringsOf,
} from "./shape.ts"

/**
 * What the older of AWS's two validators says of an identity policy (CreatePolicy, PutUserPolicy, PutRolePolicy,
 * PutGroupPolicy; session policies too); undefined where it accepts it. It checks the whole document for one fault
 * before it looks for the next.
 *
 * Unknown services, actions and condition keys are legal; unknown operators are not.
 */
export function findIdentityFault(text: string, managed: boolean): string | undefined {
  const document = parseJson(text)?.value
  if (!isObject(document) || !isWellFormed(document)) return "Syntax errors in policy."
  if (managed && document.Version !== "2012-10-17") return "Policy document must be version 2012-10-17 or greater."
  const statements = listOf(document.Statement) as readonly JsonObject[]
  for (const check of CHECKS) {
    const fault = check(statements, hasVariables(document))
    if (fault !== undefined) return fault
  }
  return undefined
}

const FAILED_LEGACY_PARSING = "The policy failed legacy parsing"

/** In the order in which AWS reports them. */
const CHECKS: readonly ((statements: readonly JsonObject[], variables: boolean) => string | undefined)[] = [
  (statements) =>
    statements.some((one) => "Principal" in one || "NotPrincipal" in one)
      ? "Policy document should not specify a principal."
      : undefined,
  (statements) => (statements.flatMap(resourcesOf).some(failsLegacyParsing) ? FAILED_LEGACY_PARSING : undefined),
  // A date that is none was seen to get this text; that other values do is UNVERIFIED.
  (statements, variables) =>
    statements.every(({ Condition }) => areValuesReadable(Condition, variables)) ? undefined : FAILED_LEGACY_PARSING,
  (statements) =>
    statements.some(({ Sid }) => typeof Sid === "string" && !/^[0-9A-Za-z]*$/.test(Sid))
      ? "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
      : undefined,
  (statements) => (areSidsUnique(statements) ? undefined : "Statement IDs (SID) in a single policy must be unique."),
  (statements) =>
    statements.every((one) => actionsOf(one).length > 0) ? undefined : "Policy statement must contain actions.",
  (statements) => firstFault(statements.flatMap(resourcesOf), findResourceError),
  (statements) => firstFault(statements.flatMap(actionsOf), findActionError),
  (statements) =>
    statements.every((one) => resourcesOf(one).length > 0) ? undefined : "Policy statement must contain resources.",
]

function firstFault(values: readonly string[], find: (value: string) => string | undefined): string | undefined {
  for (const value of values) {
    const fault = find(value)
    if (fault !== undefined) return fault
  }
  return undefined
}

const actionsOf = (one: JsonObject): readonly string[] => [...stringsOf(one.Action), ...stringsOf(one.NotAction)]
const resourcesOf = (one: JsonObject): readonly string[] => [...stringsOf(one.Resource), ...stringsOf(one.NotResource)]

function findActionError(action: string): string | undefined {
  if (action === "*") return undefined
  const [vendor = "", ...names] = action.split(":")
  if (names.length === 0) return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
  if (names.length > 1) return "Actions/Condition can contain only one colon."
  return /^[A-Za-z0-9.-]+$/.test(vendor) ? undefined : `Vendor ${vendor} is not valid`
}

function isWellFormed(document: JsonObject): boolean {
  if (!Object.keys(document).every((element) => DOCUMENT_ELEMENTS.has(element))) return false
  if (document.Version !== undefined && !isVersion(document.Version)) return false
  if (document.Id !== undefined && typeof document.Id !== "string") return false
  const statements = listOf(document.Statement)
  return statements.length > 0 && statements.every((one) => isObject(one) && isStatementWellFormed(one))
}

function isStatementWellFormed(statement: JsonObject): boolean {
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = statement
  return (
    Object.keys(statement).every((element) => STATEMENT_ELEMENTS.has(element)) &&
    (Sid === undefined || typeof Sid === "string") &&
    (Effect === "Allow" || Effect === "Deny") &&
    (Action === undefined || NotAction === undefined) &&
    (Resource === undefined || NotResource === undefined) &&
    [Action, NotAction, Resource, NotResource].every((list) => list === undefined || findStrings(list) !== undefined) &&
    areConditionsShaped(Condition) &&
    findUnknownOperator(withoutEmptyBlocks(Condition)) === undefined
  )
}

/** An operator without keys says nothing, whatever its name: AWS takes it. */
const withoutEmptyBlocks = (conditions: unknown): unknown =>
  isObject(conditions)
    ? Object.fromEntries(Object.entries(conditions).filter(([, keys]) => Object.keys(keys as object).length > 0))
    : conditions
