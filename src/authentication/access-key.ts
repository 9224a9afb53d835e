import { formatArn } from "../base/arn.ts"
import type { SignedCaller, Verified } from "./caller.ts"
import type { IssuingPrincipal, SessionRecord, SessionUser } from "./session-record.ts"

/** A long-term access key, of a user or of an account's root. */
export interface AccessKey {
  secretAccessKey: string
  account: string
  status: "Active" | "Inactive"
  principal: IssuingPrincipal
}

export const callerOfAccessKey = (key: AccessKey, signed: Verified): SignedCaller =>
  callerOfPrincipal(key.principal, key.account, signed)

export function callerOfSession(session: SessionRecord, signed: Verified): SignedCaller {
  const { account } = session
  switch (session.kind) {
    case "session-user":
      return callerOfPrincipal(session.issuer, account, signed, session)
    case "federated-user":
      return {
        kind: "federated-user",
        arn: formatArn({ service: "sts", region: "", account, resource: `federated-user/${session.name}` }),
        account,
        userId: `${account}:${session.name}`,
        session,
        ...signed,
      }
    case "role-session": {
      const { roleArn, roleId, roleName, sessionName } = session
      return {
        kind: "role-session",
        arn: formatArn({ service: "sts", region: "", account, resource: `assumed-role/${roleName}/${sessionName}` }),
        account,
        userId: `${roleId}:${sessionName}`,
        roleArn,
        roleId,
        roleName,
        session,
        ...signed,
      }
    }
  }
}

function callerOfPrincipal(
  principal: IssuingPrincipal,
  account: string,
  signed: Verified,
  session?: SessionUser,
): SignedCaller {
  if (principal.kind === "root") {
    const arn = formatArn({ service: "iam", region: "", account, resource: "root" })
    return { kind: "root", arn, account, userId: account, session, ...signed }
  }
  const { arn, userId, userName, path } = principal
  return { kind: "user", arn, account, userId, userName, path, session, ...signed }
}
