import type { Applicable, Reading } from "./applicable.ts"
import { holds } from "./conditions/condition.ts"
import { BY_ACCOUNT, ITSELF, isExcepted, type Naming, NOT_NAMED, namingOf } from "./principals.ts"
import type { Request } from "./request.ts"
import { matchesResource, type ResourcePattern } from "./resource-pattern.ts"
import { findOtherResource } from "./single-actions.ts"
import type { Statement } from "./statement.ts"
import { allowWithNotPrincipalApplies } from "./unsettled.ts"

/** A request, made ready for the statements of many policies. */
export interface Asked {
  readonly request: Request
  /** In lower case. */
  readonly action: string
  /** Of the action, in lower case and with its colon. */
  readonly service: string
  /** The other name of the resource, for actions that have one. */
  readonly otherResource: string | undefined
  readonly hasBoundary: boolean
}

export function ask(request: Request, { boundary }: Applicable): Asked {
  const action = request.action.toLowerCase()
  return {
    request,
    action,
    service: action.slice(0, action.indexOf(":") + 1),
    otherResource: findOtherResource(action, request.resource),
    hasBoundary: boundary !== undefined,
  }
}

/** How the statement names the caller, where all its elements but the action match; else NOT_NAMED. */
export function appliesTo(statement: Statement, asked: Asked, reading: Reading): Naming {
  const naming = namingIn(statement, asked, reading)
  if (naming === NOT_NAMED || !matchesResources(statement, asked, reading)) return NOT_NAMED
  for (const condition of statement.conditions) if (!holds(condition, asked.request)) return NOT_NAMED
  return naming
}

export function namingIn(statement: Statement, { request, hasBoundary }: Asked, reading: Reading): Naming {
  if (statement.principal !== undefined) return namingOf(statement.principal, request.principal)
  if (statement.notPrincipal === undefined) return reading.everyoneByDefault ? ITSELF : NOT_NAMED
  if (statement.effect === "Allow" && !allowWithNotPrincipalApplies) return NOT_NAMED
  return isExcepted(statement.notPrincipal, request.principal, hasBoundary) ? NOT_NAMED : BY_ACCOUNT
}

export function matchesResources({ resource, notResource }: Statement, asked: Asked, reading: Reading): boolean {
  if (resource !== undefined) return someMatches(resource, asked, reading)
  if (notResource === undefined) return reading.attachedToResource
  // An empty list says nothing, so its statement is about nothing.
  return notResource.length > 0 && !someMatches(notResource, asked, reading)
}

function someMatches(patterns: readonly ResourcePattern[], asked: Asked, { abbreviations }: Reading): boolean {
  const { request, otherResource } = asked
  for (const pattern of patterns) {
    if (matchesResource(pattern, request.resource, request, abbreviations)) return true
    if (otherResource !== undefined && matchesResource(pattern, otherResource, request, abbreviations)) return true
  }
  return false
}
