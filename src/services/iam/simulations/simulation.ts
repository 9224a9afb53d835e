import type {
  ContextEntry,
  EvaluationResult,
  PolicyEvaluationDecisionType,
  Statement as StatementReference,
} from "@aws-sdk/client-iam"
import type { Clock } from "../../../base/clock.ts"
import {
  type Applicable,
  type CompiledPolicy,
  type Context,
  type ContextValue,
  compile,
  contextOf,
  type Decision,
  type DeterminingStatement,
  decide,
  PolicySyntaxError,
  type Principal,
} from "../../../policy/index.ts"
import { invalidInput } from "../errors.ts"
import { statementPositions } from "./positions.ts"

/** What a simulation asks, whosever policies it is about. */
export interface Question {
  ActionNames: readonly string[]
  ResourceArns?: readonly string[]
  ResourceOwner?: string
  ContextEntries?: readonly ContextEntry[]
}

export interface SimulatedPolicy {
  policy: CompiledPolicy
  /** As it is written. */
  text: string
}

export interface Simulated {
  principal: Principal
  identity: readonly SimulatedPolicy[]
  boundary?: SimulatedPolicy
  resource?: SimulatedPolicy
  /** What is known of the principal: `aws:username` and the like. */
  keys: Record<string, ContextValue | undefined>
  /** Of an account that is there, whose service control policies would be looked at. */
  isPrincipal: boolean
}

const DECISIONS: Readonly<Record<Decision["decision"], PolicyEvaluationDecisionType>> = {
  allow: "allowed",
  implicit_deny: "implicitDeny",
  explicit_deny: "explicitDeny",
}

/** Policies given as text, named as AWS names them in its answer: `PolicyInputList.1`. */
export const compileInputs = (texts: readonly string[] | undefined, list: string): SimulatedPolicy[] =>
  (texts ?? []).map((text, index) => compileInput(text, `${list}.${index + 1}`))

export function compileInput(text: string, name: string): SimulatedPolicy {
  try {
    return { policy: compile(text, { name }), text }
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error
    throw invalidInput(`Invalid Input Policy: ${name}`)
  }
}

/** How every action on every resource turns out, put to the very engine that decides requests: one of `count` at a time,
 * for lists of both are long when they are multiplied. */
export interface Simulation {
  count: number
  resultAt(index: number): EvaluationResult
}

export function simulationOf(
  { ActionNames, ResourceArns = ["*"], ResourceOwner, ContextEntries = [] }: Question,
  simulated: Simulated,
  clock: Clock,
): Simulation {
  const { principal, identity, boundary, resource, keys } = simulated
  const now = clock.now()
  const time = { "aws:CurrentTime": new Date(now).toISOString(), "aws:EpochTime": String(Math.floor(now / 1000)) }
  const known = contextOf(time, keys, entriesOf(ContextEntries))
  const owner = ResourceOwner === undefined ? undefined : (/\d{12}/.exec(ResourceOwner)?.[0] ?? ResourceOwner)
  const resourceAccount = owner ?? principal.account ?? ""
  const applicable: Applicable = {
    identity: identity.map(({ policy }) => policy),
    ...(boundary && { boundary: boundary.policy }),
    ...(resource && { resource: resource.policy }),
  }
  return {
    count: ActionNames.length * ResourceArns.length,
    resultAt(index) {
      const action = ActionNames[Math.floor(index / ResourceArns.length)]!
      const asked = ResourceArns[index % ResourceArns.length]!
      const missing = new Set<string>()
      const context = remembering(known, missing)
      const decision = decide({ principal, action, resource: asked, resourceAccount, context }, applicable)
      const isOwn = resourceAccount === principal.account
      return resultOf({ action, resource: asked, isOwn, decision, missing, simulated })
    },
  }
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

interface Outcome {
  action: string
  resource: string
  /** Of the principal's account. */
  isOwn: boolean
  decision: Decision
  missing: ReadonlySet<string>
  simulated: Simulated
}

/** API Reference, "EvaluationResult": which members there are where resources are named, and which where none is. */
function resultOf({ action, resource, isOwn, decision, missing, simulated }: Outcome): EvaluationResult {
  const EvalDecision = DECISIONS[decision.decision]
  const MatchedStatements = decision.statements.map((statement) => referenceOf(statement, simulated))
  const boundary = simulated.boundary && { PermissionsBoundaryDecisionDetail: allowedByBoundary(decision) }
  const common = {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision,
    MatchedStatements,
    ...(simulated.isPrincipal && { OrganizationsDecisionDetail: { AllowedByOrganizations: true } }),
    ...boundary,
  }
  if (resource === "*") return { ...common, MissingContextValues: [...missing] }
  const specific = {
    EvalResourceName: resource,
    EvalResourceDecision: EvalDecision,
    MatchedStatements,
    MissingContextValues: [...missing],
    ...boundary,
  }
  return {
    ...common,
    MissingContextValues: [],
    ...(isOwn && { EvalDecisionDetails: {} }),
    ResourceSpecificResults: [specific],
  }
}

function allowedByBoundary({ because }: Decision): { AllowedByPermissionsBoundary: boolean } {
  const isStopped = because.reason !== "allowed" && "policyType" in because && because.policyType === "boundary"
  return { AllowedByPermissionsBoundary: !isStopped }
}

function referenceOf(
  { policyType, policyIndex, index }: DeterminingStatement,
  { identity, boundary, resource }: Simulated,
): StatementReference {
  const source = policyType === "boundary" ? boundary : policyType === "resource" ? resource : identity[policyIndex]
  return {
    SourcePolicyId: source!.policy.name,
    // The API Reference lists other values; AWS's own examples have this one.
    SourcePolicyType: "IAM Policy" as never,
    ...statementPositions(source!.text)[index],
  }
}
