import { type Reason, show, type WordsByCheck } from "./reason.ts"

const ADVICE: Readonly<Record<string, string>> = {
  WebAuthnNotEnabledException:
    "Add WEB_AUTHN to the pool's AllowedFirstAuthFactors (UpdateUserPool, with all its other settings).",
  WebAuthnConfigurationMissingException:
    "Name a RelyingPartyId (SetUserPoolMfaConfig): the domain of the pages that people sign in on, such as localhost.",
  WebAuthnChallengeNotFoundException:
    "Begin again with StartWebAuthnRegistration; each of its challenges is good for one answer.",
  WebAuthnOriginNotAllowedException:
    "Serve the page from the relying party's domain by https, or name another RelyingPartyId (SetUserPoolMfaConfig).",
  WebAuthnRelyingPartyMismatchException:
    "Make the passkey by what StartWebAuthnRegistration answers, its rp.id as it is.",
}

/** Passkeys that were not taken: at their registration, and at a sign-in. */
export const PASSKEY_WORDS: WordsByCheck = {
  "a passkey": ({ call, facts }): Reason => ({
    what:
      call.errorCode === "NotAuthorizedException"
        ? "The passkey did not sign the user in."
        : "The passkey was not registered.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice:
      ADVICE[call.errorCode ?? ""] ??
      "Look at what the page sends: the whole answer of the browser, as its toJSON() makes it, to the challenge that came last.",
  }),
}
