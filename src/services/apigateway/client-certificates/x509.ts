import { generateKeyPair, type KeyObject, sign } from "node:crypto"
import { promisify } from "node:util"
import { randomHex } from "../../../base/random.ts"

/*
 * A certificate that its own key has signed (RFC 5280, in DER): Node's crypto reads certificates and makes none.
 */

export interface SelfSigned {
  pem: string
  /** PKCS #8 in DER. */
  privateKey: Buffer
}

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const NULL = 0x05
const OBJECT_ID = 0x06
const PRINTABLE_STRING = 0x13
const UTC_TIME = 0x17
/** Context-specific and constructed: the version. */
const VERSION = 0xa0

/** 1.2.840.113549.1.1.11: SHA-256 with RSA. */
const SHA256_WITH_RSA = Buffer.from("2a864886f70d01010b", "hex")
/** 2.5.4.x: attributes of names. */
const ATTRIBUTES = { C: "550406", ST: "550408", L: "550407", O: "55040a", CN: "550403" } as const

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff]
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

function nameOf(attributes: Readonly<Partial<Record<keyof typeof ATTRIBUTES, string>>>): Buffer {
  const parts = Object.entries(attributes).map(([key, value]) =>
    der(
      SET,
      der(
        SEQUENCE,
        der(OBJECT_ID, Buffer.from(ATTRIBUTES[key as keyof typeof ATTRIBUTES], "hex")),
        der(PRINTABLE_STRING, Buffer.from(value, "latin1")),
      ),
    ),
  )
  return der(SEQUENCE, ...parts)
}

/** YYMMDDhhmmssZ: of years before 2050. */
const timeOf = (milliseconds: number): Buffer =>
  der(UTC_TIME, Buffer.from(`${new Date(milliseconds).toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`, "latin1"))

export const certificateBetween = async (from: number, to: number): Promise<SelfSigned> => {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2_048 })
  return signed(publicKey, privateKey, from, to)
}

/** Its subject is what AWS's have. */
function signed(publicKey: KeyObject, privateKey: KeyObject, from: number, to: number): SelfSigned {
  const algorithm = der(SEQUENCE, der(OBJECT_ID, SHA256_WITH_RSA), der(NULL))
  const name = nameOf({ C: "US", ST: "Washington", L: "Seattle", O: "Amazon.com", CN: "ApiGateway" })
  // Positive, as a serial number must be.
  const serial = Buffer.from(`01${randomHex(15)}`, "hex")
  const toBeSigned = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([0]))),
    der(INTEGER, serial),
    algorithm,
    name,
    der(SEQUENCE, timeOf(from), timeOf(to)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  )
  const signature = der(BIT_STRING, Buffer.from([0]), sign("sha256", toBeSigned, privateKey))
  const certificate = der(SEQUENCE, toBeSigned, algorithm, signature)
  const lines = certificate.toString("base64").match(/.{1,64}/g)!
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----`,
    privateKey: privateKey.export({ type: "pkcs8", format: "der" }),
  }
}
