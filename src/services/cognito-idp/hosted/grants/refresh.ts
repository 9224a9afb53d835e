import { WireError } from "../../../../wire/errors.ts"
import { tracksDevices } from "../../devices/record.ts"
import { getRefreshToken, isRotating, renew, rotate } from "../../sign-in/refresh.ts"
import { refusedProgram } from "../errors.ts"
import { answerOf, getParameter, type TokenAnswer, type TokenRequest } from "./request.ts"

/** `grant_type=refresh_token`: of sign-ins here and, in pools that track no devices, by the API. */
export async function refresh(request: TokenRequest): Promise<TokenAnswer> {
  const { hosted, client } = request
  const { deps, pool } = hosted
  const text = getParameter(request, "refresh_token")
  try {
    const found = await getRefreshToken(deps, pool, client, text, undefined)
    if (!found.token.signIn.granted && tracksDevices(pool))
      throw refusedProgram("invalid_grant", {
        check: "refresh token",
        expected: "one of the sign-in pages, in a pool that tracks devices",
        found: "one of the API",
      })
    const tokens = await renew(deps, { deps, pool, clientId: client.id }, client, found)
    return answerOf(tokens, isRotating(client) ? await rotate(deps, pool, client, found.token) : undefined)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    // A token that is none, was revoked, is too old or was rotated away. Triggers that refuse say so here, too (UNVERIFIED).
    throw refusedProgram("invalid_grant", { check: "refresh token", found: `${error.code}: ${error.message}` })
  }
}
