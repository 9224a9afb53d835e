import type { Claims } from "./claims.ts"

/** What a function makes of the claims of one token. */
export interface ClaimChanges {
  add: Claims
  suppress: readonly string[]
  scopesToAdd: readonly string[]
  scopesToSuppress: readonly string[]
}

/** In the place of the user's own groups and roles, in both tokens. */
export interface GroupChanges {
  groups: readonly string[]
  roles: readonly string[]
  preferredRole: string | undefined
}

export interface TokenChanges {
  id: ClaimChanges
  access: ClaimChanges
  /** Undefined leaves them as they are. */
  groups: GroupChanges | undefined
}

/**
 * Claims that no function changes; an attempt is passed over. UNVERIFIED: that it is no error. Source: "Pre token generation
 * Lambda trigger".
 */
const FIXED: ReadonlySet<string> = new Set(
  "acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti token_use sub event_id identities".split(" "),
)
const FIXED_IN: Readonly<Record<"id" | "access", ReadonlySet<string>>> = {
  id: new Set(["aud"]),
  access: new Set(["username", "client_id", "device_key", "version"]),
}

/** Groups and roles alone change, through what is made for them. */
const isFixed = (use: "id" | "access", name: string): boolean =>
  FIXED.has(name) || FIXED_IN[use].has(name) || name.startsWith("cognito:")

function mayAdd(use: "id" | "access", name: string, value: unknown, { client_id }: Claims): boolean {
  // Developer-only attributes may be taken out, and not put in.
  if (isFixed(use, name) || name.startsWith("dev:")) return false
  return use === "id" || name !== "aud" || value === client_id
}

/** The claims of a token as a function has changed them. To suppress is stronger than to add. */
export function changeClaims(use: "id" | "access", claims: Claims, { groups, ...changes }: TokenChanges): Claims {
  const { add, suppress, scopesToAdd, scopesToSuppress } = changes[use]
  const changed: Claims = { ...claims, ...(groups && groupClaims(use, groups)) }
  for (const [name, value] of Object.entries(add)) if (mayAdd(use, name, value, claims)) changed[name] = value
  for (const name of suppress) if (!isFixed(use, name)) changed[name] = undefined
  if (use === "access" && scopesToAdd.length + scopesToSuppress.length > 0)
    changed.scope = changeScopes(String(changed.scope ?? ""), scopesToAdd, scopesToSuppress)
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined))
}

const changeScopes = (scope: string, add: readonly string[], suppress: readonly string[]): string =>
  [...new Set([...scope.split(" "), ...add])].filter((one) => one !== "" && !suppress.includes(one)).join(" ")

/** Undefined takes a claim out. */
function groupClaims(use: "id" | "access", { groups, roles, preferredRole }: GroupChanges): Claims {
  const claims: Claims = { "cognito:groups": groups.length > 0 ? groups : undefined }
  if (use === "access") return claims
  return { ...claims, "cognito:roles": roles.length > 0 ? roles : undefined, "cognito:preferred_role": preferredRole }
}
