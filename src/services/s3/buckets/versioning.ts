import { GetBucketVersioningCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import { headerNotImplemented, malformedXml } from "../errors.ts"
import { changeSettings, openBucket } from "./settings.ts"

export const PutBucketVersioning = operation(PutBucketVersioningCommand, {
  access: onBucket("PutBucketVersioning"),
  async handle(input, { store, request }) {
    // Recorded: a bucket that is not there is told of before what is wrong with the document.
    await openBucket(store, input)
    const { Status, MFADelete } = input.VersioningConfiguration
    if (request.headers["x-amz-mfa"] !== undefined || MFADelete === "Enabled") throw headerNotImplemented("x-amz-mfa")
    if (Status === undefined)
      throw new WireError("IllegalVersioningConfigurationException", "The Versioning element must be specified")
    if (Status !== "Enabled" && Status !== "Suspended") throw malformedXml()
    await changeSettings(store, input, (bucket) => {
      bucket.versioning = Status
    })
    return {}
  },
})

export const GetBucketVersioning = operation(GetBucketVersioningCommand, {
  access: onBucket("GetBucketVersioning"),
  async handle(input, { store }) {
    const { versioning } = await openBucket(store, input)
    return versioning === "" ? {} : { Status: versioning }
  },
})
