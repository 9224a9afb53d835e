import assert from "node:assert/strict"
import { generateKeyPairSync } from "node:crypto"
import { test } from "node:test"
import { SignedXml } from "xml-crypto"
import { type Assertion, createSamlIdentityProvider } from "../../../test/harness/saml-provider.ts"
import { type SamlAssertion, SamlError, type SamlFault, verifySamlAssertion } from "./assertion.ts"
import { parseSamlMetadata } from "./metadata.ts"
import { AWS_AUDIENCES, isAwsRecipient } from "./recipients.ts"

const idp = createSamlIdentityProvider("https://idp.example.com")
const GOOD: Assertion = { id: "_a", subject: "ann@example.com", attributes: { team: ["blue", "green"], floor: "3" } }

let time = Date.now()
const verifyText = (text: string, metadata = idp.metadata): SamlAssertion =>
  verifySamlAssertion({ now: () => time }, Buffer.from(text).toString("base64"), {
    metadata,
    audiences: AWS_AUDIENCES,
    isRecipient: isAwsRecipient,
  })
const respond = (more: Partial<Assertion> = {}, from = idp): string =>
  Buffer.from(from.respond({ ...GOOD, ...more }), "base64").toString()

const refuse = (text: string, fault: SamlFault, what: string, metadata?: string) =>
  assert.throws(
    () => verifyText(text, metadata),
    (error: unknown) => {
      assert.ok(error instanceof SamlError, `${what}: ${error}`)
      assert.equal(error.fault, fault, `${what}: ${JSON.stringify(error.details)}`)
      return true
    },
    what,
  )

test("what was signed is told", () => {
  const { attributes, ...told } = verifyText(respond())
  assert.equal(told.issuer, "https://idp.example.com")
  assert.equal(told.subject, "ann@example.com")
  assert.equal(told.subjectType, "persistent")
  assert.equal(told.audience, "urn:amazon:webservices")
  assert.equal(told.recipient, "https://signin.aws.amazon.com/saml")
  assert.deepEqual({ ...attributes }, { team: ["blue", "green"], floor: ["3"] })
})

test("for whom, from whom and until when it is, is checked", () => {
  const sameName = createSamlIdentityProvider("https://idp.example.com")
  refuse(respond({}, sameName), "signature", "another key")
  refuse(respond({ issuer: "https://other.example.com" }), "issuer", "another issuer")
  refuse(respond({ audience: "urn:other" }), "audience", "another audience")
  refuse(respond({ recipient: "https://signin.aws.amazon.com.evil.test/saml" }), "recipient", "another recipient")
  refuse(
    respond({ recipient: "https://evil.test/?https://signin.aws.amazon.com/saml" }),
    "recipient",
    "a recipient in a query",
  )
  assert.ok(verifyText(respond({ recipient: "https://eu-west-1.signin.aws.amazon.com/saml" })))
  const text = respond({ expiresAt: time + 60_000 })
  time += 60_000
  refuse(text, "expired", "an assertion that is over")
  time -= 60_000
  assert.ok(verifyText(text))
  refuse(text.replace("status:Success", "status:Requester"), "status", "a refusal")
})

/** The parts of a response with one signed assertion. */
function partsOf(text: string) {
  const [assertion] = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(text)!
  const [signature] = /<(?:\w+:)?Signature[\s\S]*<\/(?:\w+:)?Signature>/.exec(assertion)!
  const [head] = /^<samlp:Response[^>]*>/.exec(text)!
  const [status] = /<samlp:Status>[\s\S]*<\/samlp:Status>/.exec(text)!
  const bare = assertion.replace(signature, "")
  const evil = bare.replace("ann@example.com", "root@example.com").replace('ID="_a"', 'ID="_evil"')
  return { assertion, signature, head, status, bare, evil }
}

const NAMESPACE = ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
const within = (element: string, inner: string) => element.replace(/(<saml:Assertion[^>]*>)/, `$1${inner}`)

/** Signature wrapping, after Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be" (2012). */
test("nothing but what was signed is ever read", () => {
  const { assertion, signature, head, status, bare, evil } = partsOf(respond())
  const response = (...parts: string[]) => `${head}${status}${parts.join("")}</samlp:Response>`
  const sameId = evil.replace("_evil", "_a")
  const attacks: Record<string, string> = {
    "no signature": response(bare),
    "another subject": response(assertion.replace("ann@example.com", "root@example.com")),
    "another attribute": response(assertion.replace("blue", "red")),
    "a forged assertion first": response(evil, assertion),
    "a forged assertion last": response(assertion, evil),
    "the forged one holds the signature": response(within(evil, signature)),
    "the forged one holds the signature, the signed one follows": response(within(evil, signature), bare),
    "the signed one inside the forged one": response(within(evil, assertion)),
    "the signed one in the forged one's signature": response(
      within(evil, signature.replace(/<\/((?:\w+:)?)Signature>/, `<$1Object>${bare}</$1Object></$1Signature>`)),
    ),
    "the signed one in an extension": response(`<samlp:Extensions>${assertion}</samlp:Extensions>`, evil),
    "the signature in an extension": response(`<samlp:Extensions>${signature}${bare}</samlp:Extensions>`, evil),
    "two of one id": response(within(sameId, signature), bare),
    "two of one id, the other way": response(bare, within(sameId, signature)),
    "the signed one below a forged response": `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"${NAMESPACE} ID="_x">${status}${evil}<samlp:Response>${assertion}</samlp:Response></samlp:Response>`,
    "two signatures": response(within(assertion, signature)),
    "an empty reference": response(assertion.replace('URI="#_a"', 'URI=""')),
    "a reference elsewhere": response(assertion.replace('URI="#_a"', 'URI="#_r"')),
    "an encrypted assertion": response(`<saml:EncryptedAssertion${NAMESPACE}/>`, assertion),
  }
  for (const [what, text] of Object.entries(attacks)) refuse(text, "signature", what)
})

test("a comment does not cut a name short", () => {
  // Canonical form drops comments, so the signature still holds; the name is what it was when it was signed.
  const text = respond({ subject: "ann@example.com.evil.test" })
  const cut = text.replace("ann@example.com.evil.test", "ann@example.com<!-- -->.evil.test")
  assert.equal(verifyText(cut).subject, "ann@example.com.evil.test")
  refuse(respond({ subject: "ann<b xmlns=''>x</b>" }), "malformed", "an element in a name")
})

test("only signatures of the provider's keys, by algorithms that hold", () => {
  const { head, status, bare } = partsOf(respond())
  const document = `${head}${status}${bare}</samlp:Response>`
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const sign = (change: (signer: SignedXml) => void) => {
    const signer = new SignedXml({ privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString() })
    signer.signatureAlgorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    signer.canonicalizationAlgorithm = "http://www.w3.org/2001/10/xml-exc-c14n#"
    signer.addReference({
      xpath: "//*[local-name(.)='Assertion']",
      digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
      transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"],
    })
    change(signer)
    signer.computeSignature(document, { location: { reference: "//*[local-name(.)='Subject']", action: "before" } })
    return signer.getSignedXml()
  }
  const [certificate] = parseSamlMetadata(idp.metadata).certificates
  refuse(
    sign(() => {}),
    "signature",
    "a stranger's key",
  )
  refuse(
    sign((signer) => {
      // The attacker's own key, brought along as if it were the provider's.
      signer.getKeyInfoContent = () => `<X509Data><X509Certificate>${"A".repeat(64)}</X509Certificate></X509Data>`
    }),
    "signature",
    "a key in KeyInfo",
  )
  refuse(
    sign((signer) => {
      // The certificate is public: as the secret of an HMAC it would let anybody sign.
      signer.enableHMAC()
      signer.signatureAlgorithm = "http://www.w3.org/2000/09/xmldsig#hmac-sha1"
      signer.privateKey = certificate!
    }),
    "signature",
    "an HMAC under the certificate",
  )
})

test("XML that is more than data is refused before it is read", () => {
  const text = respond()
  const entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
  refuse(`${entities}${text}`, "malformed", "entities")
  refuse(`<!doctype x SYSTEM "file:///etc/passwd">${text}`, "malformed", "a document type")
  refuse("<a>".repeat(10_000), "malformed", "an open nest")
  refuse(`${"<a>".repeat(10_000)}${"</a>".repeat(10_000)}`, "malformed", "a deep nest")
  refuse(text.replace("</samlp:Response>", `${"<a/>".repeat(1500)}$&`), "malformed", "many elements")
  const end = "</samlp:Response>"
  const names = (start: string, count: number) => Array.from({ length: count }, (_, i) => `${start}${i}="u"`).join(" ")
  refuse(text.replace(end, `<a ${names("b", 100)}/>${end}`), "malformed", "many attributes")
  refuse(text.replace(end, `<a ${names("xmlns:b", 100)}/>${end}`), "malformed", "many namespaces")
  refuse(text.replace(end, `${`<a ${names("b", 60)}/>`.repeat(100)}${end}`), "malformed", "many attributes in all")
  refuse(text.replace(end, `${"<!---->".repeat(1000)}${end}`), "malformed", "many comments")
  refuse(text.replace(end, `<a>${"&lt;".repeat(10_000)}</a>${end}`), "malformed", "many references")
  refuse("<a".repeat(50_000), "malformed", "tags that never end")
  refuse(`${text}<x/>`, "malformed", "two roots")
  refuse("no XML", "malformed", "text")
  refuse("", "encoding", "nothing")
  refuse("<a/>", "signature", "another document")
  const expected = { metadata: idp.metadata, audiences: AWS_AUDIENCES, isRecipient: isAwsRecipient }
  for (const bad of ["%%%", "PHg", "/////w=="])
    assert.throws(() => verifySamlAssertion({ now: () => time }, bad, expected), SamlError, bad)
})

test("names that are JavaScript's own are names like any other", () => {
  const { attributes } = verifyText(respond({ attributes: { __proto__x: "1", constructor: "2" } }))
  assert.deepEqual(attributes.constructor, ["2"])
  const own = verifyText(respond({ attributes: JSON.parse('{"__proto__":"3"}') as Record<string, string> }))
  assert.deepEqual(Object.entries(own.attributes), [["__proto__", ["3"]]])
})

test("metadata says who signs, or is refused", () => {
  const { entityId, certificates } = parseSamlMetadata(idp.metadata)
  assert.equal(entityId, "https://idp.example.com")
  assert.equal(certificates.length, 1)
  const cases: Record<string, string> = {
    "no certificate": idp.metadata.replace(/<KeyDescriptor[\s\S]*<\/KeyDescriptor>/, ""),
    "an encryption key alone": idp.metadata.replace('use="signing"', 'use="encryption"'),
    "a broken certificate": idp.metadata.replace(/<X509Certificate>.{20}/, "<X509Certificate>AAAA"),
    "no entity": idp.metadata.replace(/entityID="[^"]*"/, ""),
    "a document type": `<!DOCTYPE x>${idp.metadata}`,
    "another document": "<a/>",
  }
  for (const [what, metadata] of Object.entries(cases))
    assert.throws(() => parseSamlMetadata(metadata), { name: "XmlError" }, what)
})
