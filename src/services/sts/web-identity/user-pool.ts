import { nowInSeconds } from "../../../base/clock.ts"
import type { Deps } from "../../../call.ts"
import { audiencesOf, OpenIdTokenError, type UnverifiedToken } from "../../../federation/openid/token.ts"

/** The audience of an ID token of a user pool of this server, once it is verified; undefined for anybody else's tokens. */
export async function findUserPoolAudience(
  { peers, clock }: Pick<Deps, "peers" | "clock">,
  { text, issuer, claims }: UnverifiedToken,
  clientIds: readonly string[],
  graceSeconds: number,
): Promise<string | undefined> {
  const verdict = await peers.verifyToken(issuer, text)
  if (!verdict) return undefined
  const found = audiencesOf(claims)
  const audience = found.find((value) => clientIds.includes(value))
  if (audience === undefined) throw new OpenIdTokenError("audience", { expected: clientIds, found })
  // Of a token that is right otherwise.
  const isInGrace = verdict.fault === "expired" && nowInSeconds(clock) < verdict.expiredAt + graceSeconds
  if (verdict.fault && !isInGrace)
    throw new OpenIdTokenError(verdict.fault === "expired" ? "expired" : "signature", verdict.because)
  return audience
}
