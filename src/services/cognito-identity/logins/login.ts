import type { Deps } from "../../../call.ts"
import type { Login } from "../identities/identity.ts"
import type { Pool } from "../pools/pool.ts"

/** A login whose token was verified. */
export interface VerifiedLogin extends Login {
  /** What the person adds to `cognito-identity.amazonaws.com:amr`. */
  amr: readonly string[]
  /** Of the token (or assertion), for rules and principal tags. */
  claims: Readonly<Record<string, unknown>>
  /**
   * By which role mappings and principal tag maps may know the provider, the most particular first: for user pools with
   * the client's id and without, for OpenID Connect providers by ARN and by issuer.
   */
  names: readonly string[]
  /** The person's user-pool groups. */
  groups?: readonly string[]
  /** The identity that the token was made for: tokens of GetOpenIdTokenForDeveloperIdentity. */
  identityId?: string
  /** Session tags that the token itself carries. */
  tags?: Readonly<Record<string, string>>
  /** It came as a SAML assertion, which the basic flow does not take. */
  isSaml?: boolean
  /** The roles that the assertion names for this provider. */
  roles?: readonly string[]
}

/** One kind of provider. */
export interface LoginVerifier {
  /** Whether a key of `Logins` names a provider of this kind, whatever the pool supports. */
  isFor(name: string, pool: Pool): boolean
  /** Throws the wire error where the pool does not support the provider or the token does not hold. */
  verify(deps: Deps, pool: Pool, name: string, token: string): Promise<VerifiedLogin>
}

/** The first of a login's names that a table of the pool has an entry for. */
export function findByName<T>(table: Readonly<Record<string, T>>, { names }: VerifiedLogin): T | undefined {
  const name = names.find((one) => Object.hasOwn(table, one))
  return name === undefined ? undefined : table[name]
}
