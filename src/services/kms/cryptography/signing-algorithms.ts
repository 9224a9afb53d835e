import { constants } from "node:crypto"

export interface SigningAlgorithm {
  hash: string
  digestBytes: number
  padding?: number
  saltLength?: number
}

const pss = (bits: number): SigningAlgorithm => ({
  hash: `sha${bits}`,
  digestBytes: bits / 8,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
})
const pkcs1 = (bits: number): SigningAlgorithm => ({
  hash: `sha${bits}`,
  digestBytes: bits / 8,
  padding: constants.RSA_PKCS1_PADDING,
})
const ecdsa = (bits: number): SigningAlgorithm => ({ hash: `sha${bits}`, digestBytes: bits / 8 })

/** Source: API Reference, Sign. Signatures of curves are DER. */
export const SIGNING_ALGORITHMS: Readonly<Record<string, SigningAlgorithm>> = {
  RSASSA_PSS_SHA_256: pss(256),
  RSASSA_PSS_SHA_384: pss(384),
  RSASSA_PSS_SHA_512: pss(512),
  RSASSA_PKCS1_V1_5_SHA_256: pkcs1(256),
  RSASSA_PKCS1_V1_5_SHA_384: pkcs1(384),
  RSASSA_PKCS1_V1_5_SHA_512: pkcs1(512),
  ECDSA_SHA_256: ecdsa(256),
  ECDSA_SHA_384: ecdsa(384),
  ECDSA_SHA_512: ecdsa(512),
}

const OF_CURVES: Readonly<Record<string, string>> = {
  ECC_NIST_P256: "ECDSA_SHA_256",
  ECC_NIST_P384: "ECDSA_SHA_384",
  ECC_NIST_P521: "ECDSA_SHA_512",
  ECC_SECG_P256K1: "ECDSA_SHA_256",
}

export const signingAlgorithmsOf = (spec: string): string[] =>
  spec.startsWith("RSA_")
    ? Object.keys(SIGNING_ALGORITHMS).filter((name) => name.startsWith("RSASSA_"))
    : OF_CURVES[spec] === undefined
      ? []
      : [OF_CURVES[spec]]
