import { userFactors } from "../sign-in/factors.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import type { AuthorizeRequest } from "./authorize/request.ts"

/** How strongly somebody has proved who they are. Source: "Authentication levels with ACR and AMR claims". */
export type Level = 1 | 2 | 3 | 4
const LEVELS: readonly Level[] = [1, 2, 3, 4]

const CODES = ["sms", "email_otp"]
const PASSKEYS = ["swk", "hwk"]

/** The level of what was done, by the names of it; that of another provider's is what its mapping says, else the lowest. */
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
export const levelClaims = (pool: UserPool, request: AuthorizeRequest, { amr, level = levelOf(amr) }: Proof) =>
  isAsked(pool, request) ? { acr: nameOf(pool, level), amr: [...amr] } : {}

/** How somebody has proved who they are: the level where it is not told by the names. */
interface Proof {
  amr: readonly string[]
  level?: Level
}

/** The level that a name stands for in the pool; undefined where it is none. */
const levelNamed = (pool: UserPool, name: string): Level | undefined =>
  LEVELS.find((level) => name === nameOf(pool, level) || name === standardName(level))

/** By level (`Level1`), what a provider calls it. Source: CreateIdentityProvider, AcrMapping. */
export type AcrMapping = Readonly<Record<string, string>>

/** The levels that an application asks for, as a provider calls them; undefined where it asks for none that the provider has. */
export function levelsAtProvider(
  pool: UserPool,
  { acrValues = [] }: Pick<AuthorizeRequest, "acrValues">,
  mapping: AcrMapping,
): string | undefined {
  const names = acrValues.flatMap((value) => mapping[`Level${levelNamed(pool, value)}`] ?? [])
  return names.length === 0 ? undefined : names.join(" ")
}

/** What a provider's `acr` means; the lowest where it is not mapped. Source: the same. */
export const levelFromProvider = (mapping: AcrMapping, acr: unknown): Level =>
  LEVELS.findLast((level) => mapping[`Level${level}`] !== undefined && mapping[`Level${level}`] === acr) ?? 1

/** The highest level that a provider has a name for. */
export const reachOfProvider = (mapping: AcrMapping): Level =>
  LEVELS.findLast((level) => mapping[`Level${level}`] !== undefined) ?? 1

/**
 * Whether a sign-in of before will do: it is no older than the application says, and reaches the first of the levels which it
 * names that the user can reach; names that are none are passed over.
 */
export function isEnough(
  pool: UserPool,
  { acrValues = [], maxAge }: AuthorizeRequest,
  user: User,
  { amr, level = levelOf(amr), authTimeSeconds, nowSeconds }: Proof & { authTimeSeconds: number; nowSeconds: number },
  reach: Level = reachOf(pool, user),
): boolean {
  if (pool.settings.UserPoolTier === "LITE") return true
  if (maxAge !== undefined && nowSeconds - authTimeSeconds > maxAge) return false
  const wanted = acrValues.map((value) => levelNamed(pool, value)).find((one) => one !== undefined && one <= reach)
  return wanted === undefined || level >= wanted
}
