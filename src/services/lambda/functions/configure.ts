import type { LoggingConfig } from "@aws-sdk/client-lambda"
import { memoryTooLarge, runtimeAndHandlerNeeded } from "../errors.ts"
import type { StoredConfiguration } from "./record.ts"
import { refuseUnbuilt, type Settings, vpcConfig } from "./refused.ts"
import { assertRuntime } from "./runtimes.ts"

/** Developer Guide, "Lambda quotas". The model's limit is that of capacity providers. */
const MEMORY_AT_MOST = 10_240

/** What a function gets that says nothing of it (recorded 2025-11). */
const DEFAULTS = {
  Description: "",
  Timeout: 3,
  MemorySize: 128,
  PackageType: "Zip",
  Architectures: ["x86_64"],
  EphemeralStorage: { Size: 512 },
  SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
  TracingConfig: { Mode: "PassThrough" },
} as const

/** The configuration of a new function. Throws what AWS refuses in it, and what is not offered here. */
export function newConfiguration(name: string, settings: Settings): StoredConfiguration {
  refuseUnbuilt(settings)
  if (settings.Runtime !== undefined) assertRuntime(settings.Runtime)
  if (!settings.Runtime || !settings.Handler) throw runtimeAndHandlerNeeded()
  return {
    ...structuredClone(DEFAULTS),
    LoggingConfig: loggingConfig({ LogGroup: `/aws/lambda/${name}` }, undefined),
    ...changes(settings, { LogGroup: `/aws/lambda/${name}` }),
    ...(settings.Architectures && { Architectures: settings.Architectures }),
    ...(settings.DeadLetterConfig?.TargetArn ? {} : { DeadLetterConfig: undefined }),
    ...(settings.KMSKeyArn ? {} : { KMSKeyArn: undefined }),
  } as StoredConfiguration
}

/** What an update makes of it: what is not sent stays as it is. */
export function changedConfiguration(current: StoredConfiguration, settings: Settings): StoredConfiguration {
  refuseUnbuilt(settings)
  if (settings.Runtime !== undefined) assertRuntime(settings.Runtime)
  const { DeadLetterConfig, KMSKeyArn, ...changed } = {
    ...current,
    ...changes(settings, current.LoggingConfig ?? {}),
  }
  // An empty ARN takes the target away, and the key (Terraform does it so).
  return {
    ...changed,
    ...(DeadLetterConfig?.TargetArn && { DeadLetterConfig }),
    ...(KMSKeyArn && { KMSKeyArn }),
  }
}

/** The members that are sent, as they are stored. */
function changes(settings: Settings, logging: LoggingConfig): Partial<StoredConfiguration> {
  const { MemorySize, TracingConfig, EphemeralStorage, LoggingConfig } = settings
  if (MemorySize !== undefined && MemorySize > MEMORY_AT_MOST) throw memoryTooLarge(MEMORY_AT_MOST)
  const { Runtime, Role, Handler, Description, Timeout } = settings
  const vpc = vpcConfig(settings)
  return withoutUndefined({
    Runtime,
    Role,
    Handler,
    Description,
    Timeout,
    MemorySize,
    VpcConfig: vpc,
    DeadLetterConfig: settings.DeadLetterConfig,
    KMSKeyArn: settings.KMSKeyArn,
    TracingConfig: TracingConfig?.Mode && { Mode: TracingConfig.Mode },
    EphemeralStorage: EphemeralStorage && { Size: EphemeralStorage.Size },
    LoggingConfig: LoggingConfig && loggingConfig(logging, LoggingConfig),
  })
}

/** Levels go with JSON alone, which has them at INFO where nothing is said (recorded 2025-11). */
function loggingConfig(current: LoggingConfig, sent: LoggingConfig | undefined): LoggingConfig {
  const LogFormat = sent?.LogFormat ?? current.LogFormat ?? "Text"
  const LogGroup = sent?.LogGroup ?? current.LogGroup
  if (LogFormat === "Text") return withoutUndefined({ LogFormat, LogGroup })
  return withoutUndefined({
    LogFormat,
    ApplicationLogLevel: sent?.ApplicationLogLevel ?? current.ApplicationLogLevel ?? "INFO",
    SystemLogLevel: sent?.SystemLogLevel ?? current.SystemLogLevel ?? "INFO",
    LogGroup,
  })
}

const withoutUndefined = <T extends object>(members: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
