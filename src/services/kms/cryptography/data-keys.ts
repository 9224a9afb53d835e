import { generateKeyPair as generate, randomBytes } from "node:crypto"
import { promisify } from "node:util"
import {
  type DataKeySpec,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
} from "@aws-sdk/client-kms"
import type { CallContext } from "../../../call.ts"
import { operation, type Scope } from "../../../operation.ts"
import { type EncryptionContext, type KeyRequirement, onKey } from "../access.ts"
import { invalid, notBuilt } from "../errors.ts"
import { encryptWith } from "./algorithms.ts"
import { assertNoEnclave } from "./encrypt.ts"
import { assertNoDryRun, openKey } from "./use.ts"

const generateKeyPair = promisify(generate)

interface DataKeyInput {
  KeyId: string
  EncryptionContext?: EncryptionContext | undefined
  GrantTokens?: string[] | undefined
  DryRun?: boolean | undefined
  Recipient?: object | undefined
}

const onDataKey = (input: DataKeyInput, scope: Scope): KeyRequirement =>
  onKey(input.KeyId, scope, {
    encryptionContext: input.EncryptionContext,
    grantTokens: input.GrantTokens,
    context: { "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" },
  })

/** The API Reference asks for the one or the other. */
function bytesOf({
  KeySpec,
  NumberOfBytes,
}: {
  KeySpec?: DataKeySpec | undefined
  NumberOfBytes?: number | undefined
}) {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined))
    throw invalid("Please specify either number of bytes or key spec.")
  return NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32)
}

async function makeDataKey(input: DataKeyInput, requirement: KeyRequirement, bytes: number, context: CallContext) {
  assertNoEnclave(input)
  const key = await openKey(requirement, "ENCRYPT_DECRYPT", context)
  assertNoDryRun(input)
  const plaintext = randomBytes(bytes)
  const ciphertext = await encryptWith(context, key, plaintext, { encryptionContext: input.EncryptionContext })
  return { key, plaintext, ciphertext }
}

export const GenerateDataKey = operation(GenerateDataKeyCommand, {
  access: onDataKey,
  async handle(input, context) {
    const made = await makeDataKey(input, onDataKey(input, context), bytesOf(input), context)
    return { KeyId: made.key.arn, Plaintext: made.plaintext, CiphertextBlob: made.ciphertext }
  },
})

export const GenerateDataKeyWithoutPlaintext = operation(GenerateDataKeyWithoutPlaintextCommand, {
  access: onDataKey,
  async handle(input, context) {
    // Its KeySpec may be left out, and is then AES_256.
    const given = input.NumberOfBytes === undefined ? { KeySpec: input.KeySpec ?? "AES_256" } : input
    const made = await makeDataKey(input, onDataKey(input, context), bytesOf(given), context)
    return { KeyId: made.key.arn, CiphertextBlob: made.ciphertext }
  },
})

const onPair = (input: DataKeyInput & { KeyPairSpec: string }, scope: Scope): KeyRequirement => {
  const requirement = onDataKey(input, scope)
  return { ...requirement, context: { ...requirement.context, "kms:DataKeyPairSpec": input.KeyPairSpec } }
}

const PAIRS: Readonly<Record<string, () => ReturnType<typeof generateKeyPair>>> = {
  RSA_2048: () => generateKeyPair("rsa", { modulusLength: 2048 }),
  RSA_3072: () => generateKeyPair("rsa", { modulusLength: 3072 }),
  RSA_4096: () => generateKeyPair("rsa", { modulusLength: 4096 }),
  ECC_NIST_P256: () => generateKeyPair("ec", { namedCurve: "P-256" }),
  ECC_NIST_P384: () => generateKeyPair("ec", { namedCurve: "P-384" }),
  ECC_NIST_P521: () => generateKeyPair("ec", { namedCurve: "P-521" }),
  ECC_SECG_P256K1: () => generateKeyPair("ec", { namedCurve: "secp256k1" }),
}

async function makePair(input: DataKeyInput & { KeyPairSpec: string }, context: CallContext) {
  assertNoEnclave(input)
  const make = PAIRS[input.KeyPairSpec]
  if (!make) throw notBuilt(`data key pairs of ${input.KeyPairSpec}`)
  const key = await openKey(onPair(input, context), "ENCRYPT_DECRYPT", context)
  assertNoDryRun(input)
  const { publicKey, privateKey } = await make()
  const plaintext = privateKey.export({ type: "pkcs8", format: "der" })
  const PrivateKeyCiphertextBlob = await encryptWith(context, key, plaintext, {
    encryptionContext: input.EncryptionContext,
  })
  const PublicKey = publicKey.export({ type: "spki", format: "der" })
  return {
    plaintext,
    told: { KeyId: key.arn, KeyPairSpec: input.KeyPairSpec as never, PublicKey, PrivateKeyCiphertextBlob },
  }
}

export const GenerateDataKeyPair = operation(GenerateDataKeyPairCommand, {
  access: onPair,
  async handle(input, context) {
    const { told, plaintext } = await makePair(input, context)
    return { ...told, PrivateKeyPlaintext: plaintext }
  },
})

export const GenerateDataKeyPairWithoutPlaintext = operation(GenerateDataKeyPairWithoutPlaintextCommand, {
  access: onPair,
  handle: async (input, context) => (await makePair(input, context)).told,
})

export const GenerateRandom = operation(GenerateRandomCommand, {
  access: () => ({ resource: "*" }),
  async handle(input) {
    assertNoEnclave(input)
    if (input.CustomKeyStoreId !== undefined) throw notBuilt("custom key stores")
    if (input.NumberOfBytes === undefined) throw invalid("NumberOfBytes is required.")
    return { Plaintext: randomBytes(input.NumberOfBytes) }
  },
})
