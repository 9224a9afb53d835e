import { createPublicKey, type KeyObject, sign, verify } from "node:crypto"
import { GetPublicKeyCommand, SignCommand, VerifyCommand } from "@aws-sdk/client-kms"
import { operation, type Scope } from "../../../operation.ts"
import { type KeyRequirement, onKey } from "../access.ts"
import { invalidKeyUsage, notBuilt, signatureInvalid, unsupported } from "../errors.ts"
import { assertEnabled, getKey } from "../keys/find.ts"
import { describe } from "../keys/metadata.ts"
import type { Key } from "../keys/record.ts"
import { SIGNING_ALGORITHMS, type SigningAlgorithm, signingAlgorithmsOf } from "./signing-algorithms.ts"
import { assertNoDryRun, currentMaterial, openKey } from "./use.ts"

interface SigningInput {
  KeyId: string
  SigningAlgorithm: string
  MessageType?: string | undefined
  GrantTokens?: string[] | undefined
}

const onSignature = (input: SigningInput, scope: Scope): KeyRequirement =>
  onKey(input.KeyId, scope, {
    grantTokens: input.GrantTokens,
    context: { "kms:SigningAlgorithm": input.SigningAlgorithm, "kms:MessageType": input.MessageType ?? "RAW" },
  })

/** node:crypto hashes what it signs, so a digest that is sent in place of its message cannot be signed. */
function algorithmOf(
  { record, arn }: Key,
  { SigningAlgorithm: name, MessageType = "RAW" }: SigningInput,
): SigningAlgorithm {
  if (!signingAlgorithmsOf(record.spec).includes(name)) throw invalidKeyUsage(arn, record.spec, name)
  if (MessageType !== "RAW") throw notBuilt(`signatures of messages of the type ${MessageType}`)
  return SIGNING_ALGORITHMS[name]!
}

const keyAnd = (key: KeyObject, { padding, saltLength }: SigningAlgorithm) => ({
  key,
  ...(padding !== undefined && { padding }),
  ...(saltLength !== undefined && { saltLength }),
})

export const Sign = operation(SignCommand, {
  access: onSignature,
  async handle(input, context) {
    const key = await openKey(onSignature(input, context), "SIGN_VERIFY", context)
    const algorithm = algorithmOf(key, input)
    assertNoDryRun(input)
    const Signature = sign(algorithm.hash, input.Message, keyAnd(await currentMaterial(context, key), algorithm))
    return { KeyId: key.arn, Signature, SigningAlgorithm: input.SigningAlgorithm }
  },
})

export const Verify = operation(VerifyCommand, {
  access: onSignature,
  async handle(input, context) {
    const key = await openKey(onSignature(input, context), "SIGN_VERIFY", context)
    const algorithm = algorithmOf(key, input)
    const publicKey = createPublicKey(await currentMaterial(context, key))
    if (!verify(algorithm.hash, input.Message, keyAnd(publicKey, algorithm), input.Signature)) throw signatureInvalid()
    assertNoDryRun(input)
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm }
  },
})

export const GetPublicKey = operation(GetPublicKeyCommand, {
  access: ({ KeyId, GrantTokens }, home) => onKey(KeyId, home, { grantTokens: GrantTokens }),
  async handle(input, context) {
    const key = await getKey(input.KeyId, context)
    assertEnabled(key)
    const material = await currentMaterial(context, key)
    if (material.type !== "private") throw unsupported(`${key.arn} is not an asymmetric key.`)
    const { KeySpec, CustomerMasterKeySpec, KeyUsage, EncryptionAlgorithms, SigningAlgorithms } = describe(key)
    return {
      KeyId: key.arn,
      PublicKey: createPublicKey(material).export({ type: "spki", format: "der" }),
      KeySpec,
      CustomerMasterKeySpec,
      KeyUsage,
      ...(EncryptionAlgorithms && { EncryptionAlgorithms }),
      ...(SigningAlgorithms && { SigningAlgorithms }),
    }
  },
})
