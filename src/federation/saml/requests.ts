import { sign } from "node:crypto"
import { deflateRawSync } from "node:zlib"
import { ASSERTION, POST_BINDING, PROTOCOL, UNSPECIFIED } from "./names.ts"
import { escapeXml } from "./xml.ts"

/** What every request of a service provider says. Times are milliseconds since the epoch. */
interface RequestHead {
  id: string
  issuedAt: number
  /** The service provider's entity ID. */
  issuer: string
  destination: string
}

/** Asks a provider to sign somebody in and to post its response to `acsUrl`. SAML Core, 3.4.1. */
export function formatAuthnRequest({
  acsUrl,
  forcesAuthn,
  ...head
}: RequestHead & { acsUrl: string; forcesAuthn: boolean }): string {
  const more = {
    AssertionConsumerServiceURL: acsUrl,
    ProtocolBinding: POST_BINDING,
    ...(forcesAuthn && { ForceAuthn: "true" }),
  }
  const policy = `<saml2p:NameIDPolicy Format="${UNSPECIFIED}" AllowCreate="true"/>`
  return element("AuthnRequest", head, more, policy)
}

/** The session at a provider that is to end. */
export interface ProviderSession {
  nameId: string
  nameIdFormat?: string | undefined
  nameQualifier?: string | undefined
  sessionIndex?: string | undefined
}

/** Asks a provider to end a session. SAML Core, 3.7.1. */
export function formatLogoutRequest(head: RequestHead, session: ProviderSession): string {
  const { nameId, nameIdFormat, nameQualifier, sessionIndex } = session
  const attributes = {
    ...(nameIdFormat !== undefined && { Format: nameIdFormat }),
    ...(nameQualifier !== undefined && { NameQualifier: nameQualifier }),
  }
  const named = `<saml2:NameID xmlns:saml2="${ASSERTION}"${formatAttributes(attributes)}>${escapeXml(nameId)}</saml2:NameID>`
  const index =
    sessionIndex === undefined ? "" : `<saml2p:SessionIndex>${escapeXml(sessionIndex)}</saml2p:SessionIndex>`
  return element("LogoutRequest", head, {}, named + index)
}

function element(
  name: string,
  { id, issuedAt, issuer, destination }: RequestHead,
  more: Record<string, string>,
  content: string,
): string {
  const attributes = {
    ID: id,
    Version: "2.0",
    IssueInstant: new Date(issuedAt).toISOString(),
    Destination: destination,
    ...more,
  }
  const from = `<saml2:Issuer xmlns:saml2="${ASSERTION}">${escapeXml(issuer)}</saml2:Issuer>`
  return `<?xml version="1.0" encoding="UTF-8"?><saml2p:${name} xmlns:saml2p="${PROTOCOL}"${formatAttributes(attributes)}>${from}${content}</saml2p:${name}>`
}

const formatAttributes = (attributes: Record<string, string>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join("")

const RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

/**
 * Where a browser takes a request to: the HTTP redirect binding. With a private key (PEM) the query is signed. SAML Bindings,
 * 3.4.4.1.
 */
export function redirectUrl(destination: string, request: string, relayState: string, privateKey?: string): string {
  const parameters: [string, string][] = [
    ["SAMLRequest", deflateRawSync(request).toString("base64")],
    ["RelayState", relayState],
    ...(privateKey === undefined ? [] : [["SigAlg", RSA_SHA256] as [string, string]]),
  ]
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")
  const signature = privateKey && sign("sha256", Buffer.from(query), privateKey).toString("base64")
  const whole = signature ? `${query}&Signature=${encodeURIComponent(signature)}` : query
  return `${destination}${destination.includes("?") ? "&" : "?"}${whole}`
}
