import type { Endpoint } from "../../../base/endpoint.ts"
import type { UserPool } from "../user-pools/record.ts"

/**
 * The `iss` of a pool's tokens. Usually AWS's own URL, which verifiers compute from the pool's ID (aws-jwt-verify does): the key
 * set is at `/<pool id>/.well-known/jwks.json` of this server, and a verifier is told so. Clients that find everything by
 * discovery need a URL that leads here: `--issuer public-url`. Source: IssuerConfigurationType.
 */
export function issuerOf({ id, region, settings }: UserPool, endpoint: Endpoint): string {
  if (endpoint.isIssuer) return `${endpoint.url}/${id}`
  return settings.IssuerConfiguration?.Type === "UPDATED"
    ? `https://issuer-cognito-idp.${region}.amazonaws.com/${id}`
    : `https://cognito-idp.${region}.amazonaws.com/${id}`
}

/** The pool that an `iss` is of, and the name that identity pools know it by. */
export interface Issuer {
  poolId: string
  providerName: string
  /** Where it is no name of AWS's: the URL in front of the pool's ID. */
  url?: string
}

const AWS = /^https:\/\/((?:issuer-)?cognito-idp\.([a-z0-9-]+)\.amazonaws\.com\/(\2_[0-9a-zA-Z]+))$/
const OWN = /^(https?:\/\/[^\s?#]+)\/(([a-z]{2}(?:-[a-z]+)+-\d)_[0-9a-zA-Z]+)$/

/** Undefined where it can be no pool's. Whether `url` is this server's, `isOwnIssuer` says. */
export function parseIssuer(issuer: unknown): Issuer | undefined {
  if (typeof issuer !== "string") return undefined
  const aws = AWS.exec(issuer)
  if (aws) return { providerName: aws[1]!, poolId: aws[3]! }
  // Another's pool of AWS has no other name.
  const own = /^https?:\/\/[^/]*\bamazonaws\.com\b/.test(issuer) ? undefined : OWN.exec(issuer)
  if (!own) return undefined
  const [, url, poolId, region] = own as unknown as [string, string, string, string]
  return { providerName: `cognito-idp.${region}.amazonaws.com/${poolId}`, poolId, url }
}

/** Names of AWS's are good whatever the server issues under now: its tokens of before are. */
export const isOwnIssuer = ({ url }: Issuer, endpoint: Endpoint): boolean =>
  url === undefined || (endpoint.isIssuer && url === endpoint.url)
