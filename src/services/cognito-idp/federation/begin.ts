import type { HttpResponse } from "../../../wire/http.ts"
import type { AuthorizeRequest } from "../hosted/authorize/request.ts"
import { callbackError } from "../hosted/callback.ts"
import type { Hosted } from "../hosted/hosted.ts"
import type { IdentityProvider } from "../identity-providers/record.ts"
import { beginOpenId } from "./openid/begin.ts"
import { beginSaml } from "./saml/begin.ts"
import { freshProvider } from "./saml/metadata.ts"

/** Sends the browser to a provider, which sends it back to `/oauth2/idpresponse` or `/saml2/idpresponse`. */
export async function beginFederation(
  hosted: Hosted,
  request: AuthorizeRequest,
  stored: IdentityProvider,
): Promise<HttpResponse> {
  const provider = stored.type === "SAML" ? await freshProvider(hosted, stored) : stored
  assertSettled(request, provider)
  return provider.type === "SAML" ? beginSaml(hosted, request, provider) : beginOpenId(hosted, request, provider)
}

/** Providers that were made before people could sign in by them lack what is read when one is made now. */
function assertSettled(request: AuthorizeRequest, { name, type, details, encryption }: IdentityProvider): void {
  const lacking =
    type === "SAML"
      ? !details.SSORedirectBindingURI || (details.EncryptedResponses === "true" && !encryption)
      : !details.authorize_url || !details.token_url
  if (lacking)
    throw callbackError(request, "server_error", undefined, {
      check: "settings of the provider",
      expected: "endpoints or metadata: UpdateIdentityProvider with the same ProviderDetails reads them",
      found: name,
    })
}
