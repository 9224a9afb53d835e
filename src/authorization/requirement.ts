import type { ContextValue } from "../policy/index.ts"
import type { ResourceFacts } from "./resource-facts.ts"

export type RequirementContext = Readonly<Record<string, ContextValue | undefined>>

/** One permission that a request needs. */
export interface Requirement {
  /** `service:Action`; where left out, the service's prefix and the operation's own name. */
  action?: string
  /** The ARN that the request is about, or `*` for actions that have no resource type. */
  resource: string
  /**
   * Condition keys of this request beyond the global ones: `{ "s3:prefix": "a/" }`. Tags of the resource come from the
   * service's `resourceFacts`. A function where the keys depend on what the resource is (which attribute of an item is the
   * partition key); it is called when a policy asks for such a key, and may give getters.
   */
  context?: RequirementContext | ((facts: ResourceFacts | undefined) => RequirementContext)
  /** When the request itself proves a second factor (`AssumeRole` with a code): in place of what the credentials say.
   * Seconds since the epoch. */
  multiFactorAuthenticatedAt?: number
  /** Service principals through which the caller asks for it, where a service asks in the caller's name: `aws:CalledVia`. */
  calledVia?: readonly string[]
  /** How the refusal names the resource where it is not by its ARN (IAM says `user alice`). */
  refusedAs?: string
  /** The whole text of the refusal for callers of other accounts than the resource's, where it may not name the resource. */
  strangersAreTold?: string
}
