import type { PrincipalTagMap } from "../pools/pool.ts"

/**
 * The session tags that a pool gives its members from their claims. Claims that are not there give no tag.
 * Source: Cognito Developer Guide, "Using attributes for access control": the default mappings are `username` to `sub`
 * and `client` to `aud`.
 */
const DEFAULTS: Readonly<Record<string, string>> = { username: "sub", client: "aud" }

/** Source: STS API Reference, "Tag": keys of up to 128 characters, values of up to 256. */
const VALUE_LENGTH_AT_MOST = 256

export function principalTags(
  map: PrincipalTagMap | undefined,
  claims: Readonly<Record<string, unknown>>,
): Record<string, string> | undefined {
  if (map === undefined) return undefined
  const mapping = map.useDefaults ? DEFAULTS : map.tags
  const tags: [string, string][] = []
  for (const [tag, claim] of Object.entries(mapping)) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined
    if (value === undefined || value === null) continue
    const text = Array.isArray(value) ? value.join(",") : String(value)
    if (text.length <= VALUE_LENGTH_AT_MOST) tags.push([tag, text])
  }
  return Object.fromEntries(tags)
}

/** What `UseDefaults` stands for, as GetPrincipalTagAttributeMap shows it. */
export const defaultPrincipalTags = (): Record<string, string> => ({ ...DEFAULTS })
