import { WireError } from "../../../wire/errors.ts"

// What the application is told of somebody who does not get in. The texts are no contract (Developer Guide, "Managing user
// pool errors"); these are the ones that people look up.

/** Source: reported in public issue threads: somebody was linked while they signed in for the first time. */
export const alreadyFound = (username: string) =>
  new WireError("InvalidParameterException", `Already found an entry for username ${username}`, {
    because: { check: "the name of a user from a provider", found: username },
  })

/** Source: reported in public issue threads. */
export const attributesMissing = (names: readonly string[]) =>
  new WireError("InvalidParameterException", `attributes required: [${names.join(", ")}]`, {
    because: { check: "attributes from a provider", expected: [...names] },
  })

/** UNVERIFIED text */
export const unusableSubject = (provider: string) =>
  new WireError("InvalidParameterException", `The subject that ${provider} names cannot be a username.`, {
    because: { check: "the name of a user from a provider", provider },
  })
