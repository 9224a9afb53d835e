import { generateKeyPair, type KeyObject, sign } from "node:crypto"
import { promisify } from "node:util"
import { randomHex } from "../../base/random.ts"

/** An RSA key of ours and a certificate of it, for providers that want one. */
export interface KeyWithCertificate {
  /** PEM */
  privateKey: string
  /** DER in base64, as metadata documents have it. */
  certificate: string
}

const generate = promisify(generateKeyPair)

/** A 2048-bit key with a certificate that it signs itself. Times are milliseconds since the epoch. */
export async function createKeyWithCertificate(
  commonName: string,
  notBefore: number,
  notAfter: number,
): Promise<KeyWithCertificate> {
  const { publicKey, privateKey } = await generate("rsa", { modulusLength: 2048 })
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: selfSigned(commonName, notBefore, notAfter, publicKey, privateKey).toString("base64"),
  }
}

// The few elements of DER (X.690) that a certificate (RFC 5280, 4.1) is made of: Node reads certificates and makes none.
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts)
const bits = (content: Buffer): Buffer => der(0x03, Buffer.of(0), content)
const hex = (text: string): Buffer => Buffer.from(text, "hex")

const SHA256_WITH_RSA = sequence(hex("06092a864886f70d01010b"), hex("0500"))
const COMMON_NAME = hex("0603550403")
const VERSION_3 = der(0xa0, hex("020102"))

/** Until 2049 in two digits of the year, from then on in four. RFC 5280, 4.1.2.5. */
function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, "").slice(0, 14)
  return digits < "2050" ? der(0x17, Buffer.from(`${digits.slice(2)}Z`)) : der(0x18, Buffer.from(`${digits}Z`))
}

function selfSigned(
  commonName: string,
  notBefore: number,
  notAfter: number,
  publicKey: KeyObject,
  privateKey: KeyObject,
): Buffer {
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))))
  // Positive, of no more than 20 octets.
  const serial = der(0x02, hex(`01${randomHex(15)}`))
  const validity = sequence(time(notBefore), time(notAfter))
  const key = publicKey.export({ type: "spki", format: "der" })
  const body = sequence(VERSION_3, serial, SHA256_WITH_RSA, name, validity, name, key)
  return sequence(body, SHA256_WITH_RSA, bits(sign("sha256", body, privateKey)))
}
