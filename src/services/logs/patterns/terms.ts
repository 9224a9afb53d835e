import { invalidParameter } from "../errors.ts"
import type { Matches } from "./matches.ts"

/** `word`, `-word`, `?word`, and each of them with a text in double quotes. */
const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/uy

/**
 * Every term must be there, and none that has a minus before it. Terms with question marks are alternatives, and are not
 * looked at beside others (User Guide, "Filter pattern syntax").
 */
export function compileTerms(pattern: string): Matches {
  const required: string[] = []
  const excluded: string[] = []
  const optional: string[] = []
  for (let at = 0; at < pattern.length; ) {
    if (/\s/u.test(pattern[at]!)) {
      at++
      continue
    }
    TERM.lastIndex = at
    const term = TERM.exec(pattern)
    if (!term) throw invalidParameter("Invalid filter pattern")
    const [whole, sign, quoted, bare = ""] = term
    if (quoted === undefined && !/^\w+$/.test(bare)) throw invalidParameter(`Invalid character(s) in term '${bare}'`)
    const text = quoted === undefined ? bare : quoted.replace(/\\(.)/gu, "$1")
    const list = sign === "-" ? excluded : sign === "?" ? optional : required
    list.push(text)
    at += whole.length
  }
  const isAlternative = required.length === 0 && excluded.length === 0
  return (message) => {
    if (isAlternative) return optional.some((term) => message.includes(term))
    return required.every((term) => message.includes(term)) && !excluded.some((term) => message.includes(term))
  }
}
