import type { AppClient } from "../../app-clients/record.ts"
import type { Refuse } from "../errors.ts"

/** Those that mean something only with `openid`. Source: "Authorize endpoint", scope. */
const OF_OPENID = ["email", "phone", "profile"]

/**
 * The scopes of a request, each once; where it names none, all of the client's. UNVERIFIED: that one which the client has not
 * is refused: the guide says so in two places, and in a third that it is passed over.
 */
export function parseScopes(given: string | null, { settings }: AppClient, refuse: Refuse): string[] {
  const allowed = settings.AllowedOAuthScopes ?? []
  const asked = [...new Set((given ?? "").split(" ").filter((scope) => scope !== ""))]
  if (asked.length === 0) return [...allowed]
  const unknown = asked.find((scope) => !allowed.includes(scope))
  if (unknown !== undefined) throw refuse("invalid_scope", "scope", unknown, allowed)
  const lonely = asked.includes("openid") ? undefined : asked.find((scope) => OF_OPENID.includes(scope))
  if (lonely !== undefined) throw refuse("invalid_scope", "scope", lonely, `${lonely} together with openid`)
  return asked
}
