/** The attributes of a scope that shows some. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
}

/**
 * Whether an ID token or userInfo with these scopes tells the attribute, where the client may read it. `openid` alone and
 * `profile` show all; scopes for some show these alone. Tokens of the API, which have no scopes of this kind, show all.
 * Source: "Scopes, M2M, and resource servers", the table of the OpenID scopes.
 */
export function isShownBy(scopes: readonly string[] | undefined, name: string): boolean {
  if (scopes === undefined || name === "sub" || name === "identities" || scopes.includes("profile")) return true
  const narrow = scopes.filter((scope) => Object.hasOwn(SHOWN, scope))
  return narrow.length === 0 || narrow.some((scope) => SHOWN[scope]!.includes(name))
}

/**
 * Whether the client may read all attributes that the scopes show; a token with the scope is refused otherwise. Source: "The
 * token issuer endpoint", invalid_grant.
 */
export const isReadableByScopes = (scopes: readonly string[], isReadable: (name: string) => boolean): boolean =>
  scopes.every((scope) => !Object.hasOwn(SHOWN, scope) || SHOWN[scope]!.every(isReadable))
