import { generateKeyPair as generate, type KeyObject } from "node:crypto"
import { promisify } from "node:util"
import type { KeySpec, KeyUsageType } from "@aws-sdk/client-kms"
import { secretKey } from "../material.ts"

const generateKeyPair = promisify(generate)

/** What keys of a spec are made of, and may be used for. */
export interface Spec {
  usages: readonly KeyUsageType[]
  make(): Promise<KeyObject>
}

const secret = (bytes: number) => async () => secretKey(bytes)
const rsa = (modulusLength: number): Spec => ({
  usages: ["SIGN_VERIFY", "ENCRYPT_DECRYPT"],
  make: async () => (await generateKeyPair("rsa", { modulusLength })).privateKey,
})
const curve = (namedCurve: string): Spec => ({
  usages: ["SIGN_VERIFY"],
  make: async () => (await generateKeyPair("ec", { namedCurve })).privateKey,
})
const hmac = (bits: number): Spec => ({
  usages: ["GENERATE_VERIFY_MAC"],
  make: secret(bits / 8),
})

/** Source: API Reference, CreateKey. */
export const SPECS: Readonly<Partial<Record<KeySpec, Spec>>> = {
  SYMMETRIC_DEFAULT: { usages: ["ENCRYPT_DECRYPT"], make: secret(32) },
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: curve("P-256"),
  ECC_NIST_P384: curve("P-384"),
  ECC_NIST_P521: curve("P-521"),
  ECC_SECG_P256K1: curve("secp256k1"),
}
