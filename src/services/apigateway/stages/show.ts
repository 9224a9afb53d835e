import type { Stage as Shown } from "@aws-sdk/client-api-gateway"
import type { MethodSettings, Stage } from "../settings.ts"

/** What the settings of a method show where they were not set: recorded. */
export const USUAL_SETTINGS = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5_000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
} as const satisfies MethodSettings

export function showStage(stage: Stage): Shown {
  const { restApiId: _, authorizerCacheFlushes: __, createdAt, updatedAt, methodSettings, ...rest } = stage
  return {
    ...(rest as Shown),
    cacheClusterStatus: "NOT_AVAILABLE",
    methodSettings: Object.fromEntries(
      Object.entries(methodSettings).map(([key, settings]) => [key, { ...USUAL_SETTINGS, ...settings }]),
    ) as NonNullable<Shown["methodSettings"]>,
    createdDate: new Date(createdAt),
    lastUpdatedDate: new Date(updatedAt),
  }
}
