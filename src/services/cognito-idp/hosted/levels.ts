import { userFactors } from "../sign-in/factors.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import type { AuthorizeRequest } from "./authorize/request.ts"

/** How strongly somebody has proved who they are. Source: "Authentication levels with ACR and AMR claims". */
type Level = 1 | 2 | 3 | 4
const LEVELS: readonly Level[] = [1, 2, 3, 4]

const CODES = ["sms", "email_otp"]
const PASSKEYS = ["swk", "hwk"]

/** The level of what was done, by the names of it. UNVERIFIED: that of another provider's, which is the lowest here. */
export function levelOf(amr: readonly string[]): Level {
  const has = (...names: string[]) => names.some((name) => amr.includes(name))
  if (has("pwd")) return has("otp") ? 4 : has(...CODES) ? 3 : 1
  if (has(...PASSKEYS)) return 3
  return has(...CODES) ? 2 : 1
}

const standardName = (level: Level): string => `urn:cognito:loa:${level}`

const nameOf = ({ settings }: UserPool, level: Level): string =>
  settings.AcrConfiguration?.[`Level${level}`]?.AcrValue ?? standardName(level)

/** The highest that the user can reach, by the factors that they have. */
function reachOf(pool: UserPool, user: User): Level {
  const factors = userFactors(pool, user)
  if (factors.includes("SOFTWARE_TOKEN_MFA")) return 4
  return factors.length > 0 ? 3 : 1
}

/** Whether an application has asked how somebody signed in. Feature plan Lite passes it over. */
const isAsked = ({ settings }: UserPool, { acrValues, maxAge }: AuthorizeRequest): boolean =>
  settings.UserPoolTier !== "LITE" && (acrValues !== undefined || maxAge !== undefined)

/** What tokens tell of it, where an application has asked. */
export const levelClaims = (pool: UserPool, request: AuthorizeRequest, amr: readonly string[]) =>
  isAsked(pool, request) ? { acr: nameOf(pool, levelOf(amr)), amr: [...amr] } : {}

/**
 * Whether a sign-in of before will do: it is no older than the application says, and reaches the first of the levels which it
 * names that the user can reach; names that are none are passed over.
 */
export function isEnough(
  pool: UserPool,
  { acrValues = [], maxAge }: AuthorizeRequest,
  user: User,
  { amr, authTimeSeconds, nowSeconds }: { amr: readonly string[]; authTimeSeconds: number; nowSeconds: number },
): boolean {
  if (pool.settings.UserPoolTier === "LITE") return true
  if (maxAge !== undefined && nowSeconds - authTimeSeconds > maxAge) return false
  const reach = reachOf(pool, user)
  const wanted = acrValues
    .map((value) => LEVELS.find((level) => value === nameOf(pool, level) || value === standardName(level)))
    .find((level) => level !== undefined && level <= reach)
  return wanted === undefined || levelOf(amr) >= wanted
}
