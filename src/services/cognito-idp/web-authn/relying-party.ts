import { siteUrl } from "../../../base/endpoint.ts"
import type { Deps } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import { domainsOf } from "../domains/record.ts"
import { invalidParameter } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"

/** Whether people of the pool may begin a sign-in with a passkey. Source: SignInPolicyType. */
export const takesPasskeys = ({ settings }: UserPool): boolean =>
  settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors?.includes("WEB_AUTHN") ?? false

/** Whether a passkey that verified its user counts as both factors. Source: WebAuthnConfigurationType. */
export const countsAsBothFactors = ({ mfa }: UserPool): boolean =>
  mfa.WebAuthnConfiguration?.FactorConfiguration === "MULTI_FACTOR_WITH_USER_VERIFICATION"

/**
 * The name that the pool's passkeys are bound to: what SetUserPoolMfaConfig says, else the pool's own domain, else its
 * prefix domain as it is reached here; undefined where there is none of them. Source: "Authentication flows", passkeys.
 */
export async function findRelyingPartyId(
  tx: Reading,
  { endpoint }: Pick<Deps, "endpoint">,
  pool: UserPool,
): Promise<string | undefined> {
  const configured = pool.mfa.WebAuthnConfiguration?.RelyingPartyId
  if (configured !== undefined) return configured
  const domains = await domainsOf(tx, pool.id)
  const custom = domains.find(({ kind }) => kind === "custom")
  const [domain] = domains
  if (custom) return custom.domain
  return domain && new URL(siteUrl(endpoint, `${domain.domain}.auth.${domain.region}`)).hostname
}

/** A name of labels that no browser takes for an address; a single label is a public suffix, but for this machine's own. */
export function assertRelyingPartyId(id: string): void {
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
  const isName = new RegExp(`^(?:localhost|(?:${label}\\.)+(?=[a-z0-9-]*[a-z])${label})$`).test(id)
  if (!isName) throw invalidParameter(`Relying party ID ${id} is not a domain name.`) // UNVERIFIED text
}

/**
 * Whether a page of this origin may use passkeys of the relying party: it is of that name or below it, and came by https.
 * Browsers take what is of this machine (`localhost` and the names below it) for as safe by http. Of an Android app its
 * system has verified that the name's owner has published it. Source: WebAuthn Level 3, 5.1.3 and 13.4.9; "Secure Contexts".
 */
export function isOriginOf(relyingPartyId: string, origin: string): boolean {
  if (origin.startsWith("android:apk-key-hash:")) return true
  if (!URL.canParse(origin)) return false
  const { protocol, hostname, origin: parsed } = new URL(origin)
  if (parsed !== origin) return false
  if (hostname !== relyingPartyId && !hostname.endsWith(`.${relyingPartyId}`)) return false
  const isOfThisMachine = hostname === "localhost" || hostname.endsWith(".localhost")
  return protocol === "https:" || (protocol === "http:" && isOfThisMachine)
}
