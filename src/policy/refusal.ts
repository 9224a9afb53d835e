import type { PolicyType } from "./applicable.ts"
import type { Decision } from "./decision.ts"

/** How AWS calls a type of policy in its refusals ("Troubleshoot access denied error messages"). */
const NAMES: Readonly<Record<PolicyType, { noAllow: string; explicitDeny: string }>> = {
  identity: { noAllow: "identity-based policy", explicitDeny: "an identity-based policy" },
  resource: { noAllow: "resource-based policy", explicitDeny: "a resource-based policy" },
  trust: { noAllow: "role trust policy", explicitDeny: "the role trust policy" },
  key: { noAllow: "resource-based policy", explicitDeny: "a resource-based policy" },
  grant: { noAllow: "resource-based policy", explicitDeny: "a resource-based policy" },
  boundary: { noAllow: "permissions boundary", explicitDeny: "a permissions boundary" },
  session: { noAllow: "session policy", explicitDeny: "a session policy" },
  scp: { noAllow: "service control policy", explicitDeny: "a service control policy" },
  rcp: { noAllow: "resource control policy", explicitDeny: "a resource control policy" },
  vpce: { noAllow: "VPC endpoint policy", explicitDeny: "a VPC endpoint policy" },
}

const OF_RESOURCE: ReadonlySet<PolicyType> = new Set<PolicyType>(["resource", "key", "grant"])

export interface RefusalOptions {
  /** The caller's ARN, of the session for a role; `anonymous` for callers without one. */
  principalArn: string
  /** As the service spells it: `s3:GetObject`. */
  action: string
  /** The resource's ARN, or what the service says in its place (`user alice`). */
  resource: string
  decision: Decision
  /** Double quotes around the resource, as S3 has them. */
  quoteResource?: boolean
  /** No resource at all, as S3's ListAllMyBuckets. */
  omitResource?: boolean
  /** Whether the ARN of a managed policy that denies explicitly stands at the end, as it does since January 2026 for
   * callers of the same account or organization. True where left out. */
  policyArnSuffix?: boolean
  /** In place of the reason where the resource's own policy refuses. */
  resourceReason?: string
  /** Neither caller, resource nor reason: what STS tells the bearer of a web identity token or SAML assertion. */
  withoutCaller?: boolean
}

/** The text of AWS's AccessDenied for a refused request. */
export function formatRefusal(options: RefusalOptions): string {
  const { principalArn, action, resource, decision, quoteResource, omitResource, withoutCaller } = options
  if (withoutCaller) return `Not authorized to perform ${action}`
  const onResource = omitResource ? "" : ` on resource: ${quoteResource ? `"${resource}"` : resource}`
  const { because } = decision
  const isOfResource = "policyType" in because && OF_RESOURCE.has(because.policyType)
  const reason =
    isOfResource && options.resourceReason
      ? ` ${options.resourceReason}`
      : formatReason(decision, action, options.policyArnSuffix ?? true)
  return `User: ${principalArn} is not authorized to perform: ${action}${onResource}${reason}`
}

function formatReason({ because }: Decision, action: string, policyArnSuffix: boolean): string {
  switch (because.reason) {
    case "no allow":
      return ` because no ${NAMES[because.policyType].noAllow} allows the ${action} action`
    case "explicit deny": {
      const suffix = policyArnSuffix && because.policyArn !== undefined ? `: ${because.policyArn}` : ""
      return ` with an explicit deny in ${NAMES[because.policyType].explicitDeny}${suffix}`
    }
    default:
      return ""
  }
}
