import type { CreateEventSourceMappingRequest } from "@aws-sdk/client-lambda"
import { parseArn } from "../../../base/arn.ts"
import { notBuilt } from "../errors.ts"
import { accessConfigurationsMissing, sourceUnrecognized } from "./errors.ts"

/** Where a mapping's records come from. */
export interface EventSource {
  kind: "kinesis" | "dynamodb" | "sqs"
  arn: string
}

/** Sources that AWS has and that are no stream and no queue: brokers, clusters, databases. */
const OTHERS = new Set(["kafka", "mq", "rds", "docdb-elastic"])

type Named = Pick<
  CreateEventSourceMappingRequest,
  "EventSourceArn" | "SelfManagedEventSource" | "SourceAccessConfigurations"
>

/** The source that a request names. Brokers are not built, rather than stored as though they were read. */
export function parseSource({
  EventSourceArn,
  SelfManagedEventSource,
  SourceAccessConfigurations,
}: Named): EventSource {
  if (SelfManagedEventSource !== undefined && EventSourceArn === undefined) {
    if (!SourceAccessConfigurations?.length) throw accessConfigurationsMissing()
    throw notBuilt("event sources of self-managed Kafka")
  }
  const { service = "", resource = "" } = parseArn(EventSourceArn ?? "") ?? {}
  const arn = EventSourceArn as string
  if (service === "kinesis" && /^stream\/./.test(resource)) return { kind: "kinesis", arn }
  if (service === "dynamodb" && /^table\/[^/]+\/stream\/./.test(resource)) return { kind: "dynamodb", arn }
  if (service === "sqs" && resource !== "") return { kind: "sqs", arn }
  if (OTHERS.has(service)) throw notBuilt(`event sources of ${service}`)
  throw sourceUnrecognized()
}
