import { decrypt as decryptXml } from "xml-encryption"
import { SamlError } from "./assertion.ts"
import { SIGNATURE } from "./names.ts"
import type { Decrypt } from "./signature.ts"
import { attributeOf, childrenNamed, formatXml } from "./xml.ts"

const ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#"

/** No RSA with PKCS#1 1.5 padding: who may try often finds out what was encrypted (XML Encryption 1.1, 5.5.1). */
const KEY_METHODS = [`${ENCRYPTION}rsa-oaep-mgf1p`, "http://www.w3.org/2009/xmlenc11#rsa-oaep"]
const AUTHENTICATED = ["http://www.w3.org/2009/xmlenc11#aes128-gcm", "http://www.w3.org/2009/xmlenc11#aes256-gcm"]
const UNAUTHENTICATED = [`${ENCRYPTION}aes128-cbc`, `${ENCRYPTION}aes256-cbc`]

/**
 * Decrypts with a private key (PEM). A cipher without authentication is taken only where the response around it is signed:
 * else whoever sends altered ciphertexts learns from what becomes of them (XML Encryption 1.1, 6.1.1). Every fault looks
 * the same from outside.
 */
export const decryptWith =
  (privateKey: string): Decrypt =>
  (encrypted, isSigned) => {
    const fault = faultOf(encrypted, isSigned)
    if (fault !== undefined) throw new SamlError("encryption", { why: fault })
    let text: string | undefined
    const options = {
      key: privateKey,
      disallowDecryptionWithInsecureAlgorithm: false,
      warnInsecureAlgorithm: false,
    }
    // It calls back before it returns.
    decryptXml(formatXml(encrypted), options, (error, result) => {
      if (!error) text = result
    })
    if (!text) throw new SamlError("encryption", { why: "cannot be decrypted with the provider's key" })
    return text
  }

function faultOf(encrypted: Element, isSigned: boolean): string | undefined {
  const [data, ...others] = childrenNamed(encrypted, ENCRYPTION, "EncryptedData")
  if (!data || others.length > 0) return "has not one EncryptedData"
  const cipher = methodOf(data)
  const isGood = AUTHENTICATED.includes(cipher) || (isSigned && UNAUTHENTICATED.includes(cipher))
  if (!isGood) return `is encrypted by ${cipher || "no known method"}`
  const keys = [
    ...childrenNamed(encrypted, ENCRYPTION, "EncryptedKey"),
    ...childrenNamed(data, SIGNATURE, "KeyInfo").flatMap((info) => childrenNamed(info, ENCRYPTION, "EncryptedKey")),
  ]
  if (keys.length !== 1) return "has not one EncryptedKey"
  const method = methodOf(keys[0]!)
  return KEY_METHODS.includes(method) ? undefined : `has its key encrypted by ${method || "no known method"}`
}

function methodOf(element: Element): string {
  const [method] = childrenNamed(element, ENCRYPTION, "EncryptionMethod")
  return (method && attributeOf(method, "Algorithm")) ?? ""
}
