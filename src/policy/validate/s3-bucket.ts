import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from "../document.ts"
import { matchesGlob, parseGlob } from "../glob.ts"
import { isAwsPrincipal, isFederatedPrincipal, isServicePrincipal, isUserOrRole } from "./principal.ts"
import { BUCKET_ACTIONS, OBJECT_ACTIONS, OTHER_ACTIONS } from "./s3-actions.ts"
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
} from "./shape.ts"

export interface BucketPolicyOptions {
  bucket: string
  hasPrincipal: (arn: string) => boolean
}

const INVALID_JSON = "This policy contains invalid Json"

/** What S3 says of a bucket policy (PutBucketPolicy); undefined where it accepts it. */
export function findBucketPolicyFault(text: string, options: BucketPolicyOptions): string | undefined {
  if (!text.startsWith("{")) return "Policies must be valid JSON and the first byte must be '{'"
  const document = parseJson(text)?.value
  if (!isObject(document)) return INVALID_JSON
  const unknown = Object.keys(document).find((element) => !DOCUMENT_ELEMENTS.has(element))
  if (unknown !== undefined) return `Unknown field ${unknown}`
  if (document.Version !== undefined && !isVersion(document.Version))
    return "The policy must contain a valid version string"
  if (document.Statement === undefined) return "Missing required field Statement"
  const statements = listOf(document.Statement)
  if (statements.length === 0) return "Could not parse the policy: Statement is empty!"
  for (const statement of statements) {
    const fault = isObject(statement) ? findStatementFault(statement, hasVariables(document), options) : INVALID_JSON
    if (fault !== undefined) return fault
  }
  return areSidsUnique(statements as readonly JsonObject[])
    ? undefined
    : "The Statement Ids in the policy are not unique"
}

function findStatementFault(
  statement: JsonObject,
  variables: boolean,
  options: BucketPolicyOptions,
): string | undefined {
  const unknown = Object.keys(statement).find((element) => !STATEMENT_ELEMENTS.has(element))
  if (unknown !== undefined) return `Unknown field ${unknown}`
  const { Sid, Effect, Condition } = statement
  if (Sid !== undefined && typeof Sid !== "string") return INVALID_JSON
  if (Effect === undefined) return "Missing required field Effect"
  if (Effect !== "Allow" && Effect !== "Deny") return `Invalid effect: ${shown(Effect)}`
  return (
    findPrincipalFault(statement, options) ??
    findActionOrResourceFault(statement, options) ??
    findConditionFault(Condition, variables)
  )
}

const shown = (json: unknown): string => (typeof json === "string" ? json : JSON.stringify(json))

function findPrincipalFault(
  { Effect, Principal, NotPrincipal }: JsonObject,
  { hasPrincipal }: BucketPolicyOptions,
): string | undefined {
  if (NotPrincipal !== undefined && Effect === "Allow") return "Allow with NotPrincipal is not allowed."
  if (Principal !== undefined && NotPrincipal !== undefined) return "Invalid principal in policy"
  const element = Principal ?? NotPrincipal
  if (element === undefined) return "Missing required field Principal"
  if (element === "*") return undefined
  if (!isObject(element) || Object.keys(element).length === 0) return "Invalid principal in policy"
  const isValid = (kind: string, value: string): boolean => {
    if (kind === "AWS") return isAwsPrincipal(value) && (!isUserOrRole(value) || hasPrincipal(value))
    if (kind === "Service") return isServicePrincipal(value)
    if (kind === "Federated") return isFederatedPrincipal(value)
    return kind === "CanonicalUser" && /^[0-9a-f]{64}$/.test(value)
  }
  const valid = Object.entries(element).every(([kind, values]) =>
    findStrings(values)?.every((value) => isValid(kind, value)),
  )
  return valid ? undefined : "Invalid principal in policy"
}

function findActionOrResourceFault(statement: JsonObject, { bucket }: BucketPolicyOptions): string | undefined {
  const { Action, NotAction, Resource, NotResource } = statement
  if ((Action ?? NotAction) === undefined) return "Missing required field Action"
  if ((Resource ?? NotResource) === undefined) return "Missing required field Resource"
  const actions = (Action === undefined || NotAction === undefined) && findStrings(Action ?? NotAction)
  const known = actions && actions.length > 0 && actions.every((action) => kindsOfAction(action).size > 0)
  if (!known) return "Policy has invalid action"
  const resources = (Resource === undefined || NotResource === undefined) && findStrings(Resource ?? NotResource)
  const own = resources && resources.length > 0 && resources.every((one) => kindsOfResource(one, bucket).size > 0)
  if (!own) return "Policy has invalid resource"
  if (Action === undefined || Resource === undefined) return undefined
  const kinds = new Set(resources.flatMap((resource) => [...kindsOfResource(resource, bucket)]))
  return actions.every((action) => !kindsOfAction(action).isDisjointFrom(kinds))
    ? undefined
    : "Action does not apply to any resource(s) in statement"
}

type Kind = "bucket" | "object" | "other"

const ACTIONS: readonly [Kind, readonly string[]][] = [
  ["bucket", BUCKET_ACTIONS],
  ["object", OBJECT_ACTIONS],
  ["other", OTHER_ACTIONS],
]

/** What the actions of a pattern are about; empty where S3 has none of them. */
function kindsOfAction(pattern: string): Set<Kind> {
  const glob = parseGlob(pattern.toLowerCase())
  const kinds = ACTIONS.filter(([, actions]) => actions.some((action) => matchesGlob(glob, action)))
  return new Set(kinds.map(([kind]) => kind))
}

/** Whether a pattern can stand for the bucket, for objects in it, or both; empty for neither. */
function kindsOfResource(pattern: string, bucket: string): Set<Kind> {
  const path = pattern === "*" ? "*" : /^arn:[a-z*?-]+:s3:::(.+)$/s.exec(pattern)?.[1]
  if (path === undefined) return new Set()
  // A variable can have any value.
  const anyValue = path.replace(/\$\{[^}]*\}/g, "*")
  const slash = anyValue.indexOf("/")
  const name = slash < 0 ? anyValue : anyValue.slice(0, slash)
  if (!matchesGlob(parseGlob(name), bucket)) return new Set()
  if (slash >= 0) return new Set(["object"])
  return new Set(anyValue.endsWith("*") ? ["bucket", "object"] : ["bucket"])
}

function findConditionFault(conditions: unknown, variables: boolean): string | undefined {
  const unknown = findUnknownOperator(conditions)
  if (unknown !== undefined) return `Invalid Condition type : ${unknown}`
  if (!areConditionsShaped(conditions)) return INVALID_JSON
  // UNVERIFIED text.
  return areValuesReadable(conditions, variables) ? undefined : "Invalid policy syntax."
}
