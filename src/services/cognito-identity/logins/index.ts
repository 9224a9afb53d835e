import type { Deps } from "../../../call.ts"
import { unsupportedProvider } from "../errors.ts"
import type { Pool } from "../pools/pool.ts"
import { developerTokens } from "./developer-token.ts"
import type { LoginVerifier, VerifiedLogin } from "./login.ts"
import { userPools } from "./user-pool.ts"

export type { VerifiedLogin } from "./login.ts"

const VERIFIERS: readonly LoginVerifier[] = [userPools, developerTokens]

/** Verifies every login; one that fails refuses the request. Order: provider known, then token valid (recorded). */
export async function verifyLogins(
  deps: Deps,
  pool: Pool,
  logins: Readonly<Record<string, string>> | undefined,
): Promise<VerifiedLogin[]> {
  const verified: VerifiedLogin[] = []
  for (const [name, token] of Object.entries(logins ?? {})) {
    const verifier = VERIFIERS.find((one) => one.isFor(name, pool))
    if (!verifier) throw unsupportedProvider({ check: "provider of the pool", login: name })
    verified.push(await verifier.verify(deps, pool, name, token))
  }
  return verified
}
