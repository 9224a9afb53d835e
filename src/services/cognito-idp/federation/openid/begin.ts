import { createHash } from "node:crypto"
import { randomBase64Url } from "../../../../base/random.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import type { AuthorizeRequest } from "../../hosted/authorize/request.ts"
import type { Hosted } from "../../hosted/hosted.ts"
import { levelsAtProvider } from "../../hosted/levels.ts"
import { redirect } from "../../hosted/responses.ts"
import type { IdentityProvider } from "../../identity-providers/record.ts"
import { sealFlow } from "../flow.ts"
import { kindOf } from "./parties.ts"

/** Where providers send the browser back to. Source: "User pool endpoints and managed login reference". */
export const callbackUrl = (hosted: Hosted): string => hosted.url("/oauth2/idpresponse")

/**
 * To the provider, with a state that this browser alone can bring back, a nonce that the ID token has to have and a challenge
 * that the code is bound to. Source: "How OIDC user pool IdP authentication works": the application's nonce is handed on, or
 * one is made.
 */
export async function beginOpenId(
  hosted: Hosted,
  request: AuthorizeRequest,
  provider: IdentityProvider,
): Promise<HttpResponse> {
  const { hasIdToken, hasPkce, postsAnswer } = kindOf(provider)
  const nonce = hasIdToken ? (request.nonce ?? randomBase64Url(24)) : undefined
  const codeVerifier = hasPkce ? randomBase64Url(32) : undefined
  const { state, cookies } = sealFlow(hosted, {
    provider: provider.name,
    ...(nonce !== undefined && { nonce }),
    ...(codeVerifier !== undefined && { codeVerifier }),
  })
  // "All but none are forwarded to an IdP", "Authorize endpoint".
  const prompt = [...request.prompt].filter((one) => one !== "none").join(" ")
  const parameters: Record<string, string | undefined> = {
    client_id: provider.details.client_id,
    redirect_uri: callbackUrl(hosted),
    scope: provider.details.authorize_scopes,
    response_type: "code",
    state,
    nonce,
    ...(codeVerifier !== undefined && { code_challenge: challengeOf(codeVerifier), code_challenge_method: "S256" }),
    ...(postsAnswer && { response_mode: "form_post" }),
    ...(prompt !== "" && { prompt }),
    ...(provider.type === "OIDC" && {
      login_hint: request.loginHint,
      acr_values: levelsAtProvider(hosted.pool, request, provider.acrMapping ?? {}),
    }),
  }
  const url = new URL(hosted.deps.loginEndpoints.rewrite(provider.details.authorize_url!))
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value)
  return redirect(hosted, url.href, cookies)
}

const challengeOf = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url")
