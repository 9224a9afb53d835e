import type { Requirement } from "../../../authorization/requirement.ts"
import type { CallContext } from "../../../call.ts"
import { onObject } from "../access.ts"
import { assertExpectedOwner } from "../buckets/owner.ts"
import { getBucket } from "../buckets/record.ts"
import { invalidArgument, invalidRequest } from "../errors.ts"
import { assertCopyable } from "./conditions.ts"
import { readNamed } from "./lookup.ts"
import { findVersion, type ReadVersion } from "./record.ts"

export interface CopySource {
  Bucket: string
  Key: string
  VersionId?: string
}

interface CopySourceInput {
  CopySource: string
  CopySourceIfMatch?: string | undefined
  CopySourceIfNoneMatch?: string | undefined
  CopySourceIfModifiedSince?: Date | undefined
  CopySourceIfUnmodifiedSince?: Date | undefined
  ExpectedSourceBucketOwner?: string | undefined
}

/** `[/]bucket/key[?versionId=id]`, encoded as forms are: `+` is a space. Both, and the text of a source without key, recorded. */
export function parseCopySource(text: string): CopySource {
  const [path = "", query] = splitVersion(text)
  const decoded = decode(path).replace(/^\//, "")
  const slash = decoded.indexOf("/")
  if (slash <= 0 || slash === decoded.length - 1)
    throw invalidArgument("Invalid copy source object key", "x-amz-copy-source", "x-amz-copy-source")
  const source = { Bucket: decoded.slice(0, slash), Key: decoded.slice(slash + 1) }
  return query === undefined ? source : { ...source, VersionId: decode(query) }
}

function splitVersion(text: string): [string, string?] {
  const at = text.lastIndexOf("?versionId=")
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + "?versionId=".length)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch {
    // A stray percent sign: what was not encoded is taken as it is.
    return text
  }
}

/** The right to read the source, and the key that policies on the copy may look at. */
export const onCopySource = (text: string): Requirement => onObject("GetObject")(parseCopySource(text))

export const copySourceKey = (text: string): string => {
  const { Bucket, Key } = parseCopySource(text)
  return `${Bucket}/${Key}`
}

/** Reads the source and holds the request's conditions against it. */
export async function openCopySource(
  input: CopySourceInput,
  context: CallContext,
): Promise<ReadVersion & { source: CopySource }> {
  const source = parseCopySource(input.CopySource)
  const bucket = await getBucket(context.store, source.Bucket)
  assertExpectedOwner(bucket, input.ExpectedSourceBucketOwner)
  const named = await context.store.read((tx) => findVersion(tx, source.Bucket, source.Key, source.VersionId))
  if (source.VersionId !== undefined && named?.isDeleteMarker)
    throw invalidRequest("The source of a copy request may not specifically refer to a delete marker by version id.")
  const read = await readNamed(context, source)
  assertCopyable(
    {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    read.version,
    context.clock.now(),
  )
  return { ...read, source }
}
