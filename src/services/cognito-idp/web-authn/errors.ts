import { WireError } from "../../../wire/errors.ts"

/**
 * UNVERIFIED: all texts of this file. The API reference describes each exception by a sentence, of which these are made.
 * `because` says what was wrong, and nothing of what a passkey keeps.
 */
const refusal = (code: string, message: string, found: string, expected: string) =>
  new WireError(code, message, { because: { check: "a passkey", expected, found } })

export const passkeysNotEnabled = () =>
  refusal(
    "WebAuthnNotEnabledException",
    "WebAuthn is not enabled for the user pool.",
    "WEB_AUTHN is not among the first factors that the pool allows",
    "a pool whose SignInPolicy has WEB_AUTHN in AllowedFirstAuthFactors",
  )

export const relyingPartyMissing = () =>
  refusal(
    "WebAuthnConfigurationMissingException",
    "The user pool has no relying party ID and no domain.",
    "neither is there",
    "a RelyingPartyId (SetUserPoolMfaConfig), or a domain of the pool",
  )

export const tooManyPasskeys = () =>
  refusal(
    "LimitExceededException",
    "The user has the most passkeys that a user may have.",
    "20 passkeys are there",
    "fewer than 20 passkeys of one user",
  )

export const registrationNotFound = (found: string) =>
  refusal(
    "WebAuthnChallengeNotFoundException",
    "The registration challenge was not found or has expired.",
    found,
    "an answer to the last StartWebAuthnRegistration, once, within five minutes",
  )

export const registrationByAnotherClient = () =>
  refusal(
    "WebAuthnClientMismatchException",
    "The access token is of another app client than the one that started the registration.",
    "an access token of another app client",
    "one of the app client that called StartWebAuthnRegistration",
  )

export const passkeyNotSupported = (found: string) =>
  refusal(
    "WebAuthnCredentialNotSupportedException",
    "The credential is of an unsupported device or provider.",
    found,
    "a new passkey with a key of ES256 or RS256, made as the pool's UserVerification asks",
  )

export const passkeyOriginNotAllowed = (relyingPartyId: string, origin: string) =>
  refusal(
    "WebAuthnOriginNotAllowedException",
    "The origin of the credential does not align with the relying party ID.",
    `the origin ${origin}`,
    `https of ${relyingPartyId} or a name below it; http of localhost and the names below it alone`,
  )

export const passkeyOfAnotherParty = (relyingPartyId: string) =>
  refusal(
    "WebAuthnRelyingPartyMismatchException",
    "The credential is of another relying party ID.",
    "a hash that is of another relying party ID",
    `a passkey of ${relyingPartyId}`,
  )

export const malformedPasskey = (found: string) =>
  refusal(
    "InvalidParameterException",
    "Invalid credential.",
    found,
    "a RegistrationResponseJSON as navigator.credentials.create makes it",
  )

export const passkeyNotFound = () => new WireError("ResourceNotFoundException", "The credential does not exist.")

/** The same for whoever has no passkey. */
export const wrongPasskey = (found: string) =>
  refusal(
    "NotAuthorizedException",
    "Invalid credential or auth state for the user.",
    found,
    "an answer to this challenge by one of the user's passkeys, from a page of the relying party",
  )
