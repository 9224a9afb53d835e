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
  ({ ...identityOfPrincipal(key.principal, key.account), ...signed }) as SignedCaller

/** Whose credentials of a session are. Texts are put together for each request, and a session makes many. */
export function callerOfSession(session: SessionRecord, signed: Verified): SignedCaller {
  let known = identities.get(session)
  if (!known) {
    known = identityOfSession(session)
    identities.set(session, known)
  }
  return { ...known, ...signed } as SignedCaller
}

/** A caller, but for what each request says by itself. */
type Identity<C = SignedCaller> = C extends SignedCaller ? Omit<C, keyof Verified> : never

const identities = new WeakMap<SessionRecord, Identity>()

function identityOfSession(session: SessionRecord): Identity {
  const { account } = session
  switch (session.kind) {
    case "session-user":
      return identityOfPrincipal(session.issuer, account, session)
    case "federated-user":
      return {
        kind: "federated-user",
        arn: formatArn({ service: "sts", region: "", account, resource: `federated-user/${session.name}` }),
        account,
        userId: `${account}:${session.name}`,
        session,
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
      }
    }
  }
}

function identityOfPrincipal(principal: IssuingPrincipal, account: string, session?: SessionUser): Identity {
  if (principal.kind === "root") {
    const arn = formatArn({ service: "iam", region: "", account, resource: "root" })
    return { kind: "root", arn, account, userId: account, session }
  }
  const { arn, userId, userName, path } = principal
  return { kind: "user", arn, account, userId, userName, path, session }
}
