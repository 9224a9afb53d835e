/** What a session token seals. Times are whole seconds since the epoch. */
export type SessionRecord = RoleSession | FederatedUser | SessionUser

/** A session of a role: `AssumeRole*`, `GetCredentialsForIdentity`. */
export interface RoleSession extends SessionFacts {
  kind: "role-session"
  roleArn: string
  /** The role's unique id, `AROA...`: a role that was deleted and made anew is another role. */
  roleId: string
  roleName: string
  sessionName: string
}

/** `GetFederationToken`: a name under the permissions of the user (or root) that called it. */
export interface FederatedUser extends SessionFacts {
  kind: "federated-user"
  name: string
  issuer: IssuingPrincipal
}

/** `GetSessionToken`: the user (or root) itself, for a while. */
export interface SessionUser extends SessionFacts {
  kind: "session-user"
  issuer: IssuingPrincipal
}

export type IssuingPrincipal = RootPrincipal | UserPrincipal

export interface RootPrincipal {
  kind: "root"
}

export interface UserPrincipal {
  kind: "user"
  arn: string
  /** `AIDA...` */
  userId: string
  userName: string
  /** `/` where the user has none. */
  path: string
}

export interface SessionFacts {
  /** `ASIA...`; the token is good with this access key alone. */
  accessKeyId: string
  account: string
  issuedAt: number
  expiresAt: number
  /** Inline session policies, JSON text. All of them must allow; `[]` and undefined are no limit. */
  policies?: readonly string[]
  /** Managed policies given as session policies. Their documents are read at decision time. */
  policyArns?: readonly string[]
  /** Session tags: `aws:PrincipalTag/...` before the role's own. */
  tags?: Readonly<Record<string, string>>
  /** Tag keys that a chained session inherits. */
  transitiveTagKeys?: readonly string[]
  /** `aws:SourceIdentity`; passed on to chained sessions. */
  sourceIdentity?: string
  /** Condition keys that the federation put into the session: `cognito-identity.amazonaws.com:sub`,
   * `aws:FederatedProvider`. */
  context?: Readonly<Record<string, string | readonly string[]>>
  /** The user-pool groups of the person behind the session (Hallpass's `${cognito:groups}`). */
  cognitoGroups?: readonly string[]
  /** When the caller proved a second factor: `aws:MultiFactorAuthPresent` and `aws:MultiFactorAuthAge`. */
  multiFactorAuthenticatedAt?: number
}
