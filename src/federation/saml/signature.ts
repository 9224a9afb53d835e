import { SignedXml } from "xml-crypto"
import { ASSERTION, PROTOCOL, SIGNATURE } from "./names.ts"
import { attributeOf, children, childrenNamed, findOnlyChild, parseXml } from "./xml.ts"

const CANONICAL = "http://www.w3.org/2001/10/xml-exc-c14n#"
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

/** No SHA-1, no HMAC, no canonical form but the exclusive one without comments. */
const ALGORITHMS = {
  CanonicalizationAlgorithms: [CANONICAL, ENVELOPED],
  HashAlgorithms: ["http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmlenc#sha512"],
  SignatureAlgorithms: [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
  ],
} as const

/** Makes an encrypted assertion a text again; `isSigned` where the signature of the response covers what is encrypted. */
export type Decrypt = (encrypted: Element, isSigned: boolean) => string

/**
 * The assertion of a document, as it was signed, or why there is none. What is answered is never the document that was
 * handed in: it is parsed anew from the very bytes that the signature covers, so that nothing which stands elsewhere
 * (signature wrapping) and nothing which canonical form leaves out (comments) is ever read. With `decrypt` the assertion has
 * to be encrypted.
 */
export function findSignedAssertion(
  text: string,
  certificates: readonly string[],
  decrypt?: Decrypt,
): Element | { why: string } {
  const root = parseXml(text)
  if (decrypt) return findEncrypted(text, root, certificates, decrypt)
  const assertion = assertionOf(root)
  if ("why" in assertion) return assertion
  // Either the assertion is signed itself, or the response around it is.
  const whys: string[] = []
  for (const signed of new Set([assertion, root])) {
    const [signature, ...others] = childrenNamed(signed, SIGNATURE, "Signature")
    if (!signature) continue
    if (others.length > 0) return { why: "several signatures of one element" }
    const found = verify(text, signed, signature, certificates)
    if ("why" in found) whys.push(found.why)
    else return assertionOf(found)
  }
  return { why: whys[0] ?? "no signature" }
}

/** A signed response is held against its signature before any of it is decrypted; else what is decrypted has to be signed. */
function findEncrypted(
  text: string,
  root: Element,
  certificates: readonly string[],
  decrypt: Decrypt,
): Element | { why: string } {
  if (!isNamed(root, PROTOCOL, "Response")) return { why: "not a Response" }
  const [signature, ...others] = childrenNamed(root, SIGNATURE, "Signature")
  if (others.length > 0) return { why: "several signatures of one element" }
  const response = signature ? verify(text, root, signature, certificates) : root
  if ("why" in response) return response
  const encrypted = findOnlyChild(response, ASSERTION, "EncryptedAssertion")
  if (!encrypted || childrenNamed(response, ASSERTION, "Assertion").length > 0)
    return { why: "not exactly one assertion, encrypted" }
  const decrypted = decrypt(encrypted, signature !== undefined)
  if (!signature) return findSignedAssertion(decrypted, certificates)
  const assertion = parseXml(decrypted)
  return isNamed(assertion, ASSERTION, "Assertion") ? assertion : { why: "no assertion was encrypted" }
}

/** An element of a protocol message that is signed as a whole (a LogoutResponse), as it was signed, or why it is not believed. */
export function findSignedMessage(text: string, certificates: readonly string[]): Element | { why: string } {
  const root = parseXml(text)
  const [signature, ...others] = childrenNamed(root, SIGNATURE, "Signature")
  if (!signature) return { why: "no signature" }
  return others.length > 0 ? { why: "several signatures of one element" } : verify(text, root, signature, certificates)
}

const isNamed = (element: Element, namespace: string, name: string): boolean =>
  element.namespaceURI === namespace && element.localName === name

function assertionOf(root: Element): Element | { why: string } {
  if (isNamed(root, ASSERTION, "Assertion")) return root
  if (!isNamed(root, PROTOCOL, "Response")) return { why: "neither a Response nor an Assertion" }
  if (childrenNamed(root, ASSERTION, "EncryptedAssertion").length > 0) return { why: "an encrypted assertion" }
  return findOnlyChild(root, ASSERTION, "Assertion") ?? { why: "not exactly one assertion" }
}

/** The element that was signed, from the bytes that were. */
function verify(
  text: string,
  signed: Element,
  signature: Element,
  certificates: readonly string[],
): Element | { why: string } {
  const id = attributeOf(signed, "ID")
  const reference = referenceOf(signature)
  if (!id || reference !== `#${id}`) return { why: "the signature is of another element" }
  for (const certificate of certificates) {
    const [bytes, ...others] = signedBytes(text, signature, certificate)
    if (bytes === undefined || others.length > 0) continue
    const element = parseXml(bytes)
    const isSame = element.localName === signed.localName && element.namespaceURI === signed.namespaceURI
    return isSame && attributeOf(element, "ID") === id ? element : { why: "the signature is of another element" }
  }
  return { why: "the signature is of none of the provider's keys" }
}

/** The one reference of a signature; undefined where there is not exactly one. */
function referenceOf(signature: Element): string | undefined {
  const info = findOnlyChild(signature, SIGNATURE, "SignedInfo")
  const reference = info && findOnlyChild(info, SIGNATURE, "Reference")
  const transforms = reference && findOnlyChild(reference, SIGNATURE, "Transforms")
  if (!reference || !transforms || [...children(transforms)].length > 2) return undefined
  return attributeOf(reference, "URI")
}

/** Nothing where the signature does not hold. The key is the certificate's, whatever KeyInfo says. */
function signedBytes(text: string, signature: Element, certificate: string): string[] {
  const verifier = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null })
  for (const [kind, names] of Object.entries(ALGORITHMS)) {
    const table = verifier as unknown as Record<string, Record<string, unknown>>
    table[kind] = Object.fromEntries(
      Object.entries(table[kind]!).filter(([name]) => (names as readonly string[]).includes(name)),
    )
  }
  try {
    verifier.loadSignature(signature)
    return verifier.checkSignature(text) ? verifier.getSignedReferences() : []
  } catch {
    // An algorithm that is not among ours, a digest that is wrong, an id that stands twice.
    return []
  }
}
