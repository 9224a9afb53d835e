import {
  GetBucketAccelerateConfigurationCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import { openBucket } from "./settings.ts"

/*
 * Configurations that no bucket has, as nothing can put one: what puts them is answered `NotImplemented`. Tools that
 * describe a bucket (Terraform, CDK) ask for all of them, and the truth is that they are not there. Texts recorded.
 */

const absent = (code: string, message: string) => (BucketName: string) => {
  throw new WireError(code, message, { status: 404, members: { BucketName } })
}

const noWebsite = absent("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")
const noLifecycle = absent("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
const noReplication = absent("ReplicationConfigurationNotFoundError", "The replication configuration was not found")
const noObjectLock = absent(
  "ObjectLockConfigurationNotFoundError",
  "Object Lock configuration does not exist for this bucket",
)

export const GetBucketWebsite = operation(GetBucketWebsiteCommand, {
  access: onBucket("GetBucketWebsite"),
  handle: async (input, { store }) => noWebsite((await openBucket(store, input)).name),
})

export const GetBucketLifecycleConfiguration = operation(GetBucketLifecycleConfigurationCommand, {
  access: onBucket("GetLifecycleConfiguration"),
  handle: async (input, { store }) => noLifecycle((await openBucket(store, input)).name),
})

export const GetBucketReplication = operation(GetBucketReplicationCommand, {
  access: onBucket("GetReplicationConfiguration"),
  handle: async (input, { store }) => noReplication((await openBucket(store, input)).name),
})

export const GetObjectLockConfiguration = operation(GetObjectLockConfigurationCommand, {
  access: onBucket("GetBucketObjectLockConfiguration"),
  handle: async (input, { store }) => noObjectLock((await openBucket(store, input)).name),
})

export const GetBucketLogging = operation(GetBucketLoggingCommand, {
  access: onBucket("GetBucketLogging"),
  async handle(input, { store }) {
    await openBucket(store, input)
    return {}
  },
})

export const GetBucketNotificationConfiguration = operation(GetBucketNotificationConfigurationCommand, {
  access: onBucket("GetBucketNotification"),
  async handle(input, { store }) {
    await openBucket(store, input)
    return {}
  },
})

export const GetBucketAccelerateConfiguration = operation(GetBucketAccelerateConfigurationCommand, {
  access: onBucket("GetAccelerateConfiguration"),
  async handle(input, { store }) {
    await openBucket(store, input)
    return {}
  },
})

export const GetBucketRequestPayment = operation(GetBucketRequestPaymentCommand, {
  access: onBucket("GetBucketRequestPayment"),
  async handle(input, { store }) {
    await openBucket(store, input)
    return { Payer: "BucketOwner" as const }
  },
})
