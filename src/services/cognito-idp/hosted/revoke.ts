import type { HttpResponse } from "../../../wire/http.ts"
import { parseJwt } from "../tokens/jwt.ts"
import { findRefreshToken, hashToken, revokeSignIn } from "../tokens/refresh-tokens.ts"
import { HostedError, refusedProgram } from "./errors.ts"
import { authenticateClient } from "./grants/client.ts"
import { getParameter } from "./grants/request.ts"
import type { Hosted } from "./hosted.ts"
import { programHeaders } from "./responses.ts"

/**
 * `/oauth2/revoke`: ends the sign-in of a refresh token. One that is unknown is as good as revoked. Source: "The token revocation
 * endpoint".
 */
export async function revoke(hosted: Hosted): Promise<HttpResponse> {
  const { deps, pool, form } = hosted
  const client = await authenticateClient(hosted, 401)
  const token = getParameter({ form: form ?? new URLSearchParams() }, "token")
  if (client.settings.EnableTokenRevocation === false)
    throw refusedProgram("invalid_request", {
      check: "settings of the OAuth client",
      expected: "EnableTokenRevocation",
      found: false,
    })
  if (parseJwt(token))
    throw refusedProgram("unsupported_token_type", { check: "token", expected: "a refresh token", found: "another" })
  await deps.store.transact(async (tx) => {
    const found = await findRefreshToken(tx, pool.id, hashToken(token))
    if (!found) return
    if (found.clientId !== client.id)
      throw new HostedError({ is: "json", status: 401 }, "invalid_client", undefined, {
        check: "refresh token",
        expected: "one of this client's",
        found: "another client's",
      })
    await revokeSignIn(tx, pool.id, found.signIn.eventId)
  })
  return { status: 200, headers: programHeaders(hosted), body: undefined }
}
