import type { IdentityProviderTypeType } from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../../call.ts"
import { createAppleSecret, parseAppleKey } from "../../../../federation/openid/apple.ts"
import type { OpenIdParty } from "../../../../federation/openid/relying-party.ts"
import type { IdentityProvider } from "../../identity-providers/record.ts"

/** What the providers of a type know of OAuth 2.0 and OpenID Connect. */
interface PartyKind {
  hasIdToken: boolean
  /** Google and OpenID providers at large; Amazon documents it, Apple and Facebook do not for this flow. */
  hasPkce: boolean
  /** The claim that a person is known by. Source: "Mapping IdP attributes to profiles and tokens". */
  subject: string
  /** Where the keys of ID tokens are that the provider's settings do not name. */
  keysUrl?: string
  /** Answers by a form that it posts. Source: Apple, "Sign in with Apple JS", `response_mode`: needed with any scope. */
  postsAnswer?: boolean
}

const KINDS: Readonly<Record<Exclude<IdentityProviderTypeType, "SAML">, PartyKind>> = {
  OIDC: { hasIdToken: true, hasPkce: true, subject: "sub" },
  Google: {
    hasIdToken: true,
    hasPkce: true,
    subject: "sub",
    keysUrl: "https://www.googleapis.com/oauth2/v3/certs",
  },
  SignInWithApple: {
    hasIdToken: true,
    hasPkce: false,
    subject: "sub",
    keysUrl: "https://appleid.apple.com/auth/keys",
    postsAnswer: true,
  },
  Facebook: { hasIdToken: false, hasPkce: false, subject: "id" },
  LoginWithAmazon: { hasIdToken: false, hasPkce: true, subject: "user_id" },
}

export const kindOf = ({ type }: IdentityProvider): PartyKind => KINDS[type as keyof typeof KINDS]

export const partyOf = (provider: IdentityProvider): OpenIdParty => {
  const { details, answersWithIssuer = false } = provider
  return {
    // Those without ID tokens have no issuer, and are known by where they are.
    issuer: details.oidc_issuer ?? new URL(details.authorize_url!).origin,
    clientId: details.client_id!,
    clientSecret: details.client_secret,
    tokenUrl: details.token_url!,
    keysUrl: details.jwks_uri ?? kindOf(provider).keysUrl,
    answersWithIssuer,
  }
}

/** The party as it proves itself to the provider: to Apple by a token that it signs. */
export async function provenPartyOf(provider: IdentityProvider, { clock }: Pick<Deps, "clock">): Promise<OpenIdParty> {
  const party = partyOf(provider)
  if (provider.type !== "SignInWithApple") return party
  const { team_id, key_id, client_id, private_key = "" } = provider.details
  const key = parseAppleKey(private_key)
  if (!key) return party
  const secret = { teamId: team_id!, keyId: key_id!, clientId: client_id!, key }
  return { ...party, clientSecret: await createAppleSecret(clock, secret) }
}
