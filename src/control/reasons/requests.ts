import { nameOf, type Refused, show, type WordsByCheck } from "./reason.ts"

const said = ({ call }: Refused): string => `${call.errorCode}: ${call.errorMessage || "no text"}`

/** What is wrong with a request itself, or with how things stand; and what is not built. */
export const REQUEST_WORDS: WordsByCheck = {
  "what is built": ({ facts }) => ({
    what:
      facts.operation === undefined
        ? `Hallpass does not answer for the service '${show(facts.service)}'.`
        : `Hallpass does not have ${facts.service}:${facts.operation} yet. Nothing was done.`,
    expected: "an operation that is built; what is not says so, and never pretends",
    came:
      facts.operation === undefined ? `a request for ${show(facts.service)}` : `${facts.service}:${facts.operation}`,
    advice:
      "The documentation lists what is built. A client of another service is pointed elsewhere: AWS_ENDPOINT_URL_S3 and its like set the endpoint of one service alone.",
  }),
  "a ciphertext": ({ facts }) => ({
    what: "KMS could not open the ciphertext. It tells its caller no more, on purpose.",
    expected: "what this server's KMS has encrypted, unaltered, with the encryption context that it was encrypted with",
    came: `an encryption context of the keys: ${show(facts.contextKeys)}`,
    advice:
      "Compare the encryption context with that of Encrypt or GenerateDataKey: every key and value, capitals too. What AWS or another server encrypted opens there alone.",
  }),
  "how often": ({ call, facts }) => ({
    what: `${nameOf(call)} was called more often than ${facts.address === undefined ? "all callers together may call it" : "one address may call it"}.`,
    expected: `no more than ${show(facts.perSecond)} a second for long, and ${show(facts.atOnce)} at once, of ${show(facts.operations)} together`,
    came: facts.address === undefined ? "one more, of all addresses together" : `one more from ${facts.address}`,
    advice:
      "Wait and try again, as the SDKs do by themselves. Behind a proxy, --trust-proxy tells callers apart. --rate-limits raises what may be, or switches it off.",
  }),
  operation: (refused) => ({
    what: "The request names no operation that AWS has.",
    expected: `an operation of ${refused.call.service || "a service"}: X-Amz-Target, Action, or method and path`,
    came: `${refused.call.method} ${refused.call.path}`,
    advice: "Let an SDK build the request, and look whether a proxy changes its path or drops headers.",
  }),
  request: (refused) => ({
    what: `The request is not as ${nameOf(refused.call)} takes it.`,
    came: said(refused),
    advice: "The text names what is wrong; the operation's page in AWS's API Reference has the rules.",
  }),
  missing: (refused) => ({
    what: "What the request is about is not there. Nobody refused it.",
    came: said(refused),
    advice: "Look at the name, the region and the account: what one region or account has, another has not.",
  }),
  state: (refused) => ({
    what: "Things are not as the request needs them. Nobody refused it.",
    came: said(refused),
    advice: "Read what is there first; the text says what stands in the way.",
  }),
  limit: (refused) => ({
    what: "The request is larger, or comes more often, than may be.",
    came: said(refused),
    advice: "Send less, or later.",
  }),
  server: (refused) => ({
    what: "The server could not answer: this is no refusal.",
    came: said(refused),
    advice: "Try again; the server's own log says what went wrong.",
  }),
}
