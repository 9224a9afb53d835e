/** The part of the server's explanation that the page shows. */
export interface ExplainedCall {
  caller?: string
  /** What was checked besides policies. */
  because?: Record<string, unknown>
  decisions: ExplainedDecision[]
}

export interface ExplainedDecision {
  decision: "allow" | "implicit_deny" | "explicit_deny"
  action: string
  resource: string
  because: { reason: string; policyType?: string }
  explanation: { policies: ExplainedPolicy[] }
}

export interface ExplainedPolicy {
  policyType: string
  policyName?: string
  policyArn?: string
  statements: ExplainedStatement[]
}

export interface ExplainedStatement {
  index: number
  sid?: string
  effect: "Allow" | "Deny"
  applies: boolean
  mismatches: Mismatch[]
}

export interface Mismatch {
  element: string
  operator?: string
  key?: string
  written?: unknown
  patterns?: (string | { written: string; substituted: string[] })[]
  value?: string | string[] | null
}

/** By the page's own backend, which asks as the account root. */
export async function explain(requestId: string): Promise<ExplainedCall> {
  const response = await fetch(`/explain/${requestId}`)
  const body = (await response.json()) as ExplainedCall & { message?: string }
  if (!response.ok) throw new Error(body.message ?? `The backend answered ${response.status}.`)
  return body
}

/** Why a statement did not apply, in a sentence. */
export function mismatchText({ element, operator, key, written, patterns = [], value }: Mismatch): string {
  const wanted = patterns.map(patternText).join(", ") || JSON.stringify(written)
  const given = value === null || value === undefined ? "nothing" : [value].flat().join(", ")
  return element === "Condition"
    ? `${key} must be ${operator} ${wanted}; it is ${given}`
    : `${element} is ${wanted}; asked was ${given}`
}

function patternText(pattern: string | { written: string; substituted: string[] }): string {
  if (typeof pattern === "string") return pattern
  const { written, substituted } = pattern
  if (substituted.length === 0) return `${written} (which has no value here)`
  return substituted.length === 1 && substituted[0] === written
    ? written
    : `${written} (here ${substituted.join(", ")})`
}
