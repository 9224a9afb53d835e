import { type Reason, show, type WordsByCheck } from "./reason.ts"

/** Sign-in pages that are not shown, and forms of them that are not taken. */
export const PAGE_WORDS: WordsByCheck = {
  "style of managed login": ({ facts }): Reason => ({
    what: "The app client has no pages: its domain is one of managed login, and no style is assigned to the client.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice:
      "CreateManagedLoginBranding with UseCognitoProvidedValues gives it AWS's own style; a domain of ManagedLoginVersion 1 needs none.",
  }),
  "form of a sign-in page": ({ facts }): Reason => ({
    what: "The form does not belong to a sign-in that is under way in this browser.",
    expected: show(facts.expected),
    came: show(facts.found),
    advice:
      "Begin anew at /oauth2/authorize or /login. Forms are good for five minutes, in the browser that asked for them.",
  }),
}
