import type { Texts } from "./snapshot.ts"

/*
 * The configuration that a call needs beside the snapshot of its deployment. It takes effect at once, without a deployment; it is
 * read through caches (configuration.ts).
 */

export interface RestApiOwner {
  restApiId: string
  account: string
  region: string
}

export interface Stage {
  restApiId: string
  stageName: string
  deploymentId: string
  description?: string
  variables?: Texts
  /** What was set of each method, by `{resource path without its first slash}/{METHOD}`, and of all by `*\/*`. */
  methodSettings: Readonly<Record<string, MethodSettings>>
  canarySettings?: CanarySettings
  accessLogSettings?: { destinationArn?: string; format?: string }
  cacheClusterEnabled: boolean
  cacheClusterSize?: string
  clientCertificateId?: string
  documentationVersion?: string
  tracingEnabled: boolean
  webAclArn?: string
  /** Grows when what authorizers answered is to be forgotten (FlushStageAuthorizersCache). */
  authorizerCacheFlushes: number
  tags?: Texts
  /** Milliseconds since the epoch. */
  createdAt: number
  updatedAt: number
}

/** What is left out has not been set: the method inherits it from `*\/*`, and that from the account's. */
export interface MethodSettings {
  metricsEnabled?: boolean
  /** `OFF`, `ERROR`, `INFO`. */
  loggingLevel?: string
  dataTraceEnabled?: boolean
  /** Requests at once; below zero, as many as may be. */
  throttlingBurstLimit?: number
  /** Requests a second; below zero, as many as may be. */
  throttlingRateLimit?: number
  cachingEnabled?: boolean
  cacheTtlInSeconds?: number
  cacheDataEncrypted?: boolean
  requireAuthorizationForCacheControl?: boolean
  unauthorizedCacheControlHeaderStrategy?: string
}

export interface CanarySettings {
  /** 0 to 100: of the calls that go to the canary's deployment. */
  percentTraffic: number
  deploymentId: string
  /** Over the stage's own. */
  stageVariableOverrides?: Texts
  useStageCache: boolean
}

/** What a call needs of an API key: its value is not among it. */
export interface ApiKeyInUse {
  id: string
  name?: string
  customerId?: string
  enabled: boolean
  /** Ids of the usage plans that it is in. */
  usagePlanIds: readonly string[]
}

export interface Throttle {
  /** Requests at once. */
  burstLimit?: number
  /** Requests a second. */
  rateLimit?: number
}

export interface Quota {
  /** Requests in a period. */
  limit: number
  /** Subtracted from the limit in the first period. */
  offset: number
  period: "DAY" | "WEEK" | "MONTH"
}

export interface UsagePlan {
  id: string
  account: string
  region: string
  name: string
  description?: string
  productCode?: string
  apiStages: readonly UsagePlanStage[]
  /** Of each key. */
  throttle?: Throttle
  /** Of each key. */
  quota?: Quota
  tags: Texts
  /** Milliseconds since the epoch: the first period of the quota begins with it. */
  createdAt: number
}

export interface UsagePlanStage {
  apiId: string
  stage: string
  /** Of single methods, by `{resource path}/{METHOD}`: `/pets/GET`. */
  throttle?: Readonly<Record<string, Throttle>>
}

/** A custom domain name with all that is behind it. */
export interface Domain {
  domainName: string
  account: string
  region: string
  /** By base path; the one without a base path has `""`. */
  mappings: readonly DomainMapping[]
}

export interface DomainMapping {
  basePath: string
  /** Of a REST, HTTP or WebSocket API. */
  apiId: string
  /** Left out, the first segment of the path after the base path names it. */
  stage?: string
}
