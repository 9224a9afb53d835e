import type { Deps } from "../../../../call.ts"
import { readProfile } from "../../../../federation/openid/plain-oauth.ts"
import { ProviderError } from "../../../../federation/openid/provider-error.ts"
import { type PartyTokens, readUserInfo } from "../../../../federation/openid/relying-party.ts"
import type { IdentityProvider } from "../../identity-providers/record.ts"
import { kindOf, partyOf } from "./parties.ts"

type ProfileDeps = Pick<Deps, "outgoing" | "loginEndpoints" | "clock">
type Profile = Record<string, unknown>

/** What a provider without ID tokens says of a person, by its own API. */
export async function readSocialProfile(
  deps: ProfileDeps,
  provider: IdentityProvider,
  accessToken: string,
): Promise<{ subject: string; profile: Profile }> {
  const { subject: claim } = kindOf(provider)
  const names = [...new Set([claim, ...mappedClaims(provider)])]
  const profile = await readProfile(deps, urlWith(provider, names), accessToken)
  const subject = profile[claim]
  if (typeof subject !== "string" || subject === "") throw new ProviderError("profile invalid", { why: `no ${claim}` })
  return { subject, profile }
}

/** What an OpenID provider says of a person beside the ID token; nothing where it has nowhere to ask. */
export async function readOpenIdProfile(
  deps: ProfileDeps,
  provider: IdentityProvider,
  tokens: PartyTokens,
): Promise<Profile> {
  const { details } = provider
  if (provider.type === "Google") return readPeople(deps, provider, tokens)
  if (provider.type !== "OIDC" || !details.attributes_url) return {}
  const method = details.attributes_request_method === "POST" ? "POST" : "GET"
  return readUserInfo(deps, partyOf(provider), { url: details.attributes_url, method }, tokens)
}

/** What is mapped, our own names for tokens aside. */
const mappedClaims = ({ mapping }: IdentityProvider): string[] =>
  Object.values(mapping).filter((claim) => claim !== "access_token" && claim !== "id_token")

/** Facebook and Google are told in the URL which attributes are wanted. */
function urlWith({ details }: IdentityProvider, names: readonly string[]): string {
  const url = details.attributes_url!
  return details.attributes_url_add_attributes === "true" ? url + names.map(encodeURIComponent).join(",") : url
}

/** Source: Google, "People API", people.get, personFields. */
const PERSON_FIELDS = new Set(
  "addresses ageRanges biographies birthdays calendarUrls clientData coverPhotos emailAddresses events externalIds genders imClients interests locales locations memberships metadata miscKeywords names nicknames occupations organizations phoneNumbers photos relations sipAddresses skills urls userDefined".split(
    " ",
  ),
)

/**
 * Of Google the People API is asked for what only it has. Of each field the primary entry counts; UNVERIFIED: how AWS makes one
 * value of an entry.
 */
async function readPeople(deps: ProfileDeps, provider: IdentityProvider, tokens: PartyTokens): Promise<Profile> {
  const fields = [...new Set(mappedClaims(provider))].filter((name) => PERSON_FIELDS.has(name))
  if (fields.length === 0) return {}
  const person = await readProfile(deps, urlWith(provider, fields), tokens.accessToken)
  return Object.fromEntries(fields.map((field) => [field, valueOfEntry(person[field])]))
}

interface Entry {
  metadata?: { primary?: boolean }
  value?: unknown
  displayName?: unknown
  formattedValue?: unknown
  text?: unknown
}

function valueOfEntry(entries: unknown): unknown {
  if (!Array.isArray(entries) || entries.length === 0) return undefined
  const all = entries as Entry[]
  const { metadata: _, ...entry } = all.find(({ metadata }) => metadata?.primary) ?? all[0]!
  return entry.value ?? entry.displayName ?? entry.formattedValue ?? entry.text ?? entry
}
