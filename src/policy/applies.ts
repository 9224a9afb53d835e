import type { Reading } from "./applicable.ts"
import type { Asked } from "./asked.ts"
import { type Condition, holds } from "./conditions/condition.ts"
import { BY_ACCOUNT, ITSELF, isExcepted, type Naming, NOT_NAMED, namingOf } from "./principals.ts"
import type { Request } from "./request.ts"
import { matchesResource, type ResourcePattern } from "./resource-pattern.ts"
import type { Statement } from "./statement.ts"
import { allowWithNotPrincipalApplies } from "./unsettled.ts"

/** How the statement names the caller, where all its elements but the action match; else NOT_NAMED. */
export function appliesTo(statement: Statement, asked: Asked, reading: Reading): Naming {
  const naming = namingIn(statement, asked, reading)
  if (naming === NOT_NAMED) return NOT_NAMED
  // Both have to hold, and so the cheaper one comes first.
  const applies = statement.hasCostlyResource
    ? holdAll(statement.conditions, asked.request) && matchesResources(statement, asked, reading)
    : matchesResources(statement, asked, reading) && holdAll(statement.conditions, asked.request)
  return applies ? naming : NOT_NAMED
}

function holdAll(conditions: readonly Condition[], request: Request): boolean {
  for (const condition of conditions) if (!holds(condition, request)) return false
  return true
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
