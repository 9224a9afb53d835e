import type { CreateEventSourceMappingRequest, EventSourceMappingConfiguration } from "@aws-sdk/client-lambda"
import { notBuilt } from "../errors.ts"
import {
  filterInvalid,
  parameterUnsupported,
  recordAgeTooShort,
  startingPositionMissing,
  startingPositionUnsupported,
  startingTimestampMissing,
  windowNeeded,
} from "./errors.ts"
import { isFilterPattern } from "./filters/pattern.ts"
import type { EventSource } from "./source.ts"

/** Filter criteria under a data key of their own. All base64 but for the ARN. */
export interface SealedFilters {
  /** As it was when they were sealed: the mapping may lead to another function by now. */
  functionArn: string
  dataKey: string
  sealed: string
}

/** What is configured of a mapping beyond its source and its function, in wire spelling, defaults filled in. */
export type Settings = Pick<
  EventSourceMappingConfiguration,
  | "BatchSize"
  | "MaximumBatchingWindowInSeconds"
  | "ParallelizationFactor"
  | "StartingPosition"
  | "BisectBatchOnFunctionError"
  | "DestinationConfig"
  | "MaximumRecordAgeInSeconds"
  | "MaximumRetryAttempts"
  | "TumblingWindowInSeconds"
  | "FunctionResponseTypes"
  | "FilterCriteria"
  | "ScalingConfig"
  | "KMSKeyArn"
> & {
  /** In place of FilterCriteria, under the key. */
  sealedFilters?: SealedFilters
  /** Seconds since the epoch. */
  startingTimestamp?: number
}

export type Asked = Omit<
  CreateEventSourceMappingRequest,
  "FunctionName" | "EventSourceArn" | "Enabled" | "SelfManagedEventSource" | "SourceAccessConfigurations" | "Tags"
>

/** As a mapping is told that says nothing else (recorded 2025-11). */
const OF_STREAMS = {
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 0,
  ParallelizationFactor: 1,
  BisectBatchOnFunctionError: false,
  DestinationConfig: { OnFailure: {} },
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  TumblingWindowInSeconds: 0,
  FunctionResponseTypes: [],
} satisfies Settings

const OF_QUEUES = { BatchSize: 10, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: [] } satisfies Settings

const OF_STREAMS_ALONE = [
  "DestinationConfig",
  "ParallelizationFactor",
  "StartingPosition",
  "StartingPositionTimestamp",
  "BisectBatchOnFunctionError",
  "MaximumRecordAgeInSeconds",
  "MaximumRetryAttempts",
  "TumblingWindowInSeconds",
] as const

/** Of sources that are not built here, and of records that nobody would read. */
const OF_OTHERS = [
  "Topics",
  "Queues",
  "AmazonManagedKafkaEventSourceConfig",
  "SelfManagedKafkaEventSourceConfig",
  "DocumentDBEventSourceConfig",
] as const

/** The settings of a new mapping. Throws what AWS refuses. */
export function makeSettings(source: EventSource, asked: Asked): Settings {
  if (source.kind === "sqs") return changeSettings(source, { ...OF_QUEUES }, asked)
  const { StartingPosition, StartingPositionTimestamp } = asked
  if (StartingPosition === undefined) throw startingPositionMissing()
  if (StartingPosition === "AT_TIMESTAMP") {
    if (source.kind === "dynamodb") throw startingPositionUnsupported(source.arn)
    if (!StartingPositionTimestamp) throw startingTimestampMissing()
  }
  const timestamp = StartingPositionTimestamp && { startingTimestamp: StartingPositionTimestamp.getTime() / 1000 }
  return changeSettings(source, { ...OF_STREAMS, StartingPosition, ...timestamp }, asked)
}

/** The settings with what a request says of them. */
export function changeSettings(source: EventSource, settings: Settings, asked: Asked): Settings {
  const isQueue = source.kind === "sqs"
  const foreign = isQueue ? [...OF_STREAMS_ALONE, ...OF_OTHERS] : (["ScalingConfig", ...OF_OTHERS] as const)
  for (const name of foreign) if (asked[name] !== undefined) throw parameterUnsupported(name)
  for (const name of ["ProvisionedPollerConfig", "LoggingConfig", "MetricsConfig"] as const)
    if (asked[name] !== undefined) throw notBuilt(`the ${name} of event source mappings`)
  const changed: Settings = { ...settings }
  for (const name of CHANGEABLE) if (asked[name] !== undefined) Object.assign(changed, { [name]: asked[name] })
  if (asked.DestinationConfig) changed.DestinationConfig = { OnFailure: asked.DestinationConfig.OnFailure ?? {} }
  // Without a name it is taken away.
  if (asked.KMSKeyArn !== undefined) changed.KMSKeyArn = asked.KMSKeyArn
  if (changed.KMSKeyArn === "") delete changed.KMSKeyArn
  if (asked.FilterCriteria) setFilters(changed, asked.FilterCriteria.Filters ?? [])
  if (asked.ScalingConfig && asked.ScalingConfig.MaximumConcurrency === undefined) delete changed.ScalingConfig
  const { BatchSize = 0, MaximumBatchingWindowInSeconds: window = 0, MaximumRecordAgeInSeconds: age = -1 } = changed
  if (age >= 0 && age < LEAST_AGE_SECONDS) throw recordAgeTooShort(LEAST_AGE_SECONDS)
  if (isQueue && BatchSize > 10 && window === 0) throw windowNeeded()
  return changed
}

/** API Reference, CreateEventSourceMapping: less is in the parameter's range and not allowed, but for -1. */
const LEAST_AGE_SECONDS = 60

const CHANGEABLE = [
  "BatchSize",
  "MaximumBatchingWindowInSeconds",
  "ParallelizationFactor",
  "BisectBatchOnFunctionError",
  "MaximumRecordAgeInSeconds",
  "MaximumRetryAttempts",
  "TumblingWindowInSeconds",
  "FunctionResponseTypes",
  "ScalingConfig",
] as const

/** Without filters there are no criteria. */
function setFilters(settings: Settings, filters: readonly { Pattern?: string | undefined }[]): void {
  for (const { Pattern } of filters) if (Pattern === undefined || !isFilterPattern(Pattern)) throw filterInvalid()
  if (filters.length === 0) delete settings.FilterCriteria
  else settings.FilterCriteria = { Filters: filters.map(({ Pattern }) => ({ Pattern: Pattern as string })) }
}
