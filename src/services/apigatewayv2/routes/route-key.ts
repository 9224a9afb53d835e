import type { ProtocolType } from "@aws-sdk/client-apigatewayv2"
import { badRequest, conflict } from "../errors.ts"

const METHODS = new Set(["ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
/** A part of a path: text, a variable, or (the last one) a greedy variable. UNVERIFIED: which characters text may have. */
const PART = /^(?:[^\s{}]*|\{[\w.:-]+\+?\})$/

/** Throws for a key that no route of the protocol can have. The first two texts are quoted by clients. */
export function assertRouteKey(protocol: ProtocolType, key: string): void {
  if (protocol === "WEBSOCKET") {
    if (key === "" || key.length > 128) throw badRequest("Invalid route key specified.")
    return
  }
  if (key === "$default") return
  const [, method = "", path = ""] = /^(\S+) (\/\S*)$/.exec(key) ?? []
  if (!METHODS.has(method))
    throw badRequest(
      'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    )
  const parts = path.slice(1).split("/")
  const names = parts.filter((part) => part.startsWith("{"))
  if (
    !parts.every((part) => PART.test(part)) ||
    parts.slice(0, -1).some((part) => part.endsWith("+}")) ||
    new Set(names.map(nameOf)).size < names.length
  )
    throw badRequest("One or more path parts appear to be invalid")
}

const nameOf = (part: string): string => part.replace(/^\{|\+?\}$/g, "")

/**
 * Throws where an API cannot have the key beside those that it has: the same one, or one with another name for a variable at the
 * same place (quoted by plutomi, 2021). UNVERIFIED: the text for the same one.
 */
export function assertFits(key: string, others: readonly string[]): void {
  if (others.includes(key)) throw conflict(`Route with key ${key} already exists for this API`)
  const clash = others.find((other) => clashes(key, other))
  if (clash !== undefined)
    throw conflict(
      `The provided route key "${key}" has a conflicting variable on the same hierarchical level as "${clash}"`,
    )
}

function clashes(a: string, b: string): boolean {
  const [left, right] = [a.split(/[ /]/), b.split(/[ /]/)]
  for (const [i, part] of left.entries()) {
    const other = right[i]
    if (other === undefined) return false
    if (part === other) continue
    return kindOf(part) === kindOf(other) && kindOf(part) !== "text"
  }
  return false
}

const kindOf = (part: string): "text" | "variable" | "greedy" =>
  !part.startsWith("{") ? "text" : part.endsWith("+}") ? "greedy" : "variable"
