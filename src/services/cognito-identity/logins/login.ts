import type { Deps } from "../../../call.ts"
import type { Login } from "../identities/identity.ts"
import type { Pool } from "../pools/pool.ts"

/** A login whose token was verified. */
export interface VerifiedLogin extends Login {
  /** What the person adds to `cognito-identity.amazonaws.com:amr`. */
  amr: readonly string[]
  /** Of the token (or assertion), for rules and principal tags. */
  claims: Readonly<Record<string, unknown>>
  /** The name by which role mappings and principal tag maps know the provider: for user pools with the client's id. */
  mappingName: string
  principalTagName: string
  /** The person's user-pool groups. */
  groups?: readonly string[]
  /** The identity that the token was made for: tokens of GetOpenIdTokenForDeveloperIdentity. */
  identityId?: string
  /** Session tags that the token itself carries. */
  tags?: Readonly<Record<string, string>>
}

/** One kind of provider. */
export interface LoginVerifier {
  /** Whether a key of `Logins` names a provider of this kind, whatever the pool supports. */
  isFor(name: string, pool: Pool): boolean
  /** Throws the wire error where the pool does not support the provider or the token does not hold. */
  verify(deps: Deps, pool: Pool, name: string, token: string): Promise<VerifiedLogin>
}
