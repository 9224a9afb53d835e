import type { HttpResponse } from "../../../wire/http.ts"
import type { AuthorizeRequest } from "../hosted/authorize/request.ts"
import type { Hosted } from "../hosted/hosted.ts"
import type { IdentityProvider } from "../identity-providers/record.ts"
import { beginOpenId } from "./openid/begin.ts"
import { beginSaml } from "./saml/begin.ts"

/** Sends the browser to a provider, which sends it back to `/oauth2/idpresponse` or `/saml2/idpresponse`. */
export const beginFederation = (
  hosted: Hosted,
  request: AuthorizeRequest,
  provider: IdentityProvider,
): Promise<HttpResponse> =>
  provider.type === "SAML" ? beginSaml(hosted, request, provider) : beginOpenId(hosted, request, provider)
