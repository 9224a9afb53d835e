import type { TokenIssuer } from "../../../service.ts"
import { parseIssuer } from "./issuer.ts"
import { UserPoolTokenError, verifyIdToken } from "./verify.ts"

/** The ID tokens of user pools. They are signed under AWS's own issuer URLs, where nobody would find their keys. */
export const issues: TokenIssuer = {
  isIssuer: (issuer) => parseIssuer(issuer) !== undefined,
  async verify(token, deps) {
    try {
      const { sub, clientId } = await verifyIdToken(deps, token)
      return { subject: sub, audience: clientId }
    } catch (error) {
      if (!(error instanceof UserPoolTokenError)) throw error
      const { reason, details } = error
      if (reason === "unknown-pool") return undefined
      return reason === "expired"
        ? { fault: "expired", expiredAt: Number(details.expiresAt), because: details }
        : { fault: "invalid", because: details }
    }
  },
}
