import { requestTagContext } from "../../authorization/request-tags.ts"
import type { CallContext } from "../../call.ts"
import { type Context, type ContextValue, contextOf, type Principal } from "../../policy/index.ts"
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
  const { role, provider, poolAccount, tags, sourceIdentity } = identity
  const trust = poolAccount === undefined || poolAccount === role.account ? role.trust : trustOfStrangers(role.trust)
  const principal: Principal = { type: "federated", arn: provider, account: null }
  const actions = [`sts:${operation}`]
  if (tags && Object.keys(tags).length > 0) actions.push("sts:TagSession")
  if (sourceIdentity !== undefined) actions.push("sts:SetSourceIdentity")
  const keys = contextFor(context, identity)
  for (const action of actions) {
    const isAllowed = await context.decide({
      request: { principal, action, resource: role.arn, resourceAccount: role.account, context: keys },
      applicable: { identity: [], resource: trust, resourcePolicyType: "trust" },
    })
    if (!isAllowed) return false
  }
  return true
}

/** What the server knows is asked for first, and then the last counts: what the token says never stands for it. */
function contextFor(call: CallContext, identity: WebIdentity): Context {
  const now = call.clock.now()
  const keys = contextOf(identity.claims, sessionContext(identity), tagContext(identity.role))
  return {
    get: (key) =>
      (Object.hasOwn(GLOBAL_KEYS, key) ? GLOBAL_KEYS[key]!(call, identity.role, now) : undefined) ?? keys.get(key),
  }
}

/**
 * What of the global keys is there for somebody who has signed nothing, each computed when a policy asks for it: most trust
 * policies ask for none.
 */
const GLOBAL_KEYS: Readonly<Record<string, (call: CallContext, role: Role, now: number) => ContextValue | undefined>> =
  {
    "aws:currenttime": (_call, _role, now) => new Date(now).toISOString(),
    "aws:epochtime": (_call, _role, now) => String(Math.floor(now / 1000)),
    "aws:sourceip": ({ request }) => request.remoteAddress,
    "aws:securetransport": ({ request }) => String(request.secure),
    "aws:useragent": ({ request }) => request.headers["user-agent"],
    "aws:referer": ({ request }) => request.headers.referer,
    "aws:requestedregion": ({ region }) => region,
    "aws:resourceaccount": (_call, { account }) => account,
  }

function tagContext({ tags }: Role): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = {}
  for (const [key, value] of Object.entries(tags)) {
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
