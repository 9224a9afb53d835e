import type { SSESpecification } from "@aws-sdk/client-dynamodb"
import type { Scope } from "../../../operation.ts"
import { invalid, invalidParameter } from "../errors.ts"
import type { TableRecord } from "./record.ts"

/** The texts are recorded (10-2026); so is that `Enabled` may be left out. */
export function encryptionOf(
  given: SSESpecification | undefined,
  { account, region }: Scope,
): TableRecord["encryption"] {
  if (!given) return undefined
  const { SSEType, KMSMasterKeyId, Enabled = SSEType !== undefined } = given
  if (!Enabled) {
    if (SSEType !== undefined) throw invalidParameter("SSEType can not be specified if Enabled is false")
    if (KMSMasterKeyId !== undefined) throw invalidParameter("KMSMasterKeyId can not be specified if Enabled is false")
    return undefined
  }
  if (SSEType === "AES256") throw invalidParameter("SSEType AES256 is not supported")
  if (KMSMasterKeyId !== undefined && SSEType === undefined) {
    throw invalidParameter("SSEType KMS is required if KMSMasterKeyId is specified")
  }
  if (KMSMasterKeyId?.startsWith("arn:")) return { keyArn: KMSMasterKeyId }
  const key = KMSMasterKeyId ?? "alias/aws/dynamodb"
  return { keyArn: `arn:aws:kms:${region}:${account}:${key.startsWith("alias/") ? key : `key/${key}`}` }
}

/** Of UpdateTable: what would change nothing is refused. */
export function newEncryptionOf(
  current: TableRecord["encryption"],
  given: SSESpecification,
  scope: Scope,
): TableRecord["encryption"] {
  const encryption = encryptionOf(given, scope)
  if (!encryption && !current) throw invalidParameter("Table is already encrypted by default")
  if (encryption && encryption.keyArn === current?.keyArn) {
    throw invalidParameter(
      "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key",
    )
  }
  return encryption
}

const CLASSES = ["STANDARD", "STANDARD_INFREQUENT_ACCESS"] as const
type TableClass = (typeof CLASSES)[number]

export function assertTableClass(name: string | undefined): asserts name is TableClass | undefined {
  if (name === undefined || (CLASSES as readonly string[]).includes(name)) return
  throw invalid(
    `Invalid table-class parameter provided. Please try again with a valid table-class value: [${CLASSES.join(", ")}].`,
  )
}
