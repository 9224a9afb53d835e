import { requestTagContext } from "../../authorization/request-tags.ts"
import type { CallContext } from "../../call.ts"
import { type ContextValue, contextOf, type Principal } from "../../policy/index.ts"
import type { Role } from "../iam/service.ts"
import { trustOfStrangers } from "./web-identity/trust-of-strangers.ts"

export interface WebIdentity {
  role: Role
  /** As `Principal.Federated` names it: `cognito-identity.amazonaws.com`, or the ARN of an OIDC provider. */
  provider: string
  /** Whose identity pool the token is of. */
  poolAccount?: string
  /** The condition keys that the token gives: `cognito-identity.amazonaws.com:aud`. */
  claims: Readonly<Record<string, string | readonly string[]>>
  /** Session tags that the token brings. */
  tags?: Readonly<Record<string, string>>
  transitiveTagKeys?: readonly string[]
  sourceIdentity?: string
  sessionName?: string
}

/**
 * Whether the trust policy of a role lets the bearer of a token in. Tags and a source identity are actions of their own
 * that the trust policy has to allow as well (IAM User Guide, "Pass session tags in AWS STS").
 *
 * The bearer has no policies and no account: the trust policy is all there is.
 */
export const decideWebIdentity = (context: CallContext, identity: WebIdentity): Promise<boolean> =>
  decideFederation(context, "AssumeRoleWithWebIdentity", identity)

/** The same for SAML, which differs in the action. */
export async function decideFederation(
  context: CallContext,
  operation: "AssumeRoleWithWebIdentity" | "AssumeRoleWithSAML",
  identity: WebIdentity,
): Promise<boolean> {
  const { role, provider, poolAccount, claims, tags, sourceIdentity } = identity
  const trust = poolAccount === undefined || poolAccount === role.account ? role.trust : trustOfStrangers(role.trust)
  const principal: Principal = { type: "federated", arn: provider, account: null }
  const actions = [`sts:${operation}`]
  if (tags && Object.keys(tags).length > 0) actions.push("sts:TagSession")
  if (sourceIdentity !== undefined) actions.push("sts:SetSourceIdentity")
  // Of equal names the last counts: what the token says never stands for what the server knows.
  const keys = contextOf(claims, sessionContext(identity), requestContext(context, role))
  for (const action of actions) {
    const isAllowed = await context.decide({
      request: { principal, action, resource: role.arn, resourceAccount: role.account, context: keys },
      applicable: { identity: [], resource: trust, resourcePolicyType: "trust" },
    })
    if (!isAllowed) return false
  }
  return true
}

/** What of the global keys is there for somebody who has signed nothing. */
function requestContext({ clock, request, region }: CallContext, role: Role): Record<string, ContextValue | undefined> {
  const now = clock.now()
  const context: Record<string, ContextValue | undefined> = {
    "aws:CurrentTime": new Date(now).toISOString(),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    "aws:SourceIp": request.remoteAddress,
    "aws:SecureTransport": String(request.secure),
    "aws:UserAgent": request.headers["user-agent"],
    "aws:referer": request.headers.referer,
    "aws:RequestedRegion": region,
    "aws:ResourceAccount": role.account,
  }
  for (const [key, value] of Object.entries(role.tags)) {
    context[`aws:ResourceTag/${key}`] = value
    context[`iam:ResourceTag/${key}`] = value
  }
  return context
}

/** The keys of what the session is to be. */
function sessionContext({ tags, transitiveTagKeys, sourceIdentity, sessionName }: WebIdentity) {
  const context: Record<string, ContextValue | undefined> = {
    "sts:RoleSessionName": sessionName,
    "sts:SourceIdentity": sourceIdentity,
    ...requestTagContext(tags),
  }
  if (transitiveTagKeys?.length) context["sts:TransitiveTagKeys"] = transitiveTagKeys
  // UNVERIFIED: that the tags are the principal's own already, as Ceph has it; AWS's examples use RequestTag.
  for (const [key, value] of Object.entries(tags ?? {})) context[`aws:PrincipalTag/${key}`] = value
  return context
}
