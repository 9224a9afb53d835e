import type { ContextValue } from "../policy/index.ts"

/** One permission that a request needs. */
export interface Requirement {
  /** `service:Action`; where left out, the service's prefix and the operation's own name. */
  action?: string
  /** The ARN that the request is about, or `*` for actions that have no resource type. */
  resource: string
  /** Condition keys of this request beyond the global ones: `{ "s3:prefix": "a/" }`. Tags of the resource come from
   * the service's `resourceFacts`. */
  context?: Record<string, ContextValue>
  /** How the refusal names the resource where it is not by its ARN (IAM says `user alice`). */
  refusedAs?: string
}
