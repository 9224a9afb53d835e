import type { SessionFacts } from "../../authentication/session-record.ts"
import { issueSessionCredentials, type SessionCredentials } from "../../authentication/session-token.ts"
import type { Deps } from "../../call.ts"
import type { Role } from "../iam/service.ts"

/** Session policies are validated by who issues. */
export interface NewRoleSession extends Omit<SessionFacts, "accessKeyId" | "account" | "issuedAt" | "expiresAt"> {
  role: Role
  sessionName: string
  durationSeconds: number
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
