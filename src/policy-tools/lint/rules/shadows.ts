import { matchesGlob, parseGlob } from "../../../policy/glob.ts"
import { findNode, plainOf } from "../../source/node.ts"
import { isAllow, type LintPolicy, type LintStatement, type Written } from "../policy.ts"
import type { Rule } from "../rule.ts"

/**
 * Whether every text of `inner` is of `outer`. The wildcards of `inner` count as characters that only a `*` of `outer`
 * covers, which never says yes wrongly.
 */
function covers(outer: string, inner: string): boolean {
  if (outer === inner || outer === "*") return true
  // A `?` covers any one character, which a wildcard is not.
  if (outer.includes("?") && /[*?]/.test(inner)) return false
  return matchesGlob(parseGlob(outer), inner)
}

const coversAll = (outer: readonly Written[], inner: readonly Written[], read = (text: string) => text): boolean =>
  inner.length > 0 && inner.every((one) => outer.some((other) => covers(read(other.text), read(one.text))))

const sameElement = (a: LintStatement, b: LintStatement, element: string): boolean =>
  textOf(a, element) === textOf(b, element)

const textOf = ({ node }: LintStatement, element: string): string => {
  const found = findNode(node, element)
  return found === undefined ? "" : JSON.stringify(plainOf(found))
}

/** Whether `outer` applies wherever `inner` does. */
function isWithin(inner: LintStatement, outer: LintStatement): boolean {
  if (outer.notActions.length > 0 || outer.notResources.length > 0) return false
  if (!coversAll(outer.actions, inner.actions, (text) => text.toLowerCase())) return false
  const attached = outer.resources.length === 0 && inner.resources.length === 0
  if (!attached && !coversAll(outer.resources, inner.resources)) return false
  if (outer.conditions.length > 0 && !sameElement(inner, outer, "Condition")) return false
  if (findNode(outer.node, "NotPrincipal") || findNode(inner.node, "NotPrincipal")) return false
  return outer.principals.some(({ text }) => text === "*") || sameElement(inner, outer, "Principal")
}

function findShadow(policy: LintPolicy, statement: LintStatement, effect: string): LintStatement | undefined {
  return policy.statements.find(
    (other) =>
      other !== statement &&
      other.effect === effect &&
      isWithin(statement, other) &&
      // Of two that say the same the later one is idle.
      !(other.effect === statement.effect && other.index > statement.index && isWithin(other, statement)),
  )
}

const nameOf = ({ node, index, at }: LintStatement): string => {
  const sid = findNode(node, "Sid")
  return sid?.kind === "scalar" && sid.value ? `"${sid.value}"` : `${index + 1} (line ${at.line})`
}

export const deniedAnyway: Rule = {
  id: "HP115",
  severity: "warning",
  title: "an Allow that a Deny of the same policy takes back",
  *check(policy) {
    for (const statement of policy.statements.filter(isAllow)) {
      const shadow = findShadow(policy, statement, "Deny")
      if (shadow)
        yield {
          at: statement.at,
          message: `Statement ${nameOf(shadow)} denies all that this statement allows.`,
          fix: "Take one of the two out, or narrow the Deny.",
        }
    }
  },
}

export const saidAlready: Rule = {
  id: "HP116",
  severity: "note",
  title: "a statement that another one makes idle",
  *check(policy) {
    for (const statement of policy.statements) {
      const shadow = statement.effect && findShadow(policy, statement, statement.effect)
      if (shadow)
        yield {
          at: statement.at,
          message: `Statement ${nameOf(shadow)} says all of this already.`,
          fix: "Take the statement out, or narrow the other one.",
        }
    }
  },
}
