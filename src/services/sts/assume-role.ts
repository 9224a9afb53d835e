import { AssumeRoleCommand } from "@aws-sdk/client-sts"
import type { Caller } from "../../authentication/caller.ts"
import type { RoleSession } from "../../authentication/session-record.ts"
import { requestTagContext } from "../../authorization/request-tags.ts"
import type { Requirement } from "../../authorization/requirement.ts"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import type { ContextValue } from "../../policy/index.ts"
import { findRole, type Role } from "../iam/service.ts"
import {
  contextsNotTrusted,
  longerThanChain,
  longerThanRole,
  roleVanished,
  rootMayNotAssume,
  sourceIdentityChanged,
} from "./errors.ts"
import { assumedRoleUser, issueRoleSession } from "./issue-session.ts"
import { multiFactorAuthentication } from "./mfa.ts"
import { accountOfRoleArn } from "./role-arn.ts"
import { packedSizeOf, sessionPoliciesOf } from "./session-policies.ts"
import { sessionTagsOf } from "./session-tags.ts"

/** API Reference: "by default, the value is set to 3600 seconds"; by role chaining never more. */
const DEFAULT_SECONDS = 3600
const CHAINED_SECONDS = 3600

/**
 * Permissions are asked for in the handler: the root user is refused before any policy is read, and a session that
 * carries a source identity needs one permission more than the request shows.
 */
export const AssumeRole = operation(AssumeRoleCommand, {
  access: () => [],
  async handle(input, context) {
    const { RoleArn, RoleSessionName, Tags = [], TransitiveTagKeys = [] } = input
    const account = accountOfRoleArn(RoleArn)
    if (context.caller.kind === "root") throw rootMayNotAssume()
    if (input.ProvidedContexts) throw contextsNotTrusted()
    const parent = context.caller.kind === "role-session" ? context.caller.session : undefined
    const { tags, transitiveTagKeys } = sessionTagsOf(Tags, TransitiveTagKeys, parent)
    const policies = await sessionPoliciesOf(context, account, input)
    const sourceIdentity = sourceIdentityOf(input.SourceIdentity, parent)

    const requestContext: Record<string, ContextValue> = {
      "sts:RoleSessionName": RoleSessionName,
      ...requestTagContext(Tags),
      ...(transitiveTagKeys.length > 0 && { "sts:TransitiveTagKeys": transitiveTagKeys }),
      ...(input.ExternalId !== undefined && { "sts:ExternalId": input.ExternalId }),
      ...(sourceIdentity !== undefined && { "sts:SourceIdentity": sourceIdentity }),
    }
    // A trust policy may ask for a second factor. The session itself does not have it (IAM User Guide, "Secure API access
    // with MFA": credentials of AssumeRole "do not include MFA information").
    const multiFactorAuthenticatedAt = await multiFactorAuthentication(context, context.caller, input)
    const requirement: Requirement = {
      resource: RoleArn,
      context: requestContext,
      ...(multiFactorAuthenticatedAt !== undefined && { multiFactorAuthenticatedAt }),
    }
    await assertTrusted(context, requirement, [
      "sts:AssumeRole",
      ...(Tags.length > 0 ? ["sts:TagSession"] : []),
      ...(sourceIdentity !== undefined ? ["sts:SetSourceIdentity"] : []),
    ])
    const role = await findRole(context, RoleArn)
    if (!role) throw roleVanished(context.caller, RoleArn)
    const durationSeconds = durationOf(input.DurationSeconds, role, isSession(context.caller))
    const PackedPolicySize = packedSizeOf(policies, tags)
    return {
      Credentials: issueRoleSession(context, {
        role,
        sessionName: RoleSessionName,
        durationSeconds,
        ...policies,
        ...(Object.keys(tags).length > 0 && { tags }),
        ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
        ...(sourceIdentity !== undefined && { sourceIdentity }),
      }),
      AssumedRoleUser: assumedRoleUser(role, RoleSessionName),
      ...(PackedPolicySize !== undefined && { PackedPolicySize }),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    }
  },
})

async function assertTrusted(
  context: CallContext,
  requirement: Requirement,
  actions: readonly string[],
): Promise<void> {
  for (const action of actions) await context.assertAllowed({ ...requirement, action })
}

/** Once set it stays for the whole chain (IAM User Guide, "Monitor and control actions taken with assumed roles"). */
function sourceIdentityOf(requested: string | undefined, parent: RoleSession | undefined): string | undefined {
  const inherited = parent?.sourceIdentity
  if (inherited !== undefined && requested !== undefined && requested !== inherited) throw sourceIdentityChanged()
  return inherited ?? requested
}

/** Whether the caller's credentials are temporary themselves: a role's, or those of GetSessionToken. */
const isSession = (caller: Caller): boolean =>
  caller.kind === "role-session" || (caller.kind === "user" && caller.session !== undefined)

function durationOf(requested: number | undefined, role: Role, isChained: boolean): number {
  if (requested === undefined) return DEFAULT_SECONDS
  if (isChained && requested > CHAINED_SECONDS) throw longerThanChain()
  if (requested > role.maxSessionDuration) throw longerThanRole()
  return requested
}
