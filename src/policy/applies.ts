import type { Applicable, Reading } from "./applicable.ts"
import { type Condition, holds } from "./conditions/condition.ts"
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
  const { name, service } = parseAction(request.action)
  return {
    request,
    action: name,
    service,
    otherResource: findOtherResource(name, request.resource),
    hasBoundary: boundary !== undefined,
  }
}

interface ActionName {
  name: string
  service: string
}

/** Actions that were read before. A program asks about the same few, and look-ups by the same string are quicker. */
const KNOWN_ACTIONS = new Map<string, ActionName>()
const MOST_KNOWN_ACTIONS = 2000
const LONGEST_KNOWN_ACTION = 128

function parseAction(action: string): ActionName {
  const known = KNOWN_ACTIONS.get(action)
  if (known !== undefined) return known
  const name = action.toLowerCase()
  const parsed = { name, service: name.slice(0, name.indexOf(":") + 1) }
  if (action.length > LONGEST_KNOWN_ACTION) return parsed
  if (KNOWN_ACTIONS.size >= MOST_KNOWN_ACTIONS) KNOWN_ACTIONS.clear()
  KNOWN_ACTIONS.set(action, parsed)
  return parsed
}

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
