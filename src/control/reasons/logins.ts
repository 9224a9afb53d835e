import { type Refused, show, type Words, type WordsByCheck } from "./reason.ts"

const whose = ({ facts }: Refused): string => (facts.login === undefined ? "" : ` of ${facts.login}`)

/** Where `expected` and `found` say all. */
const held =
  (what: (refused: Refused) => string, advice: string): Words =>
  (refused) => ({
    what: what(refused),
    ...(refused.facts.expected !== undefined && { expected: show(refused.facts.expected) }),
    ...(refused.facts.found !== undefined && { came: show(refused.facts.found) }),
    advice,
  })

const NEW_TOKEN = "Sign in again, or refresh the tokens, and send the new one."
const time = (seconds: unknown): string =>
  typeof seconds === "number" ? new Date(seconds * 1000).toISOString() : show(seconds)

const expired: Words = (refused) => ({
  what: `The login token${whose(refused)} has expired.`,
  expected: `a token that is good at ${new Date(refused.call.time).toISOString()}`,
  ...(refused.facts.exp !== undefined && { came: `one that was good until ${time(refused.facts.exp)}` }),
  advice: NEW_TOKEN,
})

const audience = held(
  (refused) => `The login token${whose(refused)} was made for another application.`,
  "Sign in with a client that the pool (or the provider in IAM) names, or add the client id there.",
)

/** Tokens that others signed, where identity pools and STS take them. */
export const LOGIN_WORDS: WordsByCheck = {
  malformed: (refused) => ({
    what: `The login token${whose(refused)} is no JSON Web Token.`,
    expected: "an ID token: three pieces of base64url, separated by dots",
    ...(refused.facts.claims !== undefined && { came: show(refused.facts.claims) }),
    advice: "Send the ID token (IdToken), not the access token or a code.",
  }),
  "missing claim": (refused) => ({
    what: `The login token${whose(refused)} lacks a claim.`,
    expected: `the claim ${show(refused.facts.claim)}`,
    came:
      refused.facts.token_use === undefined
        ? "a token without it"
        : `a token whose token_use is ${refused.facts.token_use}`,
    advice: "Send the ID token (IdToken), not the access token.",
  }),
  issuer: held(
    (refused) => `The login token${whose(refused)} was issued by another than the name in Logins says.`,
    "The name in Logins is the issuer without https://: cognito-idp.REGION.amazonaws.com/POOL-ID of a user pool.",
  ),
  audience,
  aud: audience,
  expired,
  exp: expired,
  "too old": (refused) => ({
    what: `The login token${whose(refused)} was issued too long ago.`,
    came: `one of ${time(refused.facts.iat)}`,
    advice: NEW_TOKEN,
  }),
  "not yet valid": (refused) => ({
    what: `The login token${whose(refused)} is not valid yet.`,
    came: `one that is valid from ${time(refused.facts.nbf)}`,
    advice: "Compare the clocks of the provider and of this server ('hallpass clock').",
  }),
  signature: (refused) => ({
    what: `The login token${whose(refused)} is not signed by a key of its issuer.`,
    expected: "a signature that the issuer's published keys verify",
    came: "another one",
    advice:
      "Send the token as it was issued. A pool that was deleted and made anew, or a server started anew with --memory, has new keys.",
  }),
  "no key": (refused) => ({
    what: `The issuer${whose(refused)} publishes no key that the login token names.`,
    advice: "Look at the provider's jwks_uri: it must be reachable from here and hold the key with the token's kid.",
  }),
  unreachable: (refused) => ({
    what: `The provider${whose(refused)} could not be reached for its keys.`,
    ...(refused.facts.why !== undefined && { came: show(refused.facts.why) }),
    advice:
      "Look whether this server reaches it; --login-endpoint NAME=URL says where else it is, --allow-http-issuers lets http be.",
  }),
  "the provider answers": (refused) => ({
    what: `The login provider${whose(refused)} did not answer well.`,
    came: show(refused.facts.why ?? `status ${refused.facts.status}`),
    advice: "Look whether this server reaches it; --login-endpoint NAME=URL says where else it is.",
  }),
  "provider of the pool": (refused) => ({
    what: `The identity pool knows no provider ${show(refused.facts.login)}.`,
    expected: `one of ${show(refused.facts.supported)}`,
    came: show(refused.facts.login),
    advice: "Add the provider to the pool (UpdateIdentityPool), or name in Logins one that it has.",
  }),
  AllowUnauthenticatedIdentities: () => ({
    what: "The identity pool lets no guests in, and the request had no login.",
    expected: "a token in Logins",
    came: "none",
    advice: "Send the ID token in Logins; or let guests in: AllowUnauthenticatedIdentities of the pool.",
  }),
  AllowClassicFlow: () => ({
    what: "The identity pool does not take the basic (classic) flow.",
    advice:
      "Call GetCredentialsForIdentity in place of GetOpenIdToken and AssumeRoleWithWebIdentity, or set AllowClassicFlow.",
  }),
  "the identity is not disabled": (refused) => ({
    what: `The identity ${show(refused.facts.identityId)} is disabled.`,
    advice: "Its logins were merged into another identity: GetId gives that one's id.",
  }),
}
