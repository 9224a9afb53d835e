import type { CreateIdentityPoolCommandInput, IdentityPool } from "@aws-sdk/client-cognito-identity"
import { invalidParameter, reservedTagKey, tooManyTags, tooManyUserPools } from "../errors.ts"
import type { PoolSettings } from "./pool.ts"

/** Source: Cognito Developer Guide, "Quotas in Amazon Cognito identity pools". */
const TAGS_AT_MOST = 50
const USER_POOLS_AT_MOST = 50

export function assertTags(tags: Readonly<Record<string, string>>): void {
  const keys = Object.keys(tags)
  if (keys.length > TAGS_AT_MOST) throw tooManyTags()
  if (keys.some((key) => /^aws:/i.test(key))) throw reservedTagKey()
}

/** The settings as they are kept and shown: what was not given is absent, and the two switches are always there. */
export function settingsOf(input: CreateIdentityPoolCommandInput | IdentityPool): PoolSettings {
  const tags = input.IdentityPoolTags ?? {}
  assertTags(tags)
  assertProviders(input)
  return {
    IdentityPoolName: input.IdentityPoolName,
    AllowUnauthenticatedIdentities: input.AllowUnauthenticatedIdentities ?? false,
    ...(input.AllowClassicFlow !== undefined && { AllowClassicFlow: input.AllowClassicFlow }),
    ...(notEmpty(input.SupportedLoginProviders) && { SupportedLoginProviders: input.SupportedLoginProviders }),
    ...(input.DeveloperProviderName !== undefined && { DeveloperProviderName: input.DeveloperProviderName }),
    ...(notEmpty(input.OpenIdConnectProviderARNs) && { OpenIdConnectProviderARNs: input.OpenIdConnectProviderARNs }),
    ...(notEmpty(input.CognitoIdentityProviders) && {
      CognitoIdentityProviders: input.CognitoIdentityProviders!.map((provider) => ({
        ...provider,
        ServerSideTokenCheck: provider.ServerSideTokenCheck ?? false,
      })),
    }),
    ...(notEmpty(input.SamlProviderARNs) && { SamlProviderARNs: input.SamlProviderARNs }),
    IdentityPoolTags: tags,
  }
}

const notEmpty = (value: object | undefined): boolean => value !== undefined && Object.keys(value).length > 0

/** The key of a user pool is its provider name, without scheme; its text was recorded in 2019. UNVERIFIED: the others. */
function assertProviders({
  CognitoIdentityProviders,
  SupportedLoginProviders,
  OpenIdConnectProviderARNs,
  SamlProviderARNs,
}: CreateIdentityPoolCommandInput | IdentityPool) {
  if ((CognitoIdentityProviders?.length ?? 0) > USER_POOLS_AT_MOST) throw tooManyUserPools(USER_POOLS_AT_MOST)
  for (const { ProviderName, ClientId } of CognitoIdentityProviders ?? []) {
    if (!ProviderName || !/^cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[\w-]+_[0-9a-zA-Z]+$/.test(ProviderName))
      throw invalidParameter("Invalid Cognito Identity Provider", {
        check: "ProviderName",
        found: ProviderName ?? null,
      })
    if (!ClientId) throw invalidParameter("Invalid Cognito Identity Provider", { check: "ClientId", found: null })
  }
  for (const name of Object.keys(SupportedLoginProviders ?? {}))
    if (!PUBLIC_PROVIDERS.has(name)) throw invalidParameter(`Invalid login provider: ${name}`)
  for (const arn of OpenIdConnectProviderARNs ?? [])
    if (!/^arn:aws:iam::\d{12}:oidc-provider\/./.test(arn))
      throw invalidParameter(`Invalid OpenId Connect provider: ${arn}`)
  for (const arn of SamlProviderARNs ?? [])
    if (!/^arn:aws:iam::\d{12}:saml-provider\/./.test(arn)) throw invalidParameter(`Invalid SAML provider: ${arn}`)
}

/** Source: Cognito Developer Guide, "Identity pools third-party identity providers". */
export const PUBLIC_PROVIDERS: ReadonlySet<string> = new Set([
  "accounts.google.com",
  "api.twitter.com",
  "appleid.apple.com",
  "graph.facebook.com",
  "www.amazon.com",
  "www.digits.com",
])
