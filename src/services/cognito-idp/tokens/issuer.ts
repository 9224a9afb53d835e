import type { UserPool } from "../user-pools/record.ts"

/**
 * The `iss` of a pool's tokens: AWS's own URL, which verifiers compute from the pool's ID (aws-jwt-verify does), never
 * this server's. The key set is at `/<pool id>/.well-known/jwks.json` of this server, and a verifier is told so.
 * Source: IssuerConfigurationType.
 */
export const issuerOf = ({ id, region, settings }: UserPool): string =>
  settings.IssuerConfiguration?.Type === "UPDATED"
    ? `https://issuer-cognito-idp.${region}.amazonaws.com/${id}`
    : `https://cognito-idp.${region}.amazonaws.com/${id}`

/** The pool that an `iss` is of, and the name that identity pools know it by. */
export interface Issuer {
  poolId: string
  providerName: string
}

/** Undefined where it is no pool's. */
export function parseIssuer(issuer: unknown): Issuer | undefined {
  if (typeof issuer !== "string") return undefined
  const parts = /^https:\/\/((?:issuer-)?cognito-idp\.([a-z0-9-]+)\.amazonaws\.com\/(\2_[0-9a-zA-Z]+))$/.exec(issuer)
  return parts ? { providerName: parts[1]!, poolId: parts[3]! } : undefined
}
