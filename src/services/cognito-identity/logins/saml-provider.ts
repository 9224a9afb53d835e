import { type SamlAssertion, SamlError, verifySamlAssertion } from "../../../federation/saml/assertion.ts"
import { AWS_AUDIENCES, isAwsRecipient } from "../../../federation/saml/recipients.ts"
import { findSamlProvider } from "../../iam/service.ts"
import { invalidLoginToken, unsupportedProvider } from "../errors.ts"
import type { LoginVerifier } from "./login.ts"

/**
 * SAML providers that IAM knows: the login's key is the provider's ARN, its value the response in base64.
 * Source: Cognito Developer Guide, "Setting up a SAML provider as an identity pool IdP".
 */
export const samlProviders: LoginVerifier = {
  isFor: (name, { settings }) => settings.SamlProviderARNs?.includes(name) ?? false,
  async verify(deps, pool, arn, response) {
    const provider = await deps.store.read((tx) => findSamlProvider(tx, arn))
    if (provider?.account !== pool.account)
      throw unsupportedProvider({ check: "the SAML provider of the pool's account", login: arn })
    const { metadata } = provider
    const expected = { metadata, audiences: AWS_AUDIENCES, isRecipient: isAwsRecipient }
    let assertion: SamlAssertion
    try {
      assertion = verifySamlAssertion(deps.clock, response, expected)
    } catch (error) {
      throw error instanceof SamlError ? asLoginError(error, arn) : error
    }
    const { subject, issuer, audience, attributes } = assertion
    return {
      provider: arn,
      subject,
      // UNVERIFIED: the second.
      amr: [arn, `${arn}:SAML:${subject}`],
      claims: { ...attributes, iss: issuer, sub: subject, aud: audience },
      names: [arn],
      isSaml: true,
      roles: rolesOf(attributes[ROLE], arn),
    }
  },
}

/** Pairs of role and provider, in either order. Source: IAM User Guide, "Configure SAML assertions". */
const ROLE = "https://aws.amazon.com/SAML/Attributes/Role"
const rolesOf = (pairs: readonly string[] = [], provider: string): string[] =>
  pairs
    .map((pair) => pair.split(",").map((arn) => arn.trim()))
    .filter((pair) => pair.length === 2 && pair.includes(provider))
    .flatMap((pair) => pair.filter((arn) => arn !== provider))

/** UNVERIFIED: what follows "Invalid login token."; these are the words that STS has for the same
 * (IAM User Guide, "Troubleshoot SAML federation with IAM"). */
const TEXTS: Readonly<Record<SamlError["fault"], string>> = {
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
  expired: "Token expired.",
  "not yet valid": "Token is not yet valid.",
}

const asLoginError = ({ fault, details }: SamlError, login: string) =>
  invalidLoginToken(TEXTS[fault], { check: fault, login, ...details })
