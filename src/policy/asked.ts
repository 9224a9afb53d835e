import type { Request } from "./request.ts"
import { findOtherResource } from "./single-actions.ts"

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

export function ask(request: Request, { boundary }: { readonly boundary?: unknown }): Asked {
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
