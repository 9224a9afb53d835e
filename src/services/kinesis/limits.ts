/** Developer Guide, "Quotas and limits", and the API Reference. */

/** Of an account in a region. */
export const shardLimit = (region: string): number =>
  region === "us-east-1" || region === "us-west-2" || region === "eu-west-1" ? 500 : 200

export const ON_DEMAND_STREAMS = 50
export const CONSUMERS = 20
export const CONSUMERS_IN_CREATION = 5
export const TAGS = 50

/** Of one shard. */
export const WRITTEN_BYTES_PER_SECOND = 1024 * 1024
export const WRITTEN_RECORDS_PER_SECOND = 1_000
export const READ_BYTES_PER_SECOND = 2 * 1024 * 1024
export const READS_PER_SECOND = 5

export const RECORDS_OF_ONE_READ = 10_000
export const BYTES_OF_ONE_READ = 10 * 1024 * 1024
export const BYTES_OF_ONE_WRITE = 10 * 1024 * 1024

export const ITERATOR_MILLISECONDS = 5 * 60 * 1000
export const SUBSCRIPTION_MILLISECONDS = 5 * 60 * 1000
export const TOKEN_MILLISECONDS = 5 * 60 * 1000

export const HOUR_MILLISECONDS = 60 * 60 * 1000
export const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS
