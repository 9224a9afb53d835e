import { createHash } from "node:crypto"
import type { Clock } from "../../base/clock.ts"
import { type SamlAssertion, SamlError, type SamlFault, verifySamlAssertion } from "../../federation/saml/assertion.ts"
import { AWS_AUDIENCES, isAwsRecipient } from "../../federation/saml/recipients.ts"
import type { SamlProvider } from "../iam/service.ts"
import { invalidIdentityToken, reservedTagKey, samlExpired } from "./errors.ts"

const ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
const PRINCIPAL_TAG = `${ATTRIBUTES}PrincipalTag:`

/** What an assertion says of the session that it is for. Source: IAM User Guide, "Configure SAML assertions for the
 * authentication response". */
export interface SamlIdentity {
  assertion: SamlAssertion
  /** Pairs of role and provider, in either order, separated by a comma. */
  roles: readonly string[]
  sessionName: string
  /** Seconds. */
  sessionDuration: number | undefined
  tags: Record<string, string>
  transitiveTagKeys: readonly string[]
  sourceIdentity: string | undefined
  nameQualifier: string
  /** Condition keys. */
  claims: Record<string, string>
}

/** Source of the texts: IAM User Guide, "Troubleshoot SAML federation with IAM". */
const TEXTS: Readonly<Record<Exclude<SamlFault, "expired">, string>> = {
  encoding: "Invalid base64 SAMLResponse",
  malformed: "Could not parse the SAML response.",
  status: "SAML response status is not success.",
  signature: "Response signature invalid",
  issuer: "Issuer not present in specified provider",
  audience: "Response does not contain the required audience.",
  recipient: "Recipient is not valid.",
  // None of these is looked at here.
  encryption: "Could not parse the SAML response.",
  replayed: "Could not parse the SAML response.",
  "in response to": "Could not parse the SAML response.",
  "not yet valid": "Token is not yet valid.",
}

export function verifySaml(clock: Clock, response: string, provider: SamlProvider): SamlIdentity {
  const { metadata, account, name } = provider
  const assertion = verify(clock, response, metadata)
  const { attributes, issuer, subject, subjectType, recipient } = assertion
  const only = (attribute: string): string | undefined => attributes[ATTRIBUTES + attribute]?.[0]
  const sessionName = only("RoleSessionName")
  if (sessionName === undefined) throw invalidIdentityToken("RoleSessionName is required in AuthnResponse")
  if (!/^[a-zA-Z_0-9+=,.@-]{2,64}$/.test(sessionName))
    throw invalidIdentityToken("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
  // API Reference of AssumeRoleWithSAML, NameQualifier.
  const nameQualifier = createHash("sha1").update(`${issuer}${account}/${name}`).digest("base64")
  return {
    assertion,
    roles: attributes[`${ATTRIBUTES}Role`] ?? [],
    sessionName,
    sessionDuration: durationOf(only("SessionDuration")),
    tags: tagsOf(attributes),
    transitiveTagKeys: attributes[`${ATTRIBUTES}TransitiveTagKeys`] ?? [],
    sourceIdentity: only("SourceIdentity"),
    nameQualifier,
    claims: {
      "saml:aud": recipient,
      "saml:iss": issuer,
      "saml:sub": subject,
      "saml:sub_type": subjectType,
      "saml:namequalifier": nameQualifier,
      "saml:doc": `${account}/${name}`,
    },
  }
}

/** However long the assertion says that it holds. Source: IAM User Guide, "Troubleshoot SAML federation with IAM". */
const REDEEMED_MILLISECONDS = 5 * 60_000

function verify(clock: Clock, response: string, metadata: string): SamlAssertion {
  try {
    const expected = { metadata, audiences: AWS_AUDIENCES, isRecipient: isAwsRecipient }
    const assertion = verifySamlAssertion(clock, response, expected)
    const { issuedAt } = assertion
    if (clock.now() - issuedAt > REDEEMED_MILLISECONDS)
      throw new SamlError("expired", { element: "Assertion", IssueInstant: new Date(issuedAt).toISOString() })
    return assertion
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    throw error.fault === "expired"
      ? samlExpired(error.details)
      : invalidIdentityToken(TEXTS[error.fault], error.details)
  }
}

function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds >= 900 && seconds <= 43_200))
    throw invalidIdentityToken("SessionDuration must be between 900 and 43200 seconds.")
  return seconds
}

function tagsOf(attributes: SamlAssertion["attributes"]): Record<string, string> {
  const tags: Record<string, string> = Object.create(null)
  for (const name of Object.keys(attributes)) {
    if (!name.startsWith(PRINCIPAL_TAG)) continue
    const key = name.slice(PRINCIPAL_TAG.length)
    if (key.toLowerCase().startsWith("aws:")) throw reservedTagKey()
    tags[key] = attributes[name]?.[0] ?? ""
  }
  return tags
}
