import { invalidParameter } from "../errors.ts"
import { compileJsonPattern } from "./json.ts"
import type { Matches } from "./matches.ts"
import { compileTerms } from "./terms.ts"

/**
 * A filter pattern (User Guide, "Filter pattern syntax"): terms, or a condition on JSON. Those that would be read otherwise
 * than AWS does are refused.
 */
export function compilePattern(text: string): Matches {
  const pattern = text.trim()
  if (pattern === "") return () => true
  if (pattern.startsWith("{")) return compileJsonPattern(pattern)
  if (pattern.startsWith("["))
    throw invalidParameter("Hallpass does not read filter patterns of space-delimited fields yet: [a, b, ...].")
  if (pattern.startsWith("%"))
    throw invalidParameter("Hallpass does not read regular expressions in filter patterns yet: %...%.")
  return compileTerms(pattern)
}
