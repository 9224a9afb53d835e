import { isReadable } from "../app-clients/permissions.ts"
import type { AppClient } from "../app-clients/record.ts"
import { type Group, rankOf } from "../groups/record.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import { isShownBy } from "./scopes.ts"

/** What all tokens of one sign-in share. Times are whole seconds. */
export interface SignIn {
  eventId: string
  /** Undefined where the client does not revoke tokens. */
  originJti: string | undefined
  authTime: number
  /** In pools that track devices. */
  deviceKey?: string
  /** Where the pages of the pool's domain gave it: what an application was granted. Refreshing keeps it. */
  granted?: Granted
}

/** What is in tokens of the OAuth endpoints beyond those of the API. */
export interface Granted {
  scopes: readonly string[]
  /** The resource that the access token is bound to (RFC 8707). */
  resource?: string
  /** How strongly the user has proved who they are, and by what. Where they are asked for. */
  acr?: string
  amr?: readonly string[]
}

/** What an ID token tells of the request that it is given for, and of the access token beside it. */
export interface Occasional {
  nonce?: string | undefined
  atHash?: string | undefined
}

export interface TokenSubject {
  pool: UserPool
  client: AppClient
  user: User
  groups: readonly Group[]
  signIn: SignIn
}

/** One that is undefined is not there: no JSON writes it. */
export type Claims = Record<string, unknown>

export const USER_SCOPE = "aws.cognito.signin.user.admin"

interface Validity {
  issuer: string
  jti: string
  issuedAt: number
  expiresAt: number
}

/** Source: "Understanding the access token". */
export function accessClaims({ client, user, groups, signIn }: TokenSubject, validity: Validity): Claims {
  const { granted } = signIn
  return {
    sub: user.sub,
    device_key: signIn.deviceKey,
    "cognito:groups": groups.length > 0 ? groups.map(({ name }) => name) : undefined,
    iss: validity.issuer,
    version: granted && 2,
    client_id: client.id,
    aud: granted?.resource,
    origin_jti: signIn.originJti,
    event_id: signIn.eventId,
    token_use: "access",
    scope: granted?.scopes.join(" ") ?? USER_SCOPE,
    acr: granted?.acr,
    amr: granted?.amr,
    auth_time: signIn.authTime,
    exp: validity.expiresAt,
    iat: validity.issuedAt,
    jti: validity.jti,
    username: user.username,
  }
}

/** Source: "Understanding the identity (ID) token"; of `acr` and `amr`, "Step-up authentication". */
export function idClaims(subject: TokenSubject, validity: Validity, { nonce, atHash }: Occasional = {}): Claims {
  const { client, user, groups, signIn } = subject
  const { granted } = signIn
  return {
    at_hash: atHash,
    ...attributeClaims(user, client, granted?.scopes),
    sub: user.sub,
    ...groupClaims(groups),
    iss: validity.issuer,
    "cognito:username": user.username,
    nonce,
    origin_jti: signIn.originJti,
    aud: client.id,
    event_id: signIn.eventId,
    token_use: "id",
    acr: granted?.acr,
    amr: granted?.amr,
    auth_time: signIn.authTime,
    exp: validity.expiresAt,
    iat: validity.issuedAt,
    jti: validity.jti,
  }
}

/** The attributes that the client may read and the scopes show, each in the form that OpenID Connect gives it. */
function attributeClaims({ attributes }: User, client: AppClient, scopes: readonly string[] | undefined): Claims {
  const claims: Claims = {}
  for (const [name, value] of Object.entries(attributes))
    if (isReadable(client, name) && isShownBy(scopes, name)) claims[name] = claimOf(name, value)
  return claims
}

function claimOf(name: string, value: string): unknown {
  if (name === "email_verified" || name === "phone_number_verified") return value === "true"
  if (name === "address") return { formatted: value }
  if (name === "identities") return identitiesClaim(value)
  return value
}

/** Linked identities: what is a number or a flag elsewhere is text here. Source: "Understanding the identity (ID) token". */
const identitiesClaim = (value: string): unknown =>
  (JSON.parse(value) as { dateCreated: number; primary: boolean }[]).map((identity) => ({
    ...identity,
    dateCreated: String(identity.dateCreated),
    primary: String(identity.primary),
  }))

/** Groups, by precedence, with the roles of those that have one. */
function groupClaims(groups: readonly Group[]): Claims {
  if (groups.length === 0) return {}
  const roles = [...new Set(groups.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [roleArn])))]
  const preferred = preferredRole(groups)
  return {
    "cognito:groups": groups.map(({ name }) => name),
    ...(roles.length > 0 && { "cognito:roles": roles }),
    ...(preferred !== undefined && { "cognito:preferred_role": preferred }),
  }
}

/**
 * The role of the group that takes precedence: the lowest number, no number last. Where several share it and their roles
 * differ, none is preferred. Groups without a role have no say. Source: "Adding groups to a user pool", precedence.
 */
export function preferredRole(groups: readonly Group[]): string | undefined {
  const withRole = groups.filter(({ roleArn }) => roleArn !== undefined)
  const first = Math.min(...withRole.map(rankOf))
  const candidates = new Set(withRole.filter((group) => rankOf(group) === first).map(({ roleArn }) => roleArn))
  return candidates.size === 1 ? [...candidates][0] : undefined
}
