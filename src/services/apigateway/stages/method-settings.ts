import { badRequest, noCaches } from "../errors.ts"
import { type Patched, unescaped } from "../patch.ts"
import { booleanOf, integerOf, numberOf } from "../patch-rules.ts"
import type { MethodSettings, Stage } from "../settings.ts"

const LEVELS = ["OFF", "ERROR", "INFO"]
const STRATEGIES = ["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"]
const MOST_TTL_SECONDS = 3_600
/** AWS names no limit beyond the methods that there are, of which an API can have so many. */
const MOST_SETTINGS = 300 * 8

type Read = (patched: Patched) => MethodSettings

/** UNVERIFIED text. */
const oneOf = (values: readonly string[], { path, value = "" }: Patched): string => {
  if (!values.includes(value))
    throw badRequest(`Invalid value specified for path ${path}. Must be one of: [${values.join(", ")}]`)
  return value
}

/** API Reference, "Patch operations", UpdateStage: what follows the method. */
const SETTINGS: Readonly<Record<string, Read>> = {
  "metrics/enabled": (patched) => ({ metricsEnabled: booleanOf(patched) }),
  "logging/loglevel": (patched) => ({ loggingLevel: oneOf(LEVELS, patched) }),
  "logging/dataTrace": (patched) => ({ dataTraceEnabled: booleanOf(patched) }),
  "throttling/burstLimit": (patched) => ({ throttlingBurstLimit: integerOf(patched) }),
  "throttling/rateLimit": (patched) => ({ throttlingRateLimit: numberOf(patched) }),
  "caching/enabled": (patched) => {
    const cachingEnabled = booleanOf(patched)
    if (cachingEnabled) throw noCaches("cachingEnabled")
    return { cachingEnabled }
  },
  "caching/dataEncrypted": (patched) => ({ cacheDataEncrypted: booleanOf(patched) }),
  "caching/requireAuthorizationForCacheControl": (patched) => ({
    requireAuthorizationForCacheControl: booleanOf(patched),
  }),
  "caching/unauthorizedCacheControlHeaderStrategy": (patched) => ({
    unauthorizedCacheControlHeaderStrategy: oneOf(STRATEGIES, patched),
  }),
  "caching/ttlInSeconds": (patched) => {
    const seconds = integerOf(patched)
    // UNVERIFIED text.
    if (seconds < 0 || seconds > MOST_TTL_SECONDS)
      throw badRequest(`Invalid cache TTL specified: it must be between 0 and ${MOST_TTL_SECONDS}`)
    return { cacheTtlInSeconds: seconds }
  },
}

/** `pets/{petId}/GET`, `*\/*`: how the settings of a method are called in a stage. */
const keyOf = (segments: readonly string[]): string =>
  segments
    .map(unescaped)
    .join("/")
    .replace(/^\/(?=.*\/)/, "")

/** Whether the path was one of a method's settings; they are set. */
export function setMethodSetting(draft: Stage, patched: Patched): boolean {
  const segments = patched.path.slice(1).split("/")
  const setting = segments.slice(-2).join("/")
  const read = Object.hasOwn(SETTINGS, setting) ? SETTINGS[setting] : undefined
  if (!read || segments.length < 4) return false
  const key = keyOf(segments.slice(0, -2))
  const settings = new Map(Object.entries(draft.methodSettings))
  settings.set(key, { ...settings.get(key), ...read(patched) })
  if (settings.size > MOST_SETTINGS) throw badRequest("The stage has settings of too many methods") // UNVERIFIED text
  draft.methodSettings = Object.fromEntries(settings)
  return true
}

/** Takes away all settings of a method. */
export function removeMethodSettings(draft: Stage, { path }: Patched): void {
  const key = keyOf(path.slice(1).split("/"))
  const settings = new Map(Object.entries(draft.methodSettings))
  if (!settings.delete(key))
    throw badRequest(
      `Cannot remove method setting ${path.slice(1)} because there is no method setting for this method `,
    )
  draft.methodSettings = Object.fromEntries(settings)
}
