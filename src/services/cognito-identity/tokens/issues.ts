import type { TokenIssuer } from "../../../service.ts"
import { ISSUER, verifyOpenIdToken } from "./open-id-token.ts"

/** The tokens of GetOpenIdToken, as AssumeRoleWithWebIdentity takes them. */
export const issues: TokenIssuer = {
  isIssuer: (issuer) => issuer === ISSUER,
  async verify(token, deps) {
    const verified = await verifyOpenIdToken(deps, token)
    if ("fault" in verified) return { ...verified, because: { check: verified.fault } }
    const { identityId, poolId, account, amr, tags } = verified
    return { subject: identityId, audience: poolId, account, amr, ...(tags && { tags }) }
  },
}
