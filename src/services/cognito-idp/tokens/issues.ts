import type { TokenIssuer } from "../../../service.ts"
import { userPoolArn } from "../access.ts"
import { parseIssuer } from "./issuer.ts"
import { UserPoolTokenError, verifyIdToken, verifySignature } from "./verify.ts"

/** The tokens of user pools: STS takes the ID tokens, the authorizers of APIs either. They are signed under AWS's own issuer URLs, where nobody would find their keys. */
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
  async read(token, deps) {
    try {
      const { pool, claims } = await verifySignature(deps, token)
      return { is: "genuine", issuedBy: userPoolArn(pool.account, pool.region, pool.id), claims }
    } catch (error) {
      if (!(error instanceof UserPoolTokenError)) throw error
      const isOurs = error.reason === "bad-signature"
      return isOurs ? { is: "forged", because: error.details } : undefined
    }
  },
}
