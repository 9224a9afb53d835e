import { contextVariable } from "./rest/context-variables.ts"
import type { Arrival } from "./rest/exchange.ts"
import { compileSource } from "./value-source.ts"

/** Text with variables in it, ready to be filled in. */
export type Substitution = (arrival: Arrival) => string

const VARIABLE =
  /\$(context|stageVariables|method\.request\.(?:header|querystring|path))\.([A-Za-z0-9_:-]+(?:\.[A-Za-z0-9_:-]+)*)/g

/**
 * Plain substitution, as gateway responses and access logs have it: no Velocity (Developer Guide, "Gateway responses": "doesn't
 * support VTL"). `absent` stands where a variable has no value.
 */
export function compileSubstitution(text: string, absent = ""): Substitution {
  const pieces: (string | Substitution)[] = []
  let at = 0
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, root = "", name = ""] = match
    pieces.push(text.slice(at, match.index), variable(root, name, absent))
    at = match.index + whole.length
  }
  pieces.push(text.slice(at))
  return (arrival) => {
    let filled = ""
    for (const piece of pieces) filled += typeof piece === "string" ? piece : piece(arrival)
    return filled
  }
}

function variable(root: string, name: string, absent: string): Substitution {
  if (root === "context") return (arrival) => textOf(contextVariable(arrival, name), absent)
  const source = compileSource(`${root}.${name}`)
  return (arrival) => source(arrival) ?? absent
}

const textOf = (value: unknown, absent: string): string => {
  if (value === undefined || value === null) return absent
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}
