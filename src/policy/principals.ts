import { type OneOrMany, PolicySyntaxError, type PrincipalDocument } from "./document.ts"
import type { Principal } from "./request.ts"

/** The Principal or NotPrincipal element, sorted by how an entry names a caller. */
export interface PrincipalPattern {
  /** `*` or `{ "AWS": "*" }`. */
  readonly everyone: boolean
  /** Accounts, written as twelve digits or as the account's root ARN. */
  readonly accounts: ReadonlySet<string>
  /** ARNs of users, roles, role sessions and federated users: exact, no wildcards. */
  readonly arns: ReadonlySet<string>
  /** Ids that ARNs are stored as: `AIDA...`, `AROA...`. */
  readonly ids: ReadonlySet<string>
  readonly services: ReadonlySet<string>
  readonly providers: ReadonlySet<string>
}

/**
 * How closely a resource policy's statement names the caller, which says what its Allow makes up for ("Policy
 * evaluation logic": the table of resource policies and implicit denies within an account).
 */
export const NOT_NAMED = 0
/** By its account: the account's own policies still have to allow. */
export const BY_ACCOUNT = 1
/** By the role behind a session, or by the user behind a federated user: boundary and session policy still limit. */
export const BY_ORIGIN = 2
/** Itself, or as everyone: nothing else has to allow. */
export const ITSELF = 3
export type Naming = typeof NOT_NAMED | typeof BY_ACCOUNT | typeof BY_ORIGIN | typeof ITSELF

export function parsePrincipals(element: PrincipalDocument, path: string): PrincipalPattern {
  const pattern = {
    everyone: false,
    accounts: new Set<string>(),
    arns: new Set<string>(),
    ids: new Set<string>(),
    services: new Set<string>(),
    providers: new Set<string>(),
  }
  if (element === "*") return { ...pattern, everyone: true }
  if (typeof element !== "object" || element === null || Array.isArray(element))
    throw new PolicySyntaxError('is neither "*" nor an object', path)
  for (const [kind, values] of Object.entries(element))
    for (const value of listOf(values, `${path}.${kind}`)) {
      if (kind === "Service") pattern.services.add(value)
      else if (kind === "Federated") pattern.providers.add(value)
      else if (kind === "AWS") {
        if (value === "*") pattern.everyone = true
        else if (ACCOUNT.test(value)) pattern.accounts.add(value)
        else if (ROOT.test(value)) pattern.accounts.add(value.split(":")[4] as string)
        else if (value.startsWith("arn:")) pattern.arns.add(value)
        else pattern.ids.add(value)
      }
      // A canonical user id is S3's own name of an account; S3 stores the account's ARN in its place.
      else if (kind !== "CanonicalUser") throw new PolicySyntaxError("is no kind of principal", `${path}.${kind}`)
    }
  return pattern
}

const ACCOUNT = /^\d{12}$/
const ROOT = /^arn:[^:]*:iam::\d{12}:root$/

function listOf(values: OneOrMany, path: string): readonly string[] {
  const list = typeof values === "string" ? [values] : values
  if (!Array.isArray(list) || !list.every((value) => typeof value === "string"))
    throw new PolicySyntaxError("is neither a string nor a list of strings", path)
  return list
}

/** How the Principal element names this caller. */
export function namingOf(pattern: PrincipalPattern, principal: Principal): Naming {
  if (pattern.everyone) return ITSELF
  const { type, arn, account, uniqueId } = principal
  if (type === "anonymous" || arn === null) return NOT_NAMED
  if (type === "service") return pattern.services.has(arn) ? ITSELF : NOT_NAMED
  if (type === "federated") return pattern.providers.has(arn) ? ITSELF : NOT_NAMED
  const accountNamed = account !== null && pattern.accounts.has(account)
  if (type === "root") return accountNamed ? ITSELF : NOT_NAMED
  if (pattern.arns.has(arn)) return ITSELF
  const idNamed = uniqueId !== undefined && pattern.ids.has(uniqueId)
  if (type === "user") return idNamed ? ITSELF : accountNamed ? BY_ACCOUNT : NOT_NAMED
  const origin = type === "assumed-role" ? principal.roleArn : principal.userArn
  if (idNamed || (origin !== undefined && pattern.arns.has(origin))) return BY_ORIGIN
  return accountNamed ? BY_ACCOUNT : NOT_NAMED
}

/**
 * Whether the NotPrincipal element excepts this caller from its Deny. The caller's account has to be listed, the role
 * behind a session too, and the caller itself; and no one who has a permissions boundary is excepted ("AWS JSON policy
 * elements: NotPrincipal").
 */
export function isExcepted(pattern: PrincipalPattern, principal: Principal, hasBoundary: boolean): boolean {
  if (hasBoundary) return false
  if (pattern.everyone) return true
  const { type, arn, account } = principal
  if (type === "anonymous" || arn === null) return false
  if (type === "service") return pattern.services.has(arn)
  if (type === "federated") return pattern.providers.has(arn)
  if (account === null || !pattern.accounts.has(account)) return false
  if (type === "root") return true
  const byId = principal.uniqueId !== undefined && pattern.ids.has(principal.uniqueId)
  if (type === "user") return byId || pattern.arns.has(arn)
  const origin = type === "assumed-role" ? principal.roleArn : principal.userArn
  return pattern.arns.has(arn) && (byId || (origin !== undefined && pattern.arns.has(origin)))
}
