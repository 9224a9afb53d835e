import type { SSESpecification, StreamSpecification } from "@aws-sdk/client-dynamodb"
import type { Scope } from "../../../operation.ts"
import { invalidParameter } from "../errors.ts"
import type { TableRecord } from "./record.ts"

/** The stream's setting is kept and told; its records are not. */
export function streamOf(given: StreamSpecification | undefined, now: number): TableRecord["stream"] {
  if (!given) return undefined
  const { StreamEnabled, StreamViewType } = given
  if (!StreamEnabled) {
    if (StreamViewType !== undefined) {
      throw invalidParameter("StreamViewType cannot be specified when StreamEnabled is false")
    }
    return undefined
  }
  if (StreamViewType === undefined) {
    throw invalidParameter("StreamViewType must be specified when StreamEnabled is true")
  }
  return { viewType: StreamViewType, label: new Date(now).toISOString().replace("Z", "") }
}

export function encryptionOf(
  given: SSESpecification | undefined,
  { account, region }: Scope,
): TableRecord["encryption"] {
  if (!given) return undefined
  const { Enabled, SSEType, KMSMasterKeyId } = given
  if (!Enabled) {
    if (SSEType !== undefined || KMSMasterKeyId !== undefined) {
      throw invalidParameter("SSEType or KMSMasterKeyId cannot be specified when SSE is disabled")
    }
    return undefined
  }
  if (SSEType === "AES256") throw invalidParameter("SSEType AES256 is not supported")
  if (KMSMasterKeyId?.startsWith("arn:")) return { keyArn: KMSMasterKeyId }
  const key = KMSMasterKeyId ?? "alias/aws/dynamodb"
  return { keyArn: `arn:aws:kms:${region}:${account}:${key.startsWith("alias/") ? key : `key/${key}`}` }
}
