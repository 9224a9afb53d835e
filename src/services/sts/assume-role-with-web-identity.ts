import { AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts"
import type { Clock } from "../../base/clock.ts"
import type { CallContext } from "../../call.ts"
import { OpenIdTokenError, parseOpenIdToken, type UnverifiedToken } from "../../federation/openid/token.ts"
import { operation } from "../../operation.ts"
import { findRole } from "../iam/service.ts"
import { decideWebIdentity } from "./decide-web-identity.ts"
import { longerThanRole, notAuthorizedFor, oauthTokenRefused } from "./errors.ts"
import { assumedRoleUser, issueRoleSession } from "./issue-session.ts"
import { accountOfRoleArn } from "./role-arn.ts"
import { packedSizeOf, sessionPoliciesOf } from "./session-policies.ts"
import { sessionKeys, type VerifiedIdentity } from "./web-identity/identity.ts"
import { IDENTITY_POOL_ISSUER, verifyIdentityPoolToken } from "./web-identity/identity-pool.ts"
import { verifyOidcToken } from "./web-identity/oidc.ts"
import { asWireError } from "./web-identity/token-errors.ts"

const DEFAULT_SECONDS = 3600
const OPERATION = "AssumeRoleWithWebIdentity"

/** The token is what lets the caller in: a signature is not asked for. */
export const AssumeRoleWithWebIdentity = operation(AssumeRoleWithWebIdentityCommand, {
  access: "public",
  async handle(input, context) {
    const { RoleArn, RoleSessionName, WebIdentityToken, ProviderId, DurationSeconds } = input
    const account = accountOfRoleArn(RoleArn)
    // OAuth 2.0 access tokens of Login with Amazon and Facebook can only be verified by asking these.
    if (ProviderId !== undefined) throw oauthTokenRefused(ProviderId)
    const policies = await sessionPoliciesOf(context, account, input)
    const identity = await verify(context, account, WebIdentityToken)
    const { provider, tags = {}, transitiveTagKeys, sourceIdentity } = identity
    const hasTags = Object.keys(tags).length > 0

    const role = await findRole(context, RoleArn)
    if (!role) throw notAuthorizedFor(OPERATION, { check: "the role exists", role: RoleArn })
    if (!(await decideWebIdentity(context, { role, sessionName: RoleSessionName, ...identity })))
      throw notAuthorizedFor(OPERATION)
    if (DurationSeconds !== undefined && DurationSeconds > role.maxSessionDuration) throw longerThanRole()
    const PackedPolicySize = packedSizeOf(policies, tags)
    return {
      Credentials: issueRoleSession(context, {
        role,
        sessionName: RoleSessionName,
        durationSeconds: DurationSeconds ?? DEFAULT_SECONDS,
        ...policies,
        ...(hasTags && { tags }),
        ...(transitiveTagKeys?.length && { transitiveTagKeys }),
        ...(sourceIdentity !== undefined && { sourceIdentity }),
        context: { ...sessionKeys(identity), "aws:FederatedProvider": provider },
      }),
      SubjectFromWebIdentityToken: identity.subject,
      AssumedRoleUser: assumedRoleUser(role, RoleSessionName),
      Provider: provider,
      Audience: identity.audience,
      ...(PackedPolicySize !== undefined && { PackedPolicySize }),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    }
  },
})

function verify(context: CallContext, account: string, text: string): Promise<VerifiedIdentity> {
  const token = parse(text, context.clock)
  return token.issuer === IDENTITY_POOL_ISSUER
    ? verifyIdentityPoolToken(context, text)
    : verifyOidcToken(context, account, token)
}

function parse(text: string, clock: Clock): UnverifiedToken {
  try {
    return parseOpenIdToken(text)
  } catch (error) {
    throw error instanceof OpenIdTokenError ? asWireError(error, undefined, clock) : error
  }
}
