import { generateKeyPairSync, type KeyObject, randomBytes, sign as signBytes } from "node:crypto"
import { SignedXml } from "xml-crypto"

/** A SAML identity provider that makes metadata and signed responses, with a key of its own. */
export interface SamlIdentityProvider {
  metadata: string
  /** PEM, of both: for a library that is to sign as this provider. */
  privateKey: string
  certificate: string
  /** A response with a signed assertion, in base64. */
  respond(assertion: Assertion): string
  /** The same before it is signed. */
  draft(assertion: Assertion): string
  /** Signs the only element of a name, the assertion where none is given. */
  sign(xml: string, element?: "Assertion" | "Response" | "LogoutResponse"): string
}

export interface Assertion {
  subject: string
  attributes: Record<string, string | string[]>
  /** Milliseconds since the epoch; now where not given. */
  issuedAt?: number
  /** Five minutes from now where not given. */
  expiresAt?: number
  audience?: string
  recipient?: string
  issuer?: string
  /** The request that it answers; none where not given. */
  inResponseTo?: string
  /** Of the assertion; another one each time where not given. */
  id?: string
}

const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

export function createSamlIdentityProvider(entityId: string): SamlIdentityProvider {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const certificate = selfSigned(publicKey, privateKey).toString("base64")
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  const metadata = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entityId}/slo"/><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${entityId}/sso"/><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entityId}/sso"/></IDPSSODescriptor></EntityDescriptor>`
  const sign = (xml: string, element = "Assertion"): string => {
    const signer = new SignedXml({ privateKey: pem })
    signer.signatureAlgorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    signer.canonicalizationAlgorithm = EXCLUSIVE
    const xpath = `//*[local-name(.)='${element}']`
    const digestAlgorithm = "http://www.w3.org/2001/04/xmlenc#sha256"
    signer.addReference({ xpath, digestAlgorithm, transforms: [ENVELOPED, EXCLUSIVE] })
    const location = { reference: `${xpath}/*[local-name(.)='Issuer']`, action: "after" } as const
    signer.computeSignature(xml, { location })
    return signer.getSignedXml()
  }
  return {
    metadata,
    privateKey: pem,
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
    respond: (assertion) => base64(sign(responseOf(entityId, assertion))),
    draft: (assertion) => responseOf(entityId, assertion),
    sign,
  }
}

const base64 = (xml: string): string => Buffer.from(xml).toString("base64")

function responseOf(entityId: string, assertion: Assertion): string {
  const {
    subject,
    attributes,
    issuer = entityId,
    audience = "urn:amazon:webservices",
    recipient = "https://signin.aws.amazon.com/saml",
    issuedAt = Date.now(),
    expiresAt = Date.now() + 5 * 60 * 1000,
    inResponseTo,
    id = `_${randomBytes(8).toString("hex")}`,
  } = assertion
  const answers = inResponseTo === undefined ? "" : ` InResponseTo="${inResponseTo}"`
  const now = new Date(issuedAt).toISOString()
  const end = new Date(expiresAt).toISOString()
  const statement = Object.entries(attributes)
    .map(([name, values]) => {
      const texts = [values].flat().map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
      return `<saml:Attribute Name="${name}">${texts.join("")}</saml:Attribute>`
    })
    .join("")
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r${id}" Version="2.0" IssueInstant="${now}"${answers}><saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="${id}" Version="2.0" IssueInstant="${now}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${end}" Recipient="${recipient}"${answers}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotOnOrAfter="${end}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${now}" SessionIndex="session-1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${statement}</saml:AttributeStatement></saml:Assertion></samlp:Response>`
}

// The few elements of DER that a certificate is made of: Node reads certificates and makes none.
const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts)
const bits = (content: Buffer): Buffer => der(0x03, Buffer.of(0), content)
const hex = (text: string): Buffer => Buffer.from(text, "hex")
/** sha256WithRSAEncryption, and commonName. */
const ALGORITHM = sequence(hex("06092a864886f70d01010b"), hex("0500"))
const NAME = sequence(der(0x31, sequence(hex("0603550403"), der(0x0c, Buffer.from("idp.test")))))
const VALIDITY = sequence(der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from("491231235959Z")))

function selfSigned(publicKey: KeyObject, privateKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: "spki", format: "der" })
  const body = sequence(der(0xa0, hex("020102")), hex("020101"), ALGORITHM, NAME, VALIDITY, NAME, spki)
  return sequence(body, ALGORITHM, bits(signBytes("sha256", body, privateKey)))
}
