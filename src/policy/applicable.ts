import type { CompiledPolicy } from "./compile.ts"

/** The policies that apply to one request; of other types than compiled ones where they are written down. */
export interface Applicable<Policy = CompiledPolicy> {
  /** Of the user and its groups, or of the role. They are a union. */
  identity: readonly Policy[]
  /** Of the resource. */
  resource?: Policy | undefined
  /** The resource policy is a role's trust policy or a KMS key's policy, without whose Allow nothing is allowed. */
  resourcePolicyType?: "trust" | "key" | undefined
  /** The grants of a KMS key, which allow beside its policy: each names its grantee as Principal, and only allows. */
  grants?: readonly Policy[] | undefined
  boundary?: Policy | undefined
  /** The session policies of one credential call: a union. Absent or empty where none was passed. */
  session?: readonly Policy[] | undefined
  /** Service control policies of the caller's account, a list for each level from the root to the account. Absent where
   * they do not apply: no organization, or its management account. */
  scp?: readonly (readonly Policy[])[] | undefined
  /** Resource control policies of the resource's account, likewise. RCPFullAWSAccess need not be in it. */
  rcp?: readonly (readonly Policy[])[] | undefined
  /** Of the VPC endpoint that the request comes through: a union. Absent or empty where it comes through none. */
  vpce?: readonly Policy[] | undefined
}

/** All of them, whatever their type. */
export function allPolicies<Policy>(applicable: Applicable<Policy>): readonly Policy[] {
  const { identity, resource, grants, boundary, session, scp, rcp, vpce } = applicable
  if (resource === undefined && boundary === undefined && !grants && !session && !scp && !rcp && !vpce) return identity
  const all = [...identity]
  if (resource !== undefined) all.push(resource)
  if (grants) all.push(...grants)
  if (boundary !== undefined) all.push(boundary)
  if (session) all.push(...session)
  if (vpce) all.push(...vpce)
  for (const level of [...(scp ?? []), ...(rcp ?? [])]) all.push(...level)
  return all
}

/** Each replaced by something else that stands for it. */
export const mapPolicies = <From, To>(
  { identity, resource, resourcePolicyType, grants, boundary, session, scp, rcp, vpce }: Applicable<From>,
  map: (policy: From) => To,
): Applicable<To> => ({
  identity: identity.map(map),
  ...(resource !== undefined && { resource: map(resource) }),
  ...(resourcePolicyType !== undefined && { resourcePolicyType }),
  ...(grants !== undefined && { grants: grants.map(map) }),
  ...(boundary !== undefined && { boundary: map(boundary) }),
  ...(session !== undefined && { session: session.map(map) }),
  ...(scp !== undefined && { scp: scp.map((level) => level.map(map)) }),
  ...(rcp !== undefined && { rcp: rcp.map((level) => level.map(map)) }),
  ...(vpce !== undefined && { vpce: vpce.map(map) }),
})

export type PolicyType =
  | "identity"
  | "resource"
  | "trust"
  | "key"
  | "grant"
  | "boundary"
  | "session"
  | "scp"
  | "rcp"
  | "vpce"

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
  key: OF_RESOURCE,
  grant: OF_RESOURCE,
  // Its Principal can only be `*`, and it can only deny.
  rcp: { everyoneByDefault: true, attachedToResource: false, abbreviations: false },
  // It only takes away, so whom it does not name are all.
  vpce: { everyoneByDefault: true, attachedToResource: false, abbreviations: false },
}
