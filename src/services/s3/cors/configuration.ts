import {
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
  type CORSRule as WireRule,
} from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import type { CorsRule } from "../buckets/record.ts"
import { changeSettings, openBucket } from "../buckets/settings.ts"
import { invalidRequest, malformedXml } from "../errors.ts"

const METHODS = new Set(["GET", "PUT", "POST", "DELETE", "HEAD"])
const MOST_RULES = 100

export const PutBucketCors = operation(PutBucketCorsCommand, {
  access: onBucket("PutBucketCORS"),
  async handle(input, { store }) {
    // Recorded: a bucket that is not there is told of before what is wrong with the document.
    await openBucket(store, input)
    const rules = input.CORSConfiguration.CORSRules ?? []
    if (rules.length === 0 || rules.length > MOST_RULES) throw malformedXml()
    const cors = rules.map(parseRule)
    await changeSettings(store, input, (bucket) => {
      bucket.cors = cors
    })
    return {}
  },
})

export const GetBucketCors = operation(GetBucketCorsCommand, {
  access: onBucket("GetBucketCORS"),
  async handle(input, { store }) {
    const { name, cors } = await openBucket(store, input)
    if (cors) return { CORSRules: cors }
    throw new WireError("NoSuchCORSConfiguration", "The CORS configuration does not exist", {
      status: 404,
      members: { BucketName: name },
    })
  },
})

export const DeleteBucketCors = operation(DeleteBucketCorsCommand, {
  access: onBucket("PutBucketCORS"),
  async handle(input, { store }) {
    await changeSettings(store, input, (bucket) => {
      delete bucket.cors
    })
    return {}
  },
})

/** The text about methods is recorded, those about wildcards are of S3's troubleshooting pages. */
function parseRule(rule: WireRule): CorsRule {
  const { ID, AllowedOrigins, AllowedMethods, AllowedHeaders, ExposeHeaders, MaxAgeSeconds } = rule
  if (!AllowedOrigins?.length || !AllowedMethods?.length || (ID?.length ?? 0) > 255) throw malformedXml()
  for (const method of AllowedMethods)
    if (!METHODS.has(method))
      throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`)
  for (const origin of AllowedOrigins) assertOneWildcard("AllowedOrigin", origin)
  for (const header of AllowedHeaders ?? []) assertOneWildcard("AllowedHeader", header)
  for (const header of ExposeHeaders ?? [])
    if (header.includes("*"))
      throw invalidRequest(
        `ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
      )
  return {
    ...(ID !== undefined && { ID }),
    AllowedOrigins,
    AllowedMethods,
    ...(AllowedHeaders?.length && { AllowedHeaders }),
    ...(ExposeHeaders?.length && { ExposeHeaders }),
    ...(MaxAgeSeconds !== undefined && { MaxAgeSeconds }),
  }
}

function assertOneWildcard(element: string, value: string): void {
  if (value.split("*").length > 2) throw invalidRequest(`${element} "${value}" can not have more than one wildcard.`)
}
