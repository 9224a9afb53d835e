import type { Caller, SignedCaller } from "../authentication/caller.ts"
import type { Context, ContextValue } from "../policy/index.ts"
import type { HttpRequest } from "../wire/http.ts"
import type { PolicySource } from "./policy-source.ts"
import type { Requirement } from "./requirement.ts"
import type { ResourceFacts } from "./resource-facts.ts"

/** What the global condition keys are computed from. */
export interface Circumstances {
  caller: Caller
  /** Tags of the principal, its session's over its own. */
  principalTags: Readonly<Record<string, string>>
  request: HttpRequest
  /** The services that asked in the caller's name. */
  calledVia: readonly string[] | undefined
  region: string
  /** Milliseconds since the epoch: one moment for the whole decision. */
  now: number
  resourceAccount: string
  /** Of the service: `s3:authType` and the like. */
  serviceContext: Readonly<Record<string, ContextValue>> | undefined
  facts: ResourceFacts | undefined
  requirement: Requirement
  organizationOf: PolicySource["organizationOf"]
  /** What a key that a policy asked for has to wait for: the question is put again when it is there. */
  waitsFor?: Promise<string | undefined>
}

type Compute = (circumstances: Circumstances) => ContextValue | undefined

const bool = (value: boolean): string => (value ? "true" : "false")
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z")
const sessionOf = (caller: Caller) => (caller.kind === "anonymous" ? undefined : caller.session)

/**
 * The global keys, each computed when a policy first asks for it: most decisions ask for few.
 * Source: IAM User Guide, "AWS global condition context keys" (2026).
 */
const GLOBAL_KEYS: Readonly<Record<string, Compute>> = {
  "aws:currenttime": ({ now }) => iso(now),
  "aws:epochtime": ({ now }) => String(Math.floor(now / 1000)),
  "aws:sourceip": ({ request }) => request.remoteAddress || undefined,
  "aws:securetransport": ({ request }) => bool(request.secure),
  "aws:useragent": ({ request }) => request.headers["user-agent"],
  "aws:referer": ({ request }) => request.headers.referer,
  "aws:requestedregion": ({ region }) => region,
  "aws:resourceaccount": ({ resourceAccount }) => resourceAccount,
  "aws:viaawsservice": ({ calledVia }) => bool(calledVia !== undefined),
  "aws:calledvia": ({ calledVia }) => calledVia,
  "aws:calledviafirst": ({ calledVia }) => calledVia?.[0],
  "aws:calledvialast": ({ calledVia }) => calledVia?.at(-1),
  "aws:principalisawsservice": () => "false",
  "aws:principalarn": ({ caller }) => (caller.kind === "anonymous" ? undefined : principalArn(caller)),
  "aws:principalaccount": ({ caller }) => (caller.kind === "anonymous" ? undefined : caller.account),
  "aws:principaltype": ({ caller }) => PRINCIPAL_TYPES[caller.kind],
  "aws:userid": ({ caller }) => (caller.kind === "anonymous" ? "anonymous" : caller.userId),
  "aws:username": ({ caller }) => (caller.kind === "user" ? caller.userName : undefined),
  "aws:tokenissuetime": ({ caller }) => {
    const session = sessionOf(caller)
    return session && iso(session.issuedAt * 1000)
  },
  "aws:multifactorauthpresent": ({ caller, requirement }) => {
    if (requirement.multiFactorAuthenticatedAt !== undefined) return "true"
    const session = sessionOf(caller)
    return session && bool(session.multiFactorAuthenticatedAt !== undefined)
  },
  "aws:multifactorauthage": ({ caller, now, requirement }) => {
    const since = requirement.multiFactorAuthenticatedAt ?? sessionOf(caller)?.multiFactorAuthenticatedAt
    return since === undefined ? undefined : String(Math.floor(now / 1000) - since)
  },
  "aws:principalorgid": (circumstances) => {
    const { caller } = circumstances
    const found = caller.kind === "anonymous" ? undefined : circumstances.organizationOf(caller.account)
    if (!(found instanceof Promise)) return found
    circumstances.waitsFor = found
    return undefined
  },
  "aws:sourceidentity": ({ caller }) => (caller.kind === "role-session" ? caller.session.sourceIdentity : undefined),
}

/** Source: IAM User Guide, "aws:PrincipalType". */
const PRINCIPAL_TYPES: Readonly<Record<Caller["kind"], string>> = {
  root: "Account",
  user: "User",
  "role-session": "AssumedRole",
  "federated-user": "FederatedUser",
  anonymous: "Anonymous",
}

/** `aws:PrincipalArn`: of the role, not of its session. */
export const principalArn = (caller: SignedCaller): string =>
  caller.kind === "role-session" ? caller.roleArn : caller.arn

/** Hallpass's own: the user-pool groups behind a session. Absent unless the identity pool opted in. */
export const COGNITO_GROUPS = "cognito:groups"

const PRINCIPAL_TAG = "aws:principaltag/"
const RESOURCE_TAG = "aws:resourcetag/"

/** The condition keys of one question, computed as they are asked for and then remembered. */
export interface QuestionContext extends Context {
  /** Whether the value costs nothing to know: what must be searched for in a request is not searched for in vain. */
  isAtHand(key: string): boolean
}

export function createContext(circumstances: Circumstances): QuestionContext {
  const known = new Map<string, ContextValue | undefined>()
  const isSearched = typeof circumstances.requirement.context === "function"
  return {
    get(key) {
      if (known.has(key)) return known.get(key)
      const value = compute(key, circumstances)
      known.set(key, value)
      return value
    },
    isAtHand: (key) => !isSearched || known.has(key) || key.startsWith("aws:"),
  }
}

function compute(key: string, circumstances: Circumstances): ContextValue | undefined {
  const global = Object.hasOwn(GLOBAL_KEYS, key) ? GLOBAL_KEYS[key] : undefined
  if (global) return global(circumstances)
  if (key.startsWith(PRINCIPAL_TAG)) return findCaseless(circumstances.principalTags, key, PRINCIPAL_TAG)
  const { facts, requirement, serviceContext, caller } = circumstances
  if (key.startsWith(RESOURCE_TAG)) return findCaseless(facts?.tags, key, RESOURCE_TAG)
  const own =
    findCaseless(requestedContext(requirement, facts), key) ??
    findCaseless(facts?.context, key) ??
    findCaseless(serviceContext, key)
  if (own !== undefined) return own
  const session = sessionOf(caller)
  if (key === COGNITO_GROUPS) return session?.cognitoGroups
  return findCaseless(session?.context, key)
}

const requestedContext = ({ context }: Requirement, facts: ResourceFacts | undefined) =>
  typeof context === "function" ? context(facts) : context

/** Key names, and the tag keys in them, are matched whatever their case. */
function findCaseless<V>(record: Readonly<Record<string, V>> | undefined, key: string, prefix = ""): V | undefined {
  if (record === undefined) return undefined
  for (const name in record)
    if (name.length + prefix.length === key.length && key.endsWith(name.toLowerCase()) && Object.hasOwn(record, name))
      return record[name]
  return undefined
}
