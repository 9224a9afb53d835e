import type { IdentityProviderTypeType } from "@aws-sdk/client-cognito-identity-provider"
import { invalidParameter } from "../errors.ts"

export type Details = Record<string, string>

/** What a provider of each type must be given, and what AWS adds to it. */
interface ProviderKind {
  required: readonly string[]
  /** Source: the `ProviderDetails` examples of each type in CreateIdentityProvider, their answers. */
  added: Details
}

const SOCIAL = ["client_id", "client_secret", "authorize_scopes"]

const KINDS: Record<IdentityProviderTypeType, ProviderKind> = {
  Google: {
    required: SOCIAL,
    added: {
      attributes_url: "https://people.googleapis.com/v1/people/me?personFields=",
      attributes_url_add_attributes: "true",
      authorize_url: "https://accounts.google.com/o/oauth2/v2/auth",
      oidc_issuer: "https://accounts.google.com",
      token_request_method: "POST",
      token_url: "https://www.googleapis.com/oauth2/v4/token",
    },
  },
  Facebook: {
    required: SOCIAL,
    added: {
      api_version: "v17.0",
      attributes_url: "https://graph.facebook.com/v17.0/me?fields=",
      attributes_url_add_attributes: "true",
      authorize_url: "https://www.facebook.com/v17.0/dialog/oauth",
      token_request_method: "GET",
      token_url: "https://graph.facebook.com/v17.0/oauth/access_token",
    },
  },
  LoginWithAmazon: {
    required: SOCIAL,
    added: {
      attributes_url: "https://api.amazon.com/user/profile",
      attributes_url_add_attributes: "false",
      authorize_url: "https://www.amazon.com/ap/oa",
      token_request_method: "POST",
      token_url: "https://api.amazon.com/auth/o2/token",
    },
  },
  SignInWithApple: {
    required: ["client_id", "team_id", "key_id", "authorize_scopes"],
    added: {
      attributes_url_add_attributes: "false",
      authorize_url: "https://appleid.apple.com/auth/authorize",
      oidc_issuer: "https://appleid.apple.com",
      token_request_method: "POST",
      token_url: "https://appleid.apple.com/auth/token",
    },
  },
  OIDC: {
    required: ["client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"],
    added: { attributes_url_add_attributes: "false" },
  },
  SAML: { required: [], added: {} },
}

/** The details with what AWS adds; throws where something is missing. */
export function completeDetails(type: IdentityProviderTypeType, given: Details): Details {
  const { required, added } = KINDS[type]
  if (!required.every((name) => given[name])) throw invalidParameter(missing(required))
  if (type === "SAML" && !given.MetadataURL && !given.MetadataFile)
    throw invalidParameter("Either MetadataURL or MetadataFile is required for a SAML provider.") // UNVERIFIED text
  return { ...(type === "Facebook" && given.api_version ? versioned(added, given.api_version) : added), ...given }
}

/** Facebook's addresses have the version in them. */
function versioned(added: Details, version: string): Details {
  if (!/^v\d{1,3}\.\d{1,2}$/.test(version)) throw invalidParameter("api_version is not valid.") // UNVERIFIED text
  const entries = Object.entries(added).map(([name, value]) => [name, value.replace("/v17.0/", `/${version}/`)])
  return Object.fromEntries(entries)
}

/** `client_id, client_secret and authorize_scopes are all required idp details`: the text is in amplify-cli issue 8266. */
const missing = (names: readonly string[]): string =>
  `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are all required idp details`

/** Social providers are named after their type. Source: CreateIdentityProvider, ProviderName. */
export const isNamedAsItsType = (type: IdentityProviderTypeType): boolean => type !== "SAML" && type !== "OIDC"

/** Without a mapping the subject alone is taken. UNVERIFIED for SAML, which gets none. */
export const standardMapping = (type: IdentityProviderTypeType): Record<string, string> =>
  type === "SAML" ? {} : { username: type === "LoginWithAmazon" ? "user_id" : type === "Facebook" ? "id" : "sub" }
