import type { ContextEntry, EvaluationResult, PolicyEvaluationDecisionType } from "@aws-sdk/client-iam"
import type { Clock } from "../../base/clock.ts"
import {
  type Applicable,
  type CompiledPolicy,
  type Context,
  type ContextValue,
  compile,
  contextOf,
  type Decision,
  decide,
  PolicySyntaxError,
  type Principal,
} from "../../policy/index.ts"
import { invalidInput } from "./errors.ts"

/** What a simulation asks, whosever policies it is about. */
export interface Simulation {
  ActionNames: readonly string[]
  ResourceArns?: readonly string[]
  ResourceOwner?: string
  ContextEntries?: readonly ContextEntry[]
}

export interface Simulated {
  principal: Principal
  applicable: Applicable
  /** What is known of the principal: `aws:username` and the like. */
  keys: Record<string, ContextValue | undefined>
}

const DECISIONS: Readonly<Record<Decision["decision"], PolicyEvaluationDecisionType>> = {
  allow: "allowed",
  implicit_deny: "implicitDeny",
  explicit_deny: "explicitDeny",
}

/** Policies given as text, named as AWS names them in its answer: `PolicyInputList.1`. */
export function compileInputs(texts: readonly string[] | undefined, list: string): CompiledPolicy[] {
  return (texts ?? []).map((text, index) => compileInput(text, `${list}.${index + 1}`))
}

export function compileInput(text: string, name: string): CompiledPolicy {
  try {
    return compile(text, { name })
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error
    throw invalidInput(`Invalid Input Policy: ${name}`)
  }
}

/** Every action on every resource, put to the very engine that decides requests. */
export function simulate(
  { ActionNames, ResourceArns = ["*"], ResourceOwner, ContextEntries = [] }: Simulation,
  { principal, applicable, keys }: Simulated,
  clock: Clock,
): EvaluationResult[] {
  const now = clock.now()
  const time = { "aws:CurrentTime": new Date(now).toISOString(), "aws:EpochTime": String(Math.floor(now / 1000)) }
  const known = contextOf(time, keys, entriesOf(ContextEntries))
  const owner = ResourceOwner === undefined ? undefined : (/\d{12}/.exec(ResourceOwner)?.[0] ?? ResourceOwner)
  const results: EvaluationResult[] = []
  for (const action of ActionNames)
    for (const resource of ResourceArns) {
      const missing = new Set<string>()
      const request = {
        principal,
        action,
        resource,
        resourceAccount: owner ?? principal.account ?? "",
        context: remembering(known, missing),
      }
      results.push(resultOf(action, resource, decide(request, applicable), applicable, missing))
    }
  return results
}

function entriesOf(entries: readonly ContextEntry[]): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = Object.create(null)
  for (const { ContextKeyName, ContextKeyValues = [], ContextKeyType } of entries) {
    if (ContextKeyName === undefined) continue
    const isList = ContextKeyType?.endsWith("List") || ContextKeyValues.length > 1
    context[ContextKeyName] = isList ? ContextKeyValues : (ContextKeyValues[0] ?? "")
  }
  return context
}

/** Notes the keys that a policy asked for and the simulation does not give. */
const remembering = (context: Context, missing: Set<string>): Context => ({
  get(key) {
    const value = context.get(key)
    if (value === undefined) missing.add(key)
    return value
  },
})

function resultOf(
  action: string,
  resource: string,
  decision: Decision,
  { boundary }: Applicable,
  missing: ReadonlySet<string>,
): EvaluationResult {
  const { because } = decision
  const isStopped = because.reason !== "allowed" && "policyType" in because && because.policyType === "boundary"
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: DECISIONS[decision.decision],
    MatchedStatements: decision.statements.map(({ policyName, policyArn }) => ({
      SourcePolicyId: policyName ?? policyArn ?? "policy",
      // The API Reference lists other values; AWS's own examples have this one.
      SourcePolicyType: "IAM Policy" as never,
    })),
    MissingContextValues: [...missing],
    ...(boundary && { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: !isStopped } }),
  }
}
