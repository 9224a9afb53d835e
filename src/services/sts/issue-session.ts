import { issueSessionCredentials, type SessionCredentials } from "../../authentication/session-token.ts"
import type { Deps } from "../../call.ts"
import type { Role } from "../iam/service.ts"

export interface NewRoleSession {
  role: Role
  sessionName: string
  durationSeconds: number
  /** Inline session policies, JSON text; validated by who issues. */
  policies?: readonly string[]
  /** Managed policies as session policies. */
  policyArns?: readonly string[]
  /** Session tags. */
  tags?: Readonly<Record<string, string>>
  transitiveTagKeys?: readonly string[]
  sourceIdentity?: string
  /** Condition keys that the federation puts into the session. */
  context?: Readonly<Record<string, string | readonly string[]>>
  /** The user-pool groups behind the session. */
  cognitoGroups?: readonly string[]
  /** Seconds since the epoch. */
  multiFactorAuthenticatedAt?: number
}

/** Credentials of a role for whoever was found to be trusted with it: nothing is checked here. */
export function issueRoleSession(
  { masterKey, clock }: Pick<Deps, "masterKey" | "clock">,
  { role, durationSeconds, ...session }: NewRoleSession,
): SessionCredentials {
  return issueSessionCredentials(
    masterKey,
    {
      kind: "role-session",
      account: role.account,
      roleArn: role.arn,
      roleId: role.roleId,
      roleName: role.name,
      ...session,
    },
    durationSeconds,
    clock,
  )
}

/** As STS answers who a role session is. */
export const assumedRoleUser = (role: Role, sessionName: string): { AssumedRoleId: string; Arn: string } => ({
  AssumedRoleId: `${role.roleId}:${sessionName}`,
  Arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
})
