import { nowInSeconds } from "../../../base/clock.ts"
import type { ProviderSession } from "../../../federation/saml/requests.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { finishHosted } from "../hosted/finish.ts"
import { admitForeigner } from "./admit.ts"
import type { Resumed } from "./flow.ts"
import type { Foreigner } from "./foreigner.ts"

/**
 * Signs somebody in whom a provider vouches for. Where the application sent no nonce, the ID token has the one that was made
 * for the provider. Source: "Understanding the identity (ID) token", nonce.
 */
export async function finishForeign(
  { hosted, request }: Resumed,
  foreigner: Foreigner,
  nonce: string | undefined,
  providerSession?: ProviderSession,
): Promise<HttpResponse> {
  const { deps, pool } = hosted
  const user = await admitForeigner({ deps, pool, client: request.client }, foreigner)
  return finishHosted(hosted, nonce === undefined ? request : { ...request, nonce }, {
    user,
    provider: foreigner.provider.name,
    amr: ["fed", ...(foreigner.amr ?? [])],
    ...(foreigner.level && { level: foreigner.level }),
    authTimeSeconds: nowInSeconds(deps.clock),
    ...(providerSession && { providerSession }),
  })
}
