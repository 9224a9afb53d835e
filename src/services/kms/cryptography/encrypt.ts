import { DecryptCommand, EncryptCommand, ReEncryptCommand } from "@aws-sdk/client-kms"
import { type InputOf, operation, type Scope } from "../../../operation.ts"
import { type KeyRequirement, onKey } from "../access.ts"
import { findKeyName, keyArn } from "../arns.ts"
import { parseCiphertext } from "../ciphertext.ts"
import { CIPHERTEXT_KEY_UNKNOWN, ciphertextKeyUnknown, invalid, notBuilt } from "../errors.ts"
import { decryptWith, encryptWith } from "./algorithms.ts"
import { assertNoDryRun, openKey } from "./use.ts"

const toEncrypt = (input: InputOf<typeof EncryptCommand>, scope: Scope): KeyRequirement =>
  onKey(input.KeyId, scope, {
    encryptionContext: input.EncryptionContext,
    grantTokens: input.GrantTokens,
    context: { "kms:EncryptionAlgorithm": input.EncryptionAlgorithm ?? "SYMMETRIC_DEFAULT" },
  })

export const Encrypt = operation(EncryptCommand, {
  access: toEncrypt,
  async handle(input, context) {
    const key = await openKey(toEncrypt(input, context), "ENCRYPT_DECRYPT", context)
    const { EncryptionAlgorithm: algorithm = "SYMMETRIC_DEFAULT", EncryptionContext: encryptionContext } = input
    assertNoDryRun(input)
    const CiphertextBlob = await encryptWith(context, key, input.Plaintext, { algorithm, encryptionContext })
    return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: algorithm }
  },
})

/** What is to be decrypted: a blob of KMS's names its key itself, and a KeyId beside it only says which it should be. */
interface Encrypted {
  blob: Uint8Array | undefined
  keyId: string | undefined
  algorithm: string | undefined
  encryptionContext: Record<string, string> | undefined
}

function toOpen(encrypted: Encrypted, action: string, grantTokens: string[] | undefined, scope: Scope): KeyRequirement {
  const { blob, keyId, algorithm = "SYMMETRIC_DEFAULT", encryptionContext } = encrypted
  if (!blob)
    throw invalid(
      "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
    )
  const asked = { action, encryptionContext, grantTokens, context: { "kms:EncryptionAlgorithm": algorithm } }
  if (keyId !== undefined) return onKey(keyId, scope, asked)
  if (algorithm !== "SYMMETRIC_DEFAULT") throw invalid("KeyId is required with asymmetric encryption algorithms.")
  const { key } = parseCiphertext(blob)
  if (key.region !== scope.region) throw ciphertextKeyUnknown()
  return { ...onKey(keyArn(key), scope, asked), strangersAreTold: CIPHERTEXT_KEY_UNKNOWN }
}

const toDecrypt = (input: InputOf<typeof DecryptCommand>, scope: Scope): KeyRequirement =>
  toOpen(
    {
      blob: input.CiphertextBlob,
      keyId: input.KeyId,
      algorithm: input.EncryptionAlgorithm,
      encryptionContext: input.EncryptionContext,
    },
    "kms:Decrypt",
    input.GrantTokens,
    scope,
  )

export const Decrypt = operation(DecryptCommand, {
  access: toDecrypt,
  async handle(input, context) {
    assertNoEnclave(input)
    assertNoModifiers(input)
    const requirement = toDecrypt(input, context)
    const key = await openKey(requirement, "ENCRYPT_DECRYPT", context).catch(hideMissing(requirement))
    const { EncryptionAlgorithm: algorithm = "SYMMETRIC_DEFAULT", EncryptionContext: encryptionContext } = input
    const Plaintext = await decryptWith(context, key, input.CiphertextBlob!, { algorithm, encryptionContext })
    assertNoDryRun(input)
    return { Plaintext, KeyId: key.arn, EncryptionAlgorithm: algorithm }
  },
})

const fromSource = (input: InputOf<typeof ReEncryptCommand>, scope: Scope): KeyRequirement =>
  toOpen(
    {
      blob: input.CiphertextBlob,
      keyId: input.SourceKeyId,
      algorithm: input.SourceEncryptionAlgorithm,
      encryptionContext: input.SourceEncryptionContext,
    },
    "kms:ReEncryptFrom",
    input.GrantTokens,
    scope,
  )

const toDestination = (input: InputOf<typeof ReEncryptCommand>, scope: Scope): KeyRequirement =>
  onKey(input.DestinationKeyId, scope, {
    action: "kms:ReEncryptTo",
    encryptionContext: input.DestinationEncryptionContext,
    grantTokens: input.GrantTokens,
    context: { "kms:EncryptionAlgorithm": input.DestinationEncryptionAlgorithm ?? "SYMMETRIC_DEFAULT" },
  })

/** `kms:ReEncryptOnSameKey` is about both keys, so both requirements have it. */
function toReEncrypt(input: InputOf<typeof ReEncryptCommand>, scope: Scope): [KeyRequirement, KeyRequirement] {
  const [source, destination] = [fromSource(input, scope), toDestination(input, scope)]
  const isSame = findKeyName(source.resource)?.is === "key" && source.resource === destination.resource
  const context = { "kms:ReEncryptOnSameKey": isSame ? "true" : "false" }
  return [
    { ...source, context: { ...source.context, ...context } },
    { ...destination, context: { ...destination.context, ...context } },
  ]
}

export const ReEncrypt = operation(ReEncryptCommand, {
  access: toReEncrypt,
  async handle(input, context) {
    assertNoModifiers(input)
    const [from, to] = toReEncrypt(input, context)
    const source = await openKey(from, "ENCRYPT_DECRYPT", context).catch(hideMissing(from))
    const destination = await openKey(to, "ENCRYPT_DECRYPT", context)
    const { SourceEncryptionAlgorithm = "SYMMETRIC_DEFAULT", DestinationEncryptionAlgorithm = "SYMMETRIC_DEFAULT" } =
      input
    const plaintext = await decryptWith(context, source, input.CiphertextBlob!, {
      algorithm: SourceEncryptionAlgorithm,
      encryptionContext: input.SourceEncryptionContext,
    })
    assertNoDryRun(input)
    const CiphertextBlob = await encryptWith(context, destination, plaintext, {
      algorithm: DestinationEncryptionAlgorithm,
      encryptionContext: input.DestinationEncryptionContext,
    })
    return {
      CiphertextBlob,
      SourceKeyId: source.arn,
      KeyId: destination.arn,
      SourceEncryptionAlgorithm,
      DestinationEncryptionAlgorithm,
    }
  },
})

/** That the key of a ciphertext is gone is told in the words for what may not be known. */
const hideMissing =
  ({ strangersAreTold }: KeyRequirement) =>
  (error: unknown): never => {
    const isMissing = error instanceof Error && "code" in error && error.code === "NotFoundException"
    throw isMissing && strangersAreTold !== undefined ? ciphertextKeyUnknown() : error
  }

/** What would make a dry run ignore the ciphertext. */
function assertNoModifiers({ DryRunModifiers }: { DryRunModifiers?: readonly string[] | undefined }): void {
  if (DryRunModifiers?.length) throw notBuilt("DryRunModifiers")
}

/** Nitro enclaves, whose attestations are not verified here: their answers would have to be encrypted for them. */
export function assertNoEnclave({ Recipient }: { Recipient?: object | undefined }): void {
  if (Recipient) throw notBuilt("answers for Nitro enclaves (Recipient)")
}
