import type { CallContext } from "../../../call.ts"
import type { OpenedObject } from "../../../peers.ts"
import { WireError } from "../../../wire/errors.ts"
import { codeMissing, notBuilt, s3CodeDenied, s3CodeError } from "../errors.ts"
import { type ArrivedCode, storeFetchedCode, storeSentCode } from "./store.ts"

/** Where code comes from, as requests say it. */
export interface CodeSource {
  ZipFile?: Uint8Array | undefined
  S3Bucket?: string | undefined
  S3Key?: string | undefined
  S3ObjectVersion?: string | undefined
  S3ObjectStorageMode?: string | undefined
  SourceKMSKeyArn?: string | undefined
}

/** Takes the code in; objects of S3 are read as the caller. `layersBytes` count to what may be unzipped. */
export async function arriveCode(context: CallContext, source: CodeSource, layersBytes = 0): Promise<ArrivedCode> {
  const { ZipFile, S3Bucket, S3Key, S3ObjectVersion } = source
  if (source.SourceKMSKeyArn) throw notBuilt("SourceKMSKeyArn of AWS Lambda")
  if (source.S3ObjectStorageMode === "REFERENCE") throw notBuilt("code that stays in its bucket")
  if (ZipFile) return storeSentCode(context.bytes, ZipFile, layersBytes)
  if (S3Bucket === undefined || S3Key === undefined) throw codeMissing()
  const object = { bucket: S3Bucket, key: S3Key, ...(S3ObjectVersion !== undefined && { versionId: S3ObjectVersion }) }
  return storeFetchedCode(context.bytes, await fetchObject(context, object), layersBytes)
}

async function fetchObject(
  { peers, isAllowed }: CallContext,
  object: { bucket: string; key: string; versionId?: string },
): Promise<OpenedObject> {
  try {
    return await peers.openObject(object, isAllowed)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    if (error.code === "AccessDenied") throw s3CodeDenied(object.bucket, object.key)
    throw s3CodeError(error.code, error.message)
  }
}

/** Has the code kept by `work`, in its transaction; where that throws, nothing is left of it. */
export async function keepingCode<T>(
  { bytes }: Pick<CallContext, "bytes">,
  { written }: ArrivedCode,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await bytes.discard(written)
    throw error
  }
}
