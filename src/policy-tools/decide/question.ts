import type { Applicable, CompiledPolicy, ContextValue, Principal, PrincipalType, Request } from "../../policy/index.ts"
import { contextOf } from "../../policy/index.ts"

/** A question that was put to the engine: its line said all of this, and nothing that is not known. */
export interface Question {
  request: Request
  applicable: Applicable
}

/** A line that is not a question. The message is for the person who wrote it. */
export class QuestionError extends Error {
  override name = "QuestionError"
}

type Json = Readonly<Record<string, unknown>>

/** Compiles a policy document; `path` is how faults call it. */
export type Compile = (document: unknown, path: string) => CompiledPolicy

/**
 * Reads `{ policies, request }`. An element that is not known is a fault: a policy that was overlooked could have denied.
 *
 * @throws {QuestionError}
 */
export function parseQuestion(line: Json, compile: Compile): Question {
  return { request: parseRequest(line.request), applicable: parsePolicies(line.policies, compile) }
}

const POLICIES = new Set([
  "identity",
  "resource",
  "resourcePolicyType",
  "grants",
  "boundary",
  "session",
  "scp",
  "rcp",
  "vpce",
])
const REQUEST = new Set(["principal", "action", "resource", "resourceAccount", "context"])
const PRINCIPAL = new Set(["type", "arn", "account", "roleArn", "userArn", "uniqueId"])

const PRINCIPAL_TYPES: ReadonlySet<unknown> = new Set<PrincipalType>([
  "root",
  "user",
  "assumed-role",
  "federated-user",
  "federated",
  "service",
  "anonymous",
])

function parsePolicies(written: unknown, compile: Compile): Applicable {
  const policies = objectOf(written, "policies", POLICIES)
  const list = (value: unknown, path: string): CompiledPolicy[] =>
    listOf(value, path).map((document, i) => compile(document, `${path}[${i}]`))
  const applicable: Applicable = { identity: isGiven(policies.identity) ? list(policies.identity, "identity") : [] }
  if (isGiven(policies.resource)) applicable.resource = compile(policies.resource, "resource")
  if (isGiven(policies.grants)) applicable.grants = list(policies.grants, "grants")
  if (isGiven(policies.boundary)) applicable.boundary = compile(policies.boundary, "boundary")
  if (isGiven(policies.session)) applicable.session = list(policies.session, "session")
  for (const type of ["scp", "rcp"] as const)
    if (isGiven(policies[type]))
      applicable[type] = listOf(policies[type], type).map((level, i) => list(level, `${type}[${i}]`))
  // An endpoint has one policy, which need not be a list.
  if (isGiven(policies.vpce))
    applicable.vpce = Array.isArray(policies.vpce) ? list(policies.vpce, "vpce") : [compile(policies.vpce, "vpce")]
  if (isGiven(policies.resourcePolicyType)) {
    if (policies.resourcePolicyType !== "trust" && policies.resourcePolicyType !== "key")
      throw new QuestionError('policies.resourcePolicyType can only be "trust" or "key".')
    applicable.resourcePolicyType = policies.resourcePolicyType
  }
  return applicable
}

function parseRequest(written: unknown): Request {
  const { principal, action, resource, resourceAccount, context } = objectOf(written, "request", REQUEST)
  const request = {
    principal: parsePrincipal(principal),
    action: textOf(action, "request.action"),
    resource: textOf(resource, "request.resource"),
    resourceAccount: textOf(resourceAccount, "request.resourceAccount"),
    context: isGiven(context) ? parseContext(context) : new Map(),
  }
  if (!/^[^:]+:[^:]+$/.test(request.action))
    throw new QuestionError("request.action is not of the form service:Action.")
  return request
}

function parsePrincipal(written: unknown): Principal {
  const { type, arn, account, ...others } = objectOf(written, "request.principal", PRINCIPAL)
  if (!PRINCIPAL_TYPES.has(type))
    throw new QuestionError(`request.principal.type is none of ${[...PRINCIPAL_TYPES].join(", ")}.`)
  const principal: Principal = {
    type: type as PrincipalType,
    arn: isGiven(arn) ? textOf(arn, "request.principal.arn") : null,
    account: isGiven(account) ? textOf(account, "request.principal.account") : null,
  }
  for (const name of ["roleArn", "userArn", "uniqueId"] as const)
    if (isGiven(others[name])) principal[name] = textOf(others[name], `request.principal.${name}`)
  return principal
}

function parseContext(written: unknown): ReturnType<typeof contextOf> {
  const context = objectOf(written, "request.context")
  for (const [key, value] of Object.entries(context)) {
    const isText = typeof value === "string" || (Array.isArray(value) && value.every((one) => typeof one === "string"))
    if (!isText) throw new QuestionError(`request.context["${key}"] is neither a string nor a list of strings.`)
  }
  return contextOf(context as Record<string, ContextValue>)
}

/** Null says the same as leaving out. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null

function objectOf(value: unknown, path: string, known?: ReadonlySet<string>): Json {
  if (!isGiven(value)) throw new QuestionError(`${path} is missing.`)
  if (typeof value !== "object" || Array.isArray(value)) throw new QuestionError(`${path} is not an object.`)
  if (known)
    for (const name of Object.keys(value as Json))
      if (!known.has(name)) throw new QuestionError(`${path}.${name} is not known; known are ${[...known].join(", ")}.`)
  return value as Json
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new QuestionError(`policies.${path} is not a list.`)
  return value
}

function textOf(value: unknown, path: string): string {
  if (!isGiven(value)) throw new QuestionError(`${path} is missing.`)
  if (typeof value !== "string") throw new QuestionError(`${path} is not a string.`)
  return value
}
