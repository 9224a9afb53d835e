import type { Clock } from "../../base/clock.ts"
import { FederationError } from "../error.ts"
import { parseSamlMetadata } from "./metadata.ts"
import { ASSERTION, BEARER, PROTOCOL, SUCCESS } from "./names.ts"
import { type Decrypt, findSignedAssertion } from "./signature.ts"
import { attributeOf, childrenNamed, findOnlyChild, parseXml, textOf, withinLimits, XmlError } from "./xml.ts"

/** What an identity provider says of a person, once it is believed. Times are milliseconds since the epoch. */
export interface SamlAssertion {
  /** Its `ID`; empty where it has none. */
  id: string
  issuer: string
  /** The text of the NameID. */
  subject: string
  /** `persistent`, `transient`, or the format's whole URN. */
  subjectType: string
  /** As it stands there. */
  nameIdFormat: string | undefined
  nameQualifier: string | undefined
  /** Of the first AuthnStatement: which session at the provider it is. */
  sessionIndex: string | undefined
  audience: string
  recipient: string
  issuedAt: number
  expiresAt: number
  /** `SessionNotOnOrAfter`: the session at the provider ends then. */
  sessionEndsAt: number | undefined
  /** By name; without a prototype. */
  attributes: Readonly<Record<string, readonly string[]>>
}

export type SamlFault =
  | "encoding"
  | "malformed"
  | "status"
  | "signature"
  | "issuer"
  | "audience"
  | "recipient"
  | "in response to"
  | "encryption"
  /** For who keeps which assertions were used. */
  | "replayed"
  | "expired"
  | "not yet valid"

export class SamlError extends FederationError<SamlFault> {
  override name = "SamlError"
}

export interface ExpectedAssertion {
  /** The provider's metadata document. */
  metadata: string
  audiences: readonly string[]
  /** A recipient is one of these: whole URLs. */
  isRecipient(url: string): boolean
  /** The request that it has to answer; null where it may answer none. Not looked at where undefined. */
  inResponseTo?: string | null
  /** Where it has to be encrypted. */
  decrypt?: Decrypt
}

/** How far a provider's clock may be ahead of ours. UNVERIFIED: what AWS allows. */
const SKEW_MILLISECONDS = 60_000

/** Looking for what was signed costs a tenth of a millisecond an element. An honest response has no room for more. */
const ELEMENTS_AT_MOST = 1500

/** Verifies a SAML response (or a bare assertion) in base64. Throws SamlError. */
export function verifySamlAssertion(clock: Clock, base64: string, expected: ExpectedAssertion): SamlAssertion {
  try {
    return verify(clock, decode(base64), expected)
  } catch (error) {
    if (error instanceof XmlError) throw new SamlError("malformed", { why: error.message })
    throw error
  }
}

function decode(base64: string): string {
  const packed = base64.replace(/\s+/g, "")
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) throw new SamlError("encoding", { why: "is no base64" })
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(packed, "base64"))
  } catch {
    throw new SamlError("encoding", { why: "is no UTF-8" })
  }
}

function verify(clock: Clock, text: string, expected: ExpectedAssertion): SamlAssertion {
  const { entityId, certificates } = parseSamlMetadata(expected.metadata)
  const root = parseXml(text, ELEMENTS_AT_MOST)
  assertSuccess(root)
  assertAnswers(root, expected)
  const decrypt: Decrypt | undefined =
    expected.decrypt && ((...what) => withinLimits(expected.decrypt!(...what), ELEMENTS_AT_MOST))
  const assertion = findSignedAssertion(text, certificates, decrypt)
  if ("why" in assertion) throw new SamlError("signature", assertion)
  const issuer = textIn(assertion, "Issuer")
  if (issuer !== entityId) throw new SamlError("issuer", { expected: entityId, found: issuer })
  const now = clock.now()
  const { audience, expiresAt } = checkConditions(assertion, expected.audiences, now)
  const subject = findOnlyChild(assertion, ASSERTION, "Subject")
  const nameId = subject && findOnlyChild(subject, ASSERTION, "NameID")
  if (!subject || !nameId) throw new SamlError("malformed", { why: "has no NameID" })
  const confirmed = checkConfirmation(subject, expected, now)
  const [statement] = childrenNamed(assertion, ASSERTION, "AuthnStatement")
  const sessionEnd = statement && attributeOf(statement, "SessionNotOnOrAfter")
  return {
    id: attributeOf(assertion, "ID") ?? "",
    issuer,
    subject: notEmpty(textOf(nameId), "NameID"),
    subjectType: (attributeOf(nameId, "Format") ?? "").replace(/^.*:(?=(?:persistent|transient)$)/, ""),
    nameIdFormat: attributeOf(nameId, "Format"),
    nameQualifier: attributeOf(nameId, "NameQualifier"),
    sessionIndex: statement && attributeOf(statement, "SessionIndex"),
    audience,
    recipient: confirmed.recipient,
    issuedAt: timeOf(attributeOf(assertion, "IssueInstant")) ?? now,
    expiresAt: Math.min(expiresAt, confirmed.expiresAt),
    sessionEndsAt: timeOf(sessionEnd),
    attributes: attributesOf(assertion),
  }
}

/** The response's own word, where there is a response. */
function assertSuccess(root: Element): void {
  if (root.namespaceURI !== PROTOCOL || root.localName !== "Response") return
  const status = findOnlyChild(root, PROTOCOL, "Status")
  const code = status && findOnlyChild(status, PROTOCOL, "StatusCode")
  const value = code && attributeOf(code, "Value")
  if (value !== SUCCESS) throw new SamlError("status", { found: value })
}

/** What a response says of itself, signed or not, does not contradict what is expected of it. */
function assertAnswers(root: Element, { inResponseTo, isRecipient }: ExpectedAssertion): void {
  if (inResponseTo === undefined) return
  if (root.namespaceURI !== PROTOCOL || root.localName !== "Response")
    throw new SamlError("malformed", { why: "is no Response" })
  const found = attributeOf(root, "InResponseTo")
  if (found !== undefined && found !== inResponseTo)
    throw new SamlError("in response to", { expected: inResponseTo, found })
  const destination = attributeOf(root, "Destination")
  if (destination && !isRecipient(destination)) throw new SamlError("recipient", { found: [destination] })
}

function checkConditions(assertion: Element, audiences: readonly string[], now: number) {
  const conditions = findOnlyChild(assertion, ASSERTION, "Conditions")
  if (!conditions) throw new SamlError("malformed", { why: "has no Conditions" })
  const expiresAt = checkTimes(conditions, "Conditions", now)
  // Every restriction must be met, each by any of its audiences (SAML Core, 2.5.1.4).
  const restrictions = childrenNamed(conditions, ASSERTION, "AudienceRestriction").map((restriction) =>
    childrenNamed(restriction, ASSERTION, "Audience").map(textOf),
  )
  const isFor = (named: readonly string[]) => named.find((audience) => audiences.includes(audience))
  const [audience] = restrictions.map(isFor)
  if (audience === undefined || !restrictions.every((named) => isFor(named) !== undefined))
    throw new SamlError("audience", { expected: audiences, found: restrictions.flat() })
  return { audience, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY }
}

/** One bearer confirmation must hold: for whom it is, which request it answers, and until when. */
function checkConfirmation(subject: Element, { isRecipient, inResponseTo }: ExpectedAssertion, now: number) {
  const bearers = childrenNamed(subject, ASSERTION, "SubjectConfirmation")
    .filter((confirmation) => attributeOf(confirmation, "Method") === BEARER)
    .flatMap((confirmation) => childrenNamed(confirmation, ASSERTION, "SubjectConfirmationData"))
  const recipients = bearers.map((data) => attributeOf(data, "Recipient") ?? "")
  const data = bearers[recipients.findIndex(isRecipient)]
  if (!data) throw new SamlError("recipient", { found: recipients })
  if (inResponseTo !== undefined && (attributeOf(data, "InResponseTo") ?? null) !== inResponseTo)
    throw new SamlError("in response to", { expected: inResponseTo, found: attributeOf(data, "InResponseTo") })
  const expiresAt = checkTimes(data, "SubjectConfirmationData", now)
  if (expiresAt === undefined) throw new SamlError("malformed", { why: "SubjectConfirmationData has no NotOnOrAfter" })
  return { recipient: attributeOf(data, "Recipient")!, expiresAt }
}

/** When it ends, where it says so. */
function checkTimes(element: Element, name: string, now: number): number | undefined {
  const notBefore = timeOf(attributeOf(element, "NotBefore"))
  const notOnOrAfter = timeOf(attributeOf(element, "NotOnOrAfter"))
  if (notBefore !== undefined && now + SKEW_MILLISECONDS < notBefore)
    throw new SamlError("not yet valid", { element: name, now: iso(now), NotBefore: iso(notBefore) })
  if (notOnOrAfter !== undefined && now >= notOnOrAfter)
    throw new SamlError("expired", { element: name, now: iso(now), NotOnOrAfter: iso(notOnOrAfter) })
  return notOnOrAfter
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isFinite(time)) throw new SamlError("malformed", { why: "has a time that is no UTC date" })
  return time
}

function attributesOf(assertion: Element): Record<string, readonly string[]> {
  const attributes: Record<string, readonly string[]> = Object.create(null)
  for (const statement of childrenNamed(assertion, ASSERTION, "AttributeStatement"))
    for (const attribute of childrenNamed(statement, ASSERTION, "Attribute")) {
      const name = attributeOf(attribute, "Name") ?? ""
      const values = childrenNamed(attribute, ASSERTION, "AttributeValue").map(textOf)
      attributes[name] = [...(attributes[name] ?? []), ...values]
    }
  return attributes
}

function textIn(element: Element, name: string): string {
  const child = findOnlyChild(element, ASSERTION, name)
  return notEmpty(child && textOf(child), name)
}

function notEmpty(text: string | undefined, name: string): string {
  if (!text) throw new SamlError("malformed", { why: `has no ${name}` })
  return text
}
