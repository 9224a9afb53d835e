/**
 * The policy language once more, written to be read and nothing else: no compiling, no index, every rule where it is
 * used. Tests hold `decide` against it; nothing else imports it.
 */
import type { PolicyDocument, PrincipalDocument, StatementDocument } from "../../src/policy/document.ts"
import type { ContextValue, Principal } from "../../src/policy/request.ts"
import { referenceConditionsHold } from "./reference-conditions.ts"
import { matchesPattern, substituteAll, type Values } from "./reference-patterns.ts"

export interface ReferenceRequest {
  principal: Principal
  action: string
  resource: string
  resourceAccount: string
  context: Record<string, ContextValue>
  expandable?: ReadonlySet<string>
}

export interface ReferencePolicies {
  identity: readonly PolicyDocument[]
  resource?: PolicyDocument | undefined
  resourcePolicyType?: "trust" | "key" | undefined
  grants?: readonly PolicyDocument[] | undefined
  boundary?: PolicyDocument | undefined
  session?: readonly PolicyDocument[] | undefined
  scp?: readonly (readonly PolicyDocument[])[] | undefined
  rcp?: readonly (readonly PolicyDocument[])[] | undefined
  vpce?: readonly PolicyDocument[] | undefined
}

type Side = "caller" | "resource" | "filter"
type Naming = "no" | "account" | "origin" | "itself"

export function referenceDecision(request: ReferenceRequest, policies: ReferencePolicies): string {
  const { principal } = request
  const hasBoundary = policies.boundary !== undefined
  const find = (effect: string, documents: readonly PolicyDocument[], side: Side): Naming[] =>
    documents.flatMap((document) =>
      statementsOf(document)
        .filter(({ Effect }) => Effect === effect)
        .map((statement) => appliesAs(statement, document, request, side, hasBoundary))
        .filter((naming) => naming !== "no"),
    )
  const isPerson = ["root", "user", "assumed-role", "federated-user"].includes(principal.type)
  const isServiceLinked = principal.roleArn?.includes(":role/aws-service-role/") === true
  const own = isPerson ? policies : { identity: [] }
  const scp = isPerson && !isServiceLinked ? (policies.scp ?? []) : []
  const rcp = isServiceLinked ? [] : (policies.rcp ?? [])
  const resource = policies.resource ? [policies.resource] : []
  const boundary = own.boundary ? [own.boundary] : []
  const session = own.session ?? []

  const ofCaller = [...scp.flat(), ...own.identity, ...boundary, ...session]
  if (find("Deny", ofCaller, "caller").length > 0) return "explicit_deny"
  const vpce = policies.vpce ?? []
  if (find("Deny", [...rcp.flat(), ...vpce], "filter").length > 0) return "explicit_deny"
  const ofKey = policies.grants ?? []
  if (find("Deny", [...resource, ...ofKey], "resource").length > 0) return "explicit_deny"

  const allowedBy = (documents: readonly PolicyDocument[]) => find("Allow", documents, "caller").length > 0
  const lent = find("Allow", ofKey, "resource")
  const grants = [...find("Allow", resource, "resource"), ...lent]
  const identityAllows = principal.type === "root" || allowedBy(own.identity)
  const boundaryAllows = boundary.length === 0 || allowedBy(boundary)
  const sessionAllows = session.length === 0 ? principal.type !== "federated-user" : allowedBy(session)
  const allow = (yes: boolean) => (yes ? "allow" : "implicit_deny")

  if (!scp.every(allowedBy)) return "implicit_deny"
  if (vpce.length > 0 && find("Allow", vpce, "filter").length === 0) return "implicit_deny"
  if (!isPerson) return allow(grants.length > 0)
  if (lent.includes("itself")) return "allow"
  if (lent.includes("origin") && boundaryAllows && sessionAllows) return "allow"
  if (principal.account !== request.resourceAccount)
    return allow(grants.length > 0 && identityAllows && boundaryAllows && sessionAllows)
  if (grants.includes("itself")) return "allow"
  if (grants.includes("origin")) return allow(boundaryAllows && sessionAllows)
  if (policies.resourcePolicyType !== undefined && grants.length === 0) return "implicit_deny"
  return allow(identityAllows && boundaryAllows && sessionAllows)
}

const statementsOf = ({ Statement }: PolicyDocument): StatementDocument[] => [Statement].flat() as StatementDocument[]

function appliesAs(
  statement: StatementDocument,
  document: PolicyDocument,
  request: ReferenceRequest,
  side: Side,
  hasBoundary: boolean,
): Naming {
  const variables = document.Version === "2012-10-17"
  const applies =
    actionMatches(statement, request) &&
    resourceMatches(statement, request, side, variables) &&
    referenceConditionsHold(statement, request, variables)
  return applies ? naming(statement, request.principal, side, hasBoundary) : "no"
}

function actionMatches({ Action, NotAction }: StatementDocument, { action }: ReferenceRequest): boolean {
  const matches = (pattern: string) => matchesPattern([...pattern.toLowerCase()].map(wildcard), action.toLowerCase())
  if (Action !== undefined) return list(Action).some(matches)
  return list(NotAction).length > 0 && !list(NotAction).some(matches)
}

const wildcard = (character: string) => (character === "*" || character === "?" ? { wildcard: character } : character)

function resourceMatches(
  { Resource, NotResource }: StatementDocument,
  request: ReferenceRequest,
  side: Side,
  variables: boolean,
): boolean {
  const matches = (pattern: string): boolean => {
    if (pattern === "*") return true
    const colons = pattern.split(":").length - 1
    if (colons < 5) {
      if (side !== "caller" && !/[*?]/.test(pattern)) return false
      return matchesPattern([...`${pattern}:*`].map(wildcard), request.resource)
    }
    const start = pattern.split(":").slice(0, 5).join(":").length + 1
    return substituteAll(pattern.slice(start), values(request), { variables, wildcards: true }).some((rest) =>
      matchesPattern([...[...pattern.slice(0, start)].map(wildcard), ...rest], request.resource),
    )
  }
  if (Resource !== undefined) return list(Resource).some(matches)
  if (NotResource === undefined) return side === "resource"
  return list(NotResource).length > 0 && !list(NotResource).some(matches)
}

/** The keys of the request in lower case, with those that stand for several values. */
export const values = ({ context, expandable }: ReferenceRequest): Values => ({
  byKey: new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value])),
  expandable: expandable ?? new Set(),
})

function naming(
  { Effect, Principal, NotPrincipal }: StatementDocument,
  principal: Principal,
  side: Side,
  hasBoundary: boolean,
): Naming {
  if (Principal !== undefined) return namedBy(Principal, principal)
  if (NotPrincipal === undefined) return side === "resource" ? "no" : "itself"
  if (Effect === "Allow") return "no"
  if (hasBoundary) return "account"
  if (isEveryone(NotPrincipal)) return "no"
  const isListed = (name: string | null | undefined) => !!name && entries(NotPrincipal).includes(name)
  const { type, account, arn, roleArn, userArn, uniqueId } = principal
  const isAccountListed = isListed(account) || isListed(`arn:aws:iam::${account}:root`)
  const origin = roleArn ?? userArn
  const excepted =
    type === "service" || type === "federated"
      ? isListed(arn)
      : type === "root"
        ? isAccountListed
        : type === "user"
          ? isAccountListed && (isListed(arn) || isListed(uniqueId))
          : isAccountListed && isListed(arn) && (isListed(origin) || isListed(uniqueId))
  return excepted ? "no" : "account"
}

function namedBy(element: PrincipalDocument, { type, arn, account, roleArn, userArn, uniqueId }: Principal): Naming {
  if (isEveryone(element)) return "itself"
  const isListed = (name: string | null | undefined) => !!name && entries(element).includes(name)
  const isAccountListed = isListed(account) || isListed(`arn:aws:iam::${account}:root`)
  if (type === "anonymous") return "no"
  if (type === "root") return isAccountListed ? "itself" : "no"
  if (isListed(arn) || (type === "user" && isListed(uniqueId))) return "itself"
  if (type === "service" || type === "federated") return "no"
  if (type !== "user" && (isListed(uniqueId) || isListed(type === "assumed-role" ? roleArn : userArn))) return "origin"
  return isAccountListed ? "account" : "no"
}

const isEveryone = (element: PrincipalDocument): boolean =>
  element === "*" || (typeof element === "object" && list(element.AWS).includes("*"))

const entries = (element: PrincipalDocument): string[] =>
  typeof element === "string" ? [] : Object.values(element).flatMap(list)

const list = (written: string | readonly string[] | undefined): readonly string[] =>
  written === undefined ? [] : typeof written === "string" ? [written] : written
