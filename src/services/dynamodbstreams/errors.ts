import { WireError } from "../../wire/errors.ts"

export const invalid = (message: string): WireError => new WireError("ValidationException", message)

/** The texts of AWS (emmkong/serverless-plugin-offline-dynamodb-stream #14; amazon-archives/logstash-input-dynamodb #4). */
export const streamNotFound = (arn: string): WireError =>
  new WireError("ResourceNotFoundException", `Requested resource not found: Stream: ${arn} not found`)

export const shardNotFound = (): WireError =>
  new WireError("ResourceNotFoundException", "Requested resource not found: Shard does not exist")

/** ironSource/node-dynamodb-stream #13. */
export const trimmed = (): WireError =>
  new WireError("TrimmedDataAccessException", "The data you are trying to access has been trimmed")

/** UNVERIFIED: the text, which is that of the API reference; and those of what is no iterator and no ARN. */
export const iteratorExpired = (because: unknown): WireError =>
  new WireError("ExpiredIteratorException", "The provided iterator exceeds the maximum age allowed.", { because })

export const invalidIterator = (): WireError => invalid("Invalid ShardIterator")

export const invalidStreamArn = (arn: string): WireError => invalid(`Invalid StreamArn: ${arn}`)

/** The reference has upper limits that the model has not: said as the model's are. */
export function assertAtMost(limit: number | undefined, most: number): void {
  if (limit === undefined || limit <= most) return
  throw invalid(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
  )
}
