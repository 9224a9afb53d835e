import { GetObjectCommand, type GetObjectCommandOutput, HeadObjectCommand } from "@aws-sdk/client-s3"
import type { Span } from "../../../bytes/bytes.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onObject } from "../access.ts"
import { objectArn } from "../arns.ts"
import type { Bucket } from "../buckets/record.ts"
import { openBucket } from "../buckets/settings.ts"
import { type Checksum, checksumMembers } from "../checksums/algorithms.ts"
import { invalidPartNumber, invalidRange, invalidRequest } from "../errors.ts"
import { assertReadable, type ReadConditions } from "./conditions.ts"
import { ARCHIVES, type Overrides, overriddenHeaders, refuseUnbuiltHeaders, shownHeaders } from "./headers.ts"
import { readNamed } from "./lookup.ts"
import { formatContentRange, parseRange, UNSATISFIABLE } from "./range.ts"
import { listParts, type ObjectVersion, segmentsOf } from "./record.ts"
import { sandboxOf } from "./sandbox.ts"
import { shownVersionId } from "./versions.ts"

interface GetInput extends ReadConditions, Overrides {
  Bucket: string
  Key: string
  VersionId?: string | undefined
  Range?: string | undefined
  PartNumber?: number | undefined
  ChecksumMode?: string | undefined
  ExpectedBucketOwner?: string | undefined
}

export const GetObject = operation(GetObjectCommand, {
  access: onObject("GetObject"),
  async handle(input, context) {
    const { version, content, output, span } = await describe(input, context)
    if (ARCHIVES.has(version.storageClass ?? "")) throw invalidObjectState(version.storageClass!)
    const { start, end } = span
    if (start === end) return { ...output, Body: new Uint8Array(0) as unknown as GetObjectCommandOutput["Body"] }
    const body = content ? content.subarray(start, end) : await openContent(context, version, span)
    return { ...output, Body: body as unknown as GetObjectCommandOutput["Body"] }
  },
})

export const HeadObject = operation(HeadObjectCommand, {
  access: onObject("GetObject"),
  handle: async (input, context) => (await describe(input, context)).output,
})

/**
 * The content of an object that lies apart from its row; its pieces are good until the next is asked for. That nothing of
 * it is there any more is found while it can still be told.
 */
export async function openContent(
  { store, bytes }: Pick<CallContext, "store" | "bytes">,
  version: ObjectVersion,
  span: Span,
): Promise<AsyncIterable<Uint8Array>> {
  const segments = await store.read((tx) => segmentsOf(tx, version))
  let end = 0
  const first = segments.find(({ size }) => {
    end += size
    return end > span.start
  })
  if (first) await bytes.assertThere(first)
  return bytes.read(segments, span)
}

/** What a get and a head have in common: all but the content. */
async function describe(input: GetInput, context: CallContext) {
  const { store, clock, caller, request } = context
  const bucket = await openBucket(store, input)
  refuseUnbuiltHeaders(request)
  const overrides = overriddenHeaders(input)
  if (caller.kind === "anonymous" && Object.keys(overrides).length > 0)
    throw invalidRequest("Request specific response headers cannot be used for anonymous GET requests.")
  if (input.Range !== undefined && input.PartNumber !== undefined)
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter")
  const { version, content } = await readNamed(context, input)
  const shown = await showVersion(version, bucket, context)
  assertReadable(input, version, clock.now(), () => notModifiedHeaders(version, shown.VersionId))
  const selected = await select(input, version, context)
  const span = selected?.span ?? { start: 0, end: version.size }
  const isWhole = span.end - span.start === version.size
  const output = {
    ...shown,
    ...overrides,
    ContentLength: span.end - span.start,
    ...(selected && { ContentRange: formatContentRange(span, version.size) }),
    ...(selected?.partsCount !== undefined && { PartsCount: selected.partsCount }),
    ...(input.ChecksumMode?.toUpperCase() === "ENABLED" &&
      checksumMembers(selected?.checksum ?? (isWhole ? version.checksum : undefined))),
  }
  if (selected) context.answer.status = 206
  Object.assign(context.answer.headers, sandboxOf(context, bucket.name, output.ContentType))
  return { version, content, output, span }
}

async function showVersion(version: ObjectVersion, bucket: Bucket, context: CallContext) {
  const tags = version.tags?.length ?? 0
  const resource = objectArn(bucket.name, version.key)
  const showsTags = tags > 0 && (await context.isAllowed({ action: "s3:GetObjectTagging", resource }))
  return {
    ...shownHeaders(version),
    AcceptRanges: "bytes",
    LastModified: new Date(version.modified),
    ETag: `"${version.etag}"`,
    ServerSideEncryption: "AES256" as const,
    VersionId: shownVersionId(bucket.versioning, version.versionId),
    ...(showsTags && { TagCount: tags }),
  }
}

/** RFC 9110, 15.4.5. */
function notModifiedHeaders(version: ObjectVersion, versionId: string | undefined): Record<string, string> {
  return {
    etag: `"${version.etag}"`,
    "last-modified": new Date(version.modified).toUTCString(),
    ...(version.cacheControl !== undefined && { "cache-control": version.cacheControl }),
    ...(version.expires !== undefined && { expires: version.expires }),
    ...(versionId !== undefined && { "x-amz-version-id": versionId }),
  }
}

interface Selected {
  span: Span
  /** Of a part: how many there are. */
  partsCount?: number
  /** Of a part that has one of its own. A checksum of the whole says nothing of less than the whole (recorded). */
  checksum?: Checksum
}

/** The bytes that `Range` or `partNumber` ask for; undefined for the whole. */
async function select(
  { Range, PartNumber }: GetInput,
  version: ObjectVersion,
  { store }: CallContext,
): Promise<Selected | undefined> {
  if (PartNumber !== undefined) return selectPart(PartNumber, version, store)
  if (Range === undefined) return undefined
  const span = parseRange(Range, version.size)
  if (span === UNSATISFIABLE) throw invalidRange(Range, version.size)
  return span && { span }
}

async function selectPart(
  partNumber: number,
  version: ObjectVersion,
  store: CallContext["store"],
): Promise<Selected | undefined> {
  if (version.parts === undefined) {
    if (partNumber !== 1) throw invalidPartNumber(partNumber, 1)
    return version.size === 0 ? undefined : { span: { start: 0, end: version.size } }
  }
  const parts = await store.read((tx) => listParts(tx, version.dataId!))
  let start = 0
  for (const part of parts) {
    const end = start + part.size
    if (part.partNumber === partNumber) {
      const isComposite = version.checksum?.type === "COMPOSITE" && part.checksum !== undefined
      const checksum = isComposite && { ...part.checksum!, type: "COMPOSITE" as const }
      return { span: { start, end }, partsCount: parts.length, ...(checksum && { checksum }) }
    }
    start = end
  }
  throw invalidPartNumber(partNumber, parts.length)
}

/** Recorded. */
export const invalidObjectState = (StorageClass: string) =>
  new WireError("InvalidObjectState", "The operation is not valid for the object's storage class", {
    status: 403,
    members: { StorageClass },
  })
