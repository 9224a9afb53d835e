import type { CompiledPolicy } from "./compile.ts"

/** The policies that apply to one request. */
export interface Applicable {
  /** Of the user and its groups, or of the role. They are a union. */
  identity: readonly CompiledPolicy[]
  /** Of the resource. */
  resource?: CompiledPolicy | undefined
  /** The resource policy is a role's trust policy, without whose Allow nothing is allowed. */
  resourcePolicyType?: "trust" | undefined
  boundary?: CompiledPolicy | undefined
  /** The session policies of one credential call: a union. Absent or empty where none was passed. */
  session?: readonly CompiledPolicy[] | undefined
  /** Service control policies of the caller's account, a list for each level from the root to the account. Absent where
   * they do not apply: no organization, or its management account. */
  scp?: readonly (readonly CompiledPolicy[])[] | undefined
  /** Resource control policies of the resource's account, likewise. RCPFullAWSAccess need not be in it. */
  rcp?: readonly (readonly CompiledPolicy[])[] | undefined
  /** Of the VPC endpoint that the request comes through: a union. Absent or empty where it comes through none. */
  vpce?: readonly CompiledPolicy[] | undefined
}

export type PolicyType = "identity" | "resource" | "trust" | "boundary" | "session" | "scp" | "rcp" | "vpce"

/** What differs between the types of policy when a statement is read. */
export interface Reading {
  /** Whether a statement without Principal is about everyone, or about no one. */
  readonly everyoneByDefault: boolean
  /** Whether a statement without Resource is about everything, being attached to it, or about nothing. */
  readonly attachedToResource: boolean
  /** Whether a short ARN without wildcards is an abbreviation. */
  readonly abbreviations: boolean
}

const OF_CALLER: Reading = { everyoneByDefault: true, attachedToResource: false, abbreviations: true }
const OF_RESOURCE: Reading = { everyoneByDefault: false, attachedToResource: true, abbreviations: false }

export const READINGS: Readonly<Record<PolicyType, Reading>> = {
  identity: OF_CALLER,
  boundary: OF_CALLER,
  session: OF_CALLER,
  scp: OF_CALLER,
  resource: OF_RESOURCE,
  trust: OF_RESOURCE,
  // Its Principal can only be `*`, and it can only deny.
  rcp: { everyoneByDefault: true, attachedToResource: false, abbreviations: false },
  // It only takes away, so whom it does not name are all.
  vpce: { everyoneByDefault: true, attachedToResource: false, abbreviations: false },
}
