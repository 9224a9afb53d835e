import type { PolicyType } from "./applicable.ts"
import type { CompiledPolicy } from "./compile.ts"
import type { Statement } from "./statement.ts"

/** The answer to a request, and why. */
export interface Decision {
  allowed: boolean
  decision: "allow" | "implicit_deny" | "explicit_deny"
  because: Because
  /** The statements that decided: the Deny; or the Allow of each type of policy that had to allow. None for an implicit
   * deny, which is what is missing. */
  statements: readonly DeterminingStatement[]
}

export type Because =
  /** Every policy type that had to allow does. */
  | { reason: "allowed" }
  /** The account's root user, whom no identity policy has to allow. */
  | { reason: "root user" }
  /** Of the few actions that no policy governs. */
  | { reason: "no permission needed" }
  | { reason: "explicit deny"; policyType: PolicyType; policyArn: string | undefined }
  | { reason: "no allow"; policyType: PolicyType }

export interface DeterminingStatement {
  policyType: PolicyType
  /** The place of its policy among those of the type, from 0; levels of SCPs and RCPs are counted through. */
  policyIndex: number
  policyArn: string | undefined
  policyName: string | undefined
  sid: string | undefined
  /** The place of the statement in its policy, from 0. */
  index: number
  effect: "Allow" | "Deny"
}

/** The same few statements decide again and again, and what is remembered of each request names them. */
const named = new WeakMap<Statement, DeterminingStatement>()

export function determining(
  policyType: PolicyType,
  policyIndex: number,
  policy: CompiledPolicy,
  statement: Statement,
): DeterminingStatement {
  const known = named.get(statement)
  if (known?.policyType === policyType && known.policyIndex === policyIndex && known.policyArn === policy.arn)
    return known
  const { sid, index, effect } = statement
  const made = { policyType, policyIndex, policyArn: policy.arn, policyName: policy.name, sid, index, effect }
  named.set(statement, made)
  return made
}
