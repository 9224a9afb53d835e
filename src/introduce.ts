import type { Deps } from "./call.ts"
import type { Peers } from "./peers.ts"
import type { Service } from "./service.ts"

/** Makes the services known to each other. `deps` is asked for at the first need: they hold what is made here. */
export function introduce(services: readonly Service[], deps: () => Deps): Peers {
  const issuers = services.flatMap(({ issues }) => issues ?? [])
  return {
    async verifyToken(issuer, token) {
      return issuers.find(({ isIssuer }) => isIssuer(issuer))?.verify(token, deps())
    },
  }
}
