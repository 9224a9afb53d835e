import { WireError } from "../../wire/errors.ts"
import type { StreamName } from "./arns.ts"

// Texts without a source of their own: kinesalite's tests, which ran against AWS itself from 2014 to 2020.

export const invalidArgument = (message: string): WireError => new WireError("InvalidArgumentException", message)

export const limitExceeded = (message: string): WireError => new WireError("LimitExceededException", message)

export const inUse = (message: string, because?: object): WireError =>
  new WireError("ResourceInUseException", message, { because })

const notFound = (message: string): WireError => new WireError("ResourceNotFoundException", message)

/** Recorded 2025-09. */
export const streamNotFound = ({ name, account }: StreamName): WireError =>
  notFound(`Stream ${name} under account ${account} not found.`)

export const streamExists = ({ name, account }: StreamName): WireError =>
  inUse(`Stream ${name} under account ${account} already exists.`)

export const streamNotActive = ({ name, account }: StreamName, status: string): WireError =>
  inUse(`Stream ${name} under account ${account} not ACTIVE, instead in state ${status}`)

/** Reported 04-2019 (hashicorp/terraform-provider-aws #8420) and 04-2020 (rebuy-de/aws-nuke #497). */
export const hasConsumers = ({ name, account }: StreamName): WireError =>
  inUse(
    `DeleteStream can't delete ${account}:${name} because there are consumers associated with this data stream. To delete ${name} anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the consumers that are associated with it.`,
  )

export const shardNotFound = ({ name, account }: StreamName, shard: string): WireError =>
  notFound(`Could not find shard ${shard} in stream ${name} under account ${account}.`)

/** As reads of records say it. */
export const shardUnknown = ({ name, account }: StreamName, shard: string): WireError =>
  notFound(`Shard ${shard} in stream ${name} under account ${account} does not exist`)

export const rateExceededText = ({ name, account }: StreamName, shard: string): string =>
  `Rate exceeded for shard ${shard} in stream ${name} under account ${account}.`

export const RATE_EXCEEDED = "ProvisionedThroughputExceededException"

export function rateExceeded(stream: StreamName, shard: string, because: Readonly<Record<string, unknown>>): WireError {
  return new WireError(RATE_EXCEEDED, rateExceededText(stream, shard), {
    because: { check: "throughput of a shard", ...because },
  })
}

export const tooManyShards = (
  { account, region }: Pick<StreamName, "account" | "region">,
  { current, limit, more }: { current: number; limit: number; more: number },
): WireError =>
  limitExceeded(
    `This request would exceed the shard limit for the account ${account} in ${region}. Current shard count for the account: ${current}. Limit: ${limit}. Number of additional shards that would have resulted from this request: ${more}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
  )

/** UNVERIFIED: the text. */
export const consumerNotFound = (name: string, { name: stream, account }: StreamName): WireError =>
  notFound(`Consumer ${name}, which belongs to stream ${stream} under account ${account}, not found.`)

/** UNVERIFIED: the text. */
export const resourceArnUnknown = (arn: string): WireError => notFound(`Resource not found: ${arn}`)

/** API Reference, PutRecord: "The request was rejected because the DryRun parameter was specified." */
export const wasDryRun = (): WireError =>
  new WireError("DryRunOperationException", "The request was rejected because the DryRun parameter was specified.", {
    because: { check: "DryRun" },
  })

/** A setting that would be an empty promise, in the words of operations that are not built. */
export const notBuilt = (what: string): WireError =>
  new WireError("NotImplemented", `Hallpass does not implement ${what} yet.`, {
    status: 501,
    because: { check: "what is built", service: "kinesis" },
  })
