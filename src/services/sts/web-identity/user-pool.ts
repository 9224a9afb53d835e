import type { Deps } from "../../../call.ts"
import { audiencesOf, OpenIdTokenError, type UnverifiedToken } from "../../../federation/openid/token.ts"
import { UserPoolTokenError, verifyIdToken } from "../../cognito-idp/service.ts"

/**
 * The audience of an ID token of a user pool of this server, once it is verified; undefined for anybody else's tokens.
 *
 * Our pools sign under AWS's own issuer URLs, where nobody would find their keys.
 */
export async function findUserPoolAudience(
  deps: Pick<Deps, "store" | "masterKey" | "clock">,
  { text, issuer, claims }: UnverifiedToken,
  clientIds: readonly string[],
): Promise<string | undefined> {
  if (!/^https:\/\/(?:issuer-)?cognito-idp\.[a-z0-9-]+\.amazonaws\.com\//.test(issuer)) return undefined
  const found = audiencesOf(claims)
  const audience = found.find((value) => clientIds.includes(value))
  if (audience === undefined) throw new OpenIdTokenError("audience", { expected: clientIds, found })
  try {
    await verifyIdToken(deps, text)
    return audience
  } catch (error) {
    if (!(error instanceof UserPoolTokenError)) throw error
    if (error.reason === "unknown-pool") return undefined
    throw new OpenIdTokenError(error.reason === "expired" ? "expired" : "signature", error.details)
  }
}
