import { constants, createPublicKey, type KeyObject, privateDecrypt, publicEncrypt } from "node:crypto"
import type { EncryptionAlgorithmSpec } from "@aws-sdk/client-kms"
import type { Deps } from "../../../call.ts"
import type { EncryptionContext } from "../access.ts"
import { decrypt, encrypt, parseCiphertext } from "../ciphertext.ts"
import { incorrectKey, invalid, invalidCiphertext, invalidKeyUsage } from "../errors.ts"
import type { Key } from "../keys/record.ts"
import { currentMaterial, materialOf } from "./use.ts"

const OAEP_HASHES: Readonly<Record<string, string>> = { RSAES_OAEP_SHA_1: "sha1", RSAES_OAEP_SHA_256: "sha256" }

/** Which algorithms keys of a spec encrypt by. */
export const encryptionAlgorithmsOf = (spec: string): EncryptionAlgorithmSpec[] =>
  spec === "SYMMETRIC_DEFAULT" ? ["SYMMETRIC_DEFAULT"] : (Object.keys(OAEP_HASHES) as EncryptionAlgorithmSpec[])

export interface Message {
  algorithm?: EncryptionAlgorithmSpec | undefined
  encryptionContext?: EncryptionContext | undefined
}

function assertFits({ record, arn }: Key, { algorithm, encryptionContext }: Message): void {
  const wanted = algorithm ?? "SYMMETRIC_DEFAULT"
  if (!encryptionAlgorithmsOf(record.spec).includes(wanted)) throw invalidKeyUsage(arn, record.spec, wanted)
  if (wanted !== "SYMMETRIC_DEFAULT" && encryptionContext)
    throw invalid("EncryptionContext is not supported with asymmetric encryption algorithms.")
}

const oaep = (key: KeyObject, algorithm: string) => ({
  key,
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: OAEP_HASHES[algorithm]!,
})

export async function encryptWith(
  deps: Pick<Deps, "store" | "masterKey">,
  key: Key,
  plaintext: Uint8Array,
  message: Message,
): Promise<Buffer> {
  assertFits(key, message)
  const material = await currentMaterial(deps, key)
  const { id, account, region, version } = key.record
  if (material.type === "secret")
    return encrypt(material, { key: { id, account, region }, version }, plaintext, message.encryptionContext)
  const hashBytes = message.algorithm === "RSAES_OAEP_SHA_1" ? 20 : 32
  const most = material.asymmetricKeyDetails!.modulusLength! / 8 - 2 * hashBytes - 2
  if (plaintext.length > most)
    throw invalid(`The plaintext must not be longer than ${most} bytes for this key and algorithm.`)
  return publicEncrypt(oaep(createPublicKey(material), message.algorithm!), plaintext)
}

export async function decryptWith(
  deps: Pick<Deps, "store" | "masterKey">,
  key: Key,
  blob: Uint8Array,
  message: Message,
): Promise<Buffer> {
  assertFits(key, message)
  if (key.record.spec !== "SYMMETRIC_DEFAULT") {
    const material = await currentMaterial(deps, key)
    try {
      return privateDecrypt(oaep(material, message.algorithm!), blob)
    } catch {
      throw invalidCiphertext()
    }
  }
  const ciphertext = parseCiphertext(blob)
  if (ciphertext.key.id !== key.record.id) throw incorrectKey()
  const material = await materialOf(deps, key, ciphertext.version)
  if (!material) throw invalidCiphertext()
  return decrypt(material, ciphertext, message.encryptionContext)
}
