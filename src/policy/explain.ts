import { type Applicable, type PolicyType, READINGS, type Reading } from "./applicable.ts"
import { matchesResources, namingIn } from "./applies.ts"
import { type Asked, ask } from "./asked.ts"
import type { CompiledPolicy } from "./compile.ts"
import { type Condition, holds } from "./conditions/condition.ts"
import { DENY_ORDER, decide, policiesOf } from "./decide.ts"
import type { Decision } from "./decision.ts"
import type { PrincipalDocument } from "./document.ts"
import { NOT_NAMED } from "./principals.ts"
import type { ContextValue, Request } from "./request.ts"
import type { ResourcePattern } from "./resource-pattern.ts"
import type { Statement } from "./statement.ts"
import { matchesAction } from "./statement-index.ts"
import { substitutions } from "./template.ts"

/** The decision, and for every statement of every policy whether it applied and what kept it from applying. */
export interface Explanation extends Decision {
  policies: readonly PolicyExplanation[]
}

export interface PolicyExplanation {
  policyType: PolicyType
  /** The place among the policies of its type, from 0; levels of SCPs and RCPs are counted through. */
  policyIndex: number
  policyArn: string | undefined
  policyName: string | undefined
  statements: readonly StatementExplanation[]
}

export interface StatementExplanation {
  /** The place in its policy, from 0. */
  index: number
  sid: string | undefined
  effect: "Allow" | "Deny"
  /** Whether every element matched, so that the effect counts. */
  applies: boolean
  /** The elements that did not match; none where the statement applies. */
  mismatches: readonly Mismatch[]
}

/** An element that did not match: what the policy says, and what the request had. */
export type Mismatch =
  | { element: "Principal" | "NotPrincipal"; written: PrincipalDocument | null; value: string | null }
  | { element: "Action" | "NotAction"; patterns: readonly string[]; value: string }
  | { element: "Resource" | "NotResource"; patterns: readonly ExplainedPattern[]; value: string }
  | {
      element: "Condition"
      /** As it is written: `ForAnyValue:StringLike`. */
      operator: string
      key: string
      patterns: readonly ExplainedPattern[]
      /** The request's value; null where the key is absent. */
      value: ContextValue | null
      /** Nobody looked: the decision did not turn on it, and the value is not remembered. */
      unknown?: true
    }

export interface ExplainedPattern {
  /** As it stands in the policy. */
  written: string
  /** With the values of its variables, of which there are several for an expanded key. Empty where a variable has no
   * value, so that the pattern matches nothing. */
  substituted: readonly string[]
}

/** Everything that `decide` looks at, and what it might have looked at: for people, not for the path of a request. */
export function explain(request: Request, applicable: Applicable): Explanation {
  const asked = ask(request, applicable)
  const policies = DENY_ORDER.flatMap((policyType) =>
    policiesOf(policyType, applicable, request.principal).map((policy, policyIndex) =>
      explainPolicy(policyType, policyIndex, policy, asked),
    ),
  )
  return { ...decide(request, applicable), policies }
}

const explainPolicy = (
  policyType: PolicyType,
  policyIndex: number,
  policy: CompiledPolicy,
  asked: Asked,
): PolicyExplanation => ({
  policyType,
  policyIndex,
  policyArn: policy.arn,
  policyName: policy.name,
  statements: policy.statements.map((statement) => explainStatement(statement, policy, asked, READINGS[policyType])),
})

function explainStatement(
  statement: Statement,
  policy: CompiledPolicy,
  asked: Asked,
  reading: Reading,
): StatementExplanation {
  const { index, sid, effect } = statement
  const mismatches = [
    ...principalMismatch(statement, policy, asked, reading),
    ...actionMismatch(statement, asked),
    ...resourceMismatch(statement, asked, reading),
    ...statement.conditions
      .filter((condition) => knows(asked.request, condition) && !holds(condition, asked.request))
      .map((condition) => conditionMismatch(condition, asked.request)),
  ]
  // What nobody looked at counts where all else matches alone.
  if (mismatches.length === 0)
    for (const condition of statement.conditions)
      if (!knows(asked.request, condition))
        mismatches.push({ ...conditionMismatch(condition, asked.request), unknown: true })
  return { index, sid, effect, applies: mismatches.length === 0, mismatches }
}

const knows = ({ context }: Request, { lowerCaseKey }: Condition): boolean => context.knows?.(lowerCaseKey) ?? true

function principalMismatch(
  statement: Statement,
  { document }: CompiledPolicy,
  asked: Asked,
  reading: Reading,
): Mismatch[] {
  if (namingIn(statement, asked, reading) !== NOT_NAMED) return []
  const written = [document.Statement].flat()[statement.index]
  const element = statement.notPrincipal === undefined ? "Principal" : "NotPrincipal"
  return [{ element, written: written?.[element] ?? null, value: asked.request.principal.arn }]
}

function actionMismatch(statement: Statement, { request, action }: Asked): Mismatch[] {
  if (matchesAction(statement, action)) return []
  const element = statement.notAction === undefined ? "Action" : "NotAction"
  const patterns = (statement.notAction ?? statement.action ?? []).map(({ source }) => source)
  return [{ element, patterns, value: request.action }]
}

function resourceMismatch(statement: Statement, asked: Asked, reading: Reading): Mismatch[] {
  if (matchesResources(statement, asked, reading)) return []
  const element = statement.notResource === undefined ? "Resource" : "NotResource"
  const patterns = (statement.notResource ?? statement.resource ?? []).map((pattern) =>
    explainResource(pattern, asked.request),
  )
  return [{ element, patterns, value: asked.request.resource }]
}

const explainResource = ({ template }: ResourcePattern, request: Request): ExplainedPattern => ({
  written: template.source,
  substituted: substitutions(template, request),
})

function conditionMismatch(condition: Condition, request: Request): Mismatch & { element: "Condition" } {
  const { operator, key, lowerCaseKey, values } = condition
  const patterns = values.map((written, i) => {
    const template = condition.kind === "value" ? condition.templates[i] : undefined
    return { written, substituted: template === undefined ? [written] : substitutions(template, request) }
  })
  return { element: "Condition", operator, key, patterns, value: request.context.get(lowerCaseKey) ?? null }
}
