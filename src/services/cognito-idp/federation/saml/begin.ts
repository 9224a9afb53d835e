import { formatAuthnRequest, redirectUrl } from "../../../../federation/saml/requests.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import type { AuthorizeRequest } from "../../hosted/authorize/request.ts"
import type { Hosted } from "../../hosted/hosted.ts"
import { redirect } from "../../hosted/responses.ts"
import type { IdentityProvider } from "../../identity-providers/record.ts"
import { sealFlow } from "../flow.ts"
import { acsUrlOf, entityIdOf, newRequestId, requestKeyFor } from "./service-provider.ts"

/**
 * To the provider with an AuthnRequest, by the HTTP redirect binding. Source: "SAML session initiation in Amazon Cognito user
 * pools"; `prompt=login` asks for a new sign-in there.
 */
export async function beginSaml(
  hosted: Hosted,
  request: AuthorizeRequest,
  provider: IdentityProvider,
): Promise<HttpResponse> {
  const id = newRequestId()
  const destination = hosted.deps.loginEndpoints.rewrite(provider.details.SSORedirectBindingURI!)
  const text = formatAuthnRequest({
    id,
    issuedAt: hosted.deps.clock.now(),
    issuer: entityIdOf(hosted),
    destination: provider.details.SSORedirectBindingURI!,
    acsUrl: acsUrlOf(hosted),
    forcesAuthn: request.prompt.has("login"),
  })
  const { state, cookies } = sealFlow(hosted, { provider: provider.name, requestId: id })
  return redirect(hosted, redirectUrl(destination, text, state, await requestKeyFor(hosted, provider)), cookies)
}
