import type { KeyMetadata, MacAlgorithmSpec, SigningAlgorithmSpec } from "@aws-sdk/client-kms"
import { encryptionAlgorithmsOf } from "../cryptography/algorithms.ts"
import { signingAlgorithmsOf } from "../cryptography/signing-algorithms.ts"
import type { Key } from "./record.ts"

const seconds = (milliseconds: number): Date => new Date(milliseconds)

/** What DescribeKey and CreateKey tell of a key. */
export function describe({ record, arn }: Key): KeyMetadata {
  const { spec, usage } = record
  return {
    AWSAccountId: record.account,
    KeyId: record.id,
    Arn: arn,
    CreationDate: seconds(record.createdAt),
    Enabled: record.state === "Enabled",
    Description: record.description,
    KeyUsage: usage,
    KeyState: record.state,
    ...(record.deletionAt !== undefined && { DeletionDate: seconds(record.deletionAt) }),
    Origin: "AWS_KMS",
    KeyManager: record.manager,
    CustomerMasterKeySpec: spec as never,
    KeySpec: spec,
    ...(usage === "ENCRYPT_DECRYPT" && { EncryptionAlgorithms: encryptionAlgorithmsOf(spec) }),
    ...(usage === "SIGN_VERIFY" && { SigningAlgorithms: signingAlgorithmsOf(spec) as SigningAlgorithmSpec[] }),
    ...(usage === "GENERATE_VERIFY_MAC" && { MacAlgorithms: [macAlgorithmOf(spec)] }),
    MultiRegion: false,
  }
}

export const macAlgorithmOf = (spec: string): MacAlgorithmSpec => spec.replace("HMAC_", "HMAC_SHA_") as MacAlgorithmSpec
