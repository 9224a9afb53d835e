import type { SignedCaller } from "../authentication/caller.ts"
import type { CompiledPolicy } from "../policy/index.ts"

/** The policies on the caller's side of a decision. */
export interface CallerPolicies {
  /** Of the user and the user's groups, or of the role. */
  identity: readonly CompiledPolicy[]
  boundary?: CompiledPolicy
  /** Of the credentials: absent where none was passed, which limits nothing. */
  session?: readonly CompiledPolicy[]
  /** By level, root first; absent outside organizations. */
  scp?: readonly (readonly CompiledPolicy[])[]
  /** `aws:PrincipalTag/...`: the user's or role's tags under the session's. */
  tags: Readonly<Record<string, string>>
  /** The user or role that the credentials were for is no more. */
  gone?: boolean
}

/** Of a caller who did not sign. */
export const NO_POLICIES: CallerPolicies = { identity: [], tags: {} }

/** Where authorization learns them. Synchronous where everything is cached: the hot path awaits nothing. */
export interface PolicySource {
  policiesOf(caller: SignedCaller): CallerPolicies | Promise<CallerPolicies>
  /** The id of the organization that an account is in: `aws:PrincipalOrgID`. Asked where a policy asks for it. */
  organizationOf(account: string): string | undefined | Promise<string | undefined>
}
