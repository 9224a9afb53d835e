import type { CompiledPolicy, ContextValue } from "../policy/index.ts"

/** What authorization must know of a resource beyond its name. */
export interface ResourceFacts {
  /** The account that owns it. */
  account: string
  tags?: Readonly<Record<string, string>>
  /** Condition keys that the state of the resource gives: `{ "s3:ExistingObjectTag/team": "blue" }`. */
  context?: Readonly<Record<string, ContextValue>>
  /** Its own policy: bucket policy, table policy; the trust policy where the action is one of STS's. */
  policy?: CompiledPolicy
  /** Of a policy without whose Allow nothing is allowed. */
  policyType?: "trust" | "key"
  /** Of a KMS key, those that name the caller. */
  grants?: readonly CompiledPolicy[]
  /** The resource's whole ARN, where a request can only name a part of it: IAM's names leave the path out. It is what
   * policies are matched against. */
  arn?: string
}
