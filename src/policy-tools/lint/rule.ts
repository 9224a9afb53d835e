import type { Place } from "../source/node.ts"
import type { LintPolicy, LintStatement } from "./policy.ts"

export type Severity = "error" | "warning" | "note"

/** Something that a rule found in a policy. */
export interface Hit {
  at: Place
  /** What is so, in a sentence. */
  message: string
  /** What to do about it, in a sentence. */
  fix: string
}

export interface Rule {
  /** `HP101`. Never given to another rule. */
  id: string
  severity: Severity
  /** What it finds, in few words. */
  title: string
  check(policy: LintPolicy): Iterable<Hit>
}

/** A rule that looks at each statement alone. */
export function statementRule(
  rule: Omit<Rule, "check">,
  check: (statement: LintStatement, policy: LintPolicy) => Iterable<Hit>,
): Rule {
  return {
    ...rule,
    *check(policy) {
      for (const statement of policy.statements) yield* check(statement, policy)
    },
  }
}

/** A few of many: `a, b, c and 7 more`. */
export function some(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).join(", ")
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}
