import { X509Certificate } from "node:crypto"
import { BoundedCache } from "../../base/bounded-cache.ts"
import { METADATA, SIGNATURE } from "./names.ts"
import { attributeOf, childrenNamed, parseXml, textOf, XmlError } from "./xml.ts"

/** What is needed of an identity provider's metadata document. */
export interface SamlMetadata {
  /** The issuer of its assertions. */
  entityId: string
  /** The keys that it may sign with, as PEM certificates; their dates are not looked at, as AWS does not. */
  certificates: readonly string[]
}

/** Documents may be long and come again with every assertion. */
const parsed = new BoundedCache<string, SamlMetadata>(100)

/** Throws XmlError where the document is not one of an identity provider with a signing certificate. */
export function parseSamlMetadata(text: string): SamlMetadata {
  const known = parsed.find(text)
  if (known) return known
  const metadata = parse(text)
  parsed.put(text, metadata)
  return metadata
}

function parse(text: string): SamlMetadata {
  const root = parseXml(text)
  const isDescriptor = root.localName === "EntityDescriptor" && root.namespaceURI === METADATA
  const entityId = attributeOf(root, "entityID")
  const [provider] = childrenNamed(root, METADATA, "IDPSSODescriptor")
  if (!isDescriptor || !entityId || !provider) throw new XmlError("is no metadata of an identity provider")
  const certificates = childrenNamed(provider, METADATA, "KeyDescriptor")
    .filter((key) => (attributeOf(key, "use") ?? "signing") === "signing")
    .flatMap((key) => childrenNamed(key, SIGNATURE, "KeyInfo"))
    .flatMap((info) => childrenNamed(info, SIGNATURE, "X509Data"))
    .flatMap((data) => childrenNamed(data, SIGNATURE, "X509Certificate"))
    .map((certificate) => parseCertificate(textOf(certificate)))
  if (certificates.length === 0) throw new XmlError("has no signing certificate")
  return { entityId, certificates }
}

function parseCertificate(base64: string): string {
  try {
    return new X509Certificate(Buffer.from(base64, "base64")).toString()
  } catch {
    throw new XmlError("has a certificate that cannot be read")
  }
}

/** Where a service of the provider is by a binding: where people are sent to sign in, or to sign out. */
export function serviceUrl(
  text: string,
  name: "SingleSignOnService" | "SingleLogoutService",
  binding: string,
): string | undefined {
  const [provider] = childrenNamed(parseXml(text), METADATA, "IDPSSODescriptor")
  const services = provider === undefined ? [] : childrenNamed(provider, METADATA, name)
  const service = services.find((one) => attributeOf(one, "Binding") === binding)
  return service && attributeOf(service, "Location")
}
