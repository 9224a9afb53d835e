import { invalidConfiguration } from "../errors.ts"
import type { PrincipalTagMap } from "../pools/pool.ts"

/**
 * The session tags that a pool gives its members from their claims. Claims that are not there give no tag.
 * Source: Cognito Developer Guide, "Using attributes for access control": the default mappings are `username` to `sub`
 * and `client` to `aud`.
 */
const DEFAULTS: Readonly<Record<string, string>> = { username: "sub", client: "aud" }

/** Source: STS API Reference, "Tag". */
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

/** Undefined where the provider has no map. A claim that cannot be a tag's value is refused: STS would not take it. */
export function principalTags(
  map: PrincipalTagMap | undefined,
  claims: Readonly<Record<string, unknown>>,
): Record<string, string> | undefined {
  if (map === undefined) return undefined
  const mapping = map.useDefaults ? DEFAULTS : map.tags
  const tags: [string, string][] = []
  for (const [tag, claim] of Object.entries(mapping)) {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined
    const texts = (Array.isArray(value) ? value : [value]).filter((one) => one !== undefined && one !== null)
    if (texts.length === 0) continue
    const text = texts.length === 1 && typeof texts[0] !== "object" ? String(texts[0]) : undefined
    if (text === undefined || !VALUE.test(text))
      throw invalidConfiguration({ check: "the claim can be the value of a session tag", tag, claim, found: value })
    tags.push([tag, text])
  }
  return Object.fromEntries(tags)
}

/** What `UseDefaults` stands for, as GetPrincipalTagAttributeMap shows it. */
export const defaultPrincipalTags = (): Record<string, string> => ({ ...DEFAULTS })
