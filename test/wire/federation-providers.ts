import { CLIENT_ID, CLIENT_SECRET, type ForeignProvider } from "../harness/foreign-openid.ts"

/** An OpenID provider of the pool, found by its discovery document. */
export const corpOf = (provider: ForeignProvider, name = "Corp") => ({
  ProviderName: name,
  ProviderType: "OIDC" as const,
  ProviderDetails: {
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    oidc_issuer: provider.issuer,
    attributes_request_method: "GET",
    authorize_scopes: "openid email profile",
  },
  AttributeMapping: {
    username: "sub",
    email: "email",
    email_verified: "email_verified",
    name: "name",
  },
})
