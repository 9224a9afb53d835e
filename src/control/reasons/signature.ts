import { type Facts, nameOf, show, type WordsByCheck } from "./reason.ts"

const ENV = `'eval "$(npx hallpass env)"' gives the root's`

/** What can be wrong with who signs, how and when (`authentication/facts.ts`). */
export const SIGNATURE_WORDS: WordsByCheck = {
  "a signature": ({ call }) => ({
    what: `${nameOf(call)} needs a signature, and the request had none.`,
    expected: "a signature made with an access key (Signature Version 4)",
    came: "an unsigned request",
    advice: `Give the client credentials: ${ENV}. A client that was told to be anonymous signs nothing.`,
  }),
  "the access key": ({ facts }) => ({
    what: keySentence(facts),
    expected: "an access key that is active on this server: of a user, of a session, or the root's",
    came: show(facts.accessKeyId),
    advice: keyAdvice(facts),
  }),
  "the session token": ({ facts }) => ({
    what: `The session token is not one that this server gave for this access key${facts.why ? `: ${facts.why}` : ""}.`,
    expected: "the token that came with the access key, whole",
    came: show(facts.why ?? "a token that does not open"),
    advice:
      "Copy access key, secret and token from the same answer. A token left over in AWS_SESSION_TOKEN or a profile is sent with any key: 'unset AWS_SESSION_TOKEN'. Tokens of AWS, or of a server with another master key, do not open here.",
  }),
  "the time of the session token": ({ call, facts }) => ({
    what: "The credentials have expired.",
    expected: `credentials that are good at ${new Date(call.time).toISOString()}`,
    came: facts.expiredAt ? `credentials that were good until ${facts.expiredAt}` : "a token whose time is over",
    advice: "Get new ones: assume the role again, or let the SDK's credential provider do it.",
  }),
  "the signature": ({ facts }) => ({
    what: "The signature is not the one that the secret of this access key makes of this request.",
    expected: expectedSignature(facts),
    came: `another signature, by the access key ${show(facts.accessKeyId)}`,
    advice: signatureAdvice(facts),
  }),
  "the clock": ({ facts }) => ({
    what: "The client's clock and the server's are too far apart.",
    expected: `a request signed within ${facts.mayDifferMinutes} minutes of ${facts.serverTime}, the server's time`,
    came: `one signed at ${facts.signedAt}`,
    advice:
      "Set the client's clock. Where the server's was moved (--clock-control), 'hallpass clock' tells and sets it; SDKs correct theirs by the answer's Date and try again.",
  }),
  "the time of the presigned URL": ({ facts }) => ({
    what: "The presigned URL has expired.",
    expected: `a request before ${facts.expiredAt}`,
    came: `one at ${facts.serverTime}, of a URL signed at ${facts.signedAt}`,
    advice: "Sign a new URL, or one with a longer X-Amz-Expires (up to a week).",
  }),
  "the form of the credential": ({ facts }) => ({
    what: "What the signature says of its key cannot be read.",
    expected: "KEY/YYYYMMDD/REGION/SERVICE/aws4_request: five parts",
    came: `${facts.parts} parts`,
    advice: "Look whether access key id and secret were exchanged: a secret may hold slashes, an id never does.",
  }),
  "the credential scope": ({ facts }) => ({
    what: "The signature is for another service, region or day than the request.",
    expected: show(facts.expected),
    came: show(facts.came),
    advice: "Set the client's region and signing service; a proxy must not change x-amz-date.",
  }),
  "the signed headers": ({ facts }) => ({
    what: "Headers that the signature must cover are not covered.",
    expected: `these in SignedHeaders: ${show(facts.missing)}`,
    came: "a signature without them",
    advice: "Sign them. A proxy that adds x-amz- headers to signed requests must not.",
  }),
  "the parts of the signature": ({ facts }) => ({
    what: "The signature is incomplete.",
    expected: `its parts, ${show(facts.missing)} among them (in the ${facts.place})`,
    came: "a signature without them",
    advice: "Let an SDK sign. A proxy must pass Authorization and x-amz-date on as they are.",
  }),
  "the scheme of Authorization": ({ facts }) => ({
    what: "The Authorization header is no signature.",
    expected: "Authorization: AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...",
    came: `the scheme ${show(facts.came)}`,
    advice:
      "Sign the request with an access key. A user pool's token is no key: exchange it at an identity pool (GetCredentialsForIdentity) or at STS.",
  }),
  "one signature": () => ({
    what: "The request is signed twice.",
    expected: "a signature in the header or in the query",
    came: "one in each",
    advice: "A presigned URL is opened without an Authorization header: fetch it with a plain HTTP client.",
  }),
  "credentials that IAM takes": ({ facts }) => ({
    what: `IAM does not take the credentials of ${show(facts.came)}.`,
    expected: "a user, a role or the root; of GetSessionToken only with a second factor",
    came: show(facts.came),
    advice: "Use the access key itself or assume a role.",
  }),
}

function keySentence({ accessKeyId, why }: Facts): string {
  return why
    ? `The access key ${accessKeyId} cannot be used: ${why}.`
    : `The access key ${accessKeyId} is not known here.`
}

function keyAdvice({ accessKeyId, why }: Facts): string {
  const id = show(accessKeyId)
  if (why) return "Use another key, or activate it (UpdateAccessKey)."
  if (id.includes("not of the form"))
    return "Look whether access key id and secret were exchanged: the id is short, in capitals, and no secret."
  if (id.startsWith("ASIA"))
    return "A key that begins with ASIA is temporary and needs its session token: set AWS_SESSION_TOKEN, or get new credentials."
  return `Use a key of this server: ${ENV}, CreateAccessKey makes one for a user. A server that keeps nothing (--memory) has new keys after each start, and AWS's are not known here.`
}

function expectedSignature({ stringToSign, signedHeaders, signatureVersion }: Facts): string {
  if (signatureVersion === 2) return "the HMAC-SHA1 of the request by its secret (Signature Version 2)"
  const [algorithm, time, scope, hash] = String(stringToSign).split("\n")
  return `${algorithm} at ${time} for ${scope}, over the headers ${signedHeaders} and a canonical request whose SHA-256 is ${hash}`
}

const signatureAdvice = ({ signatureVersion }: Facts): string =>
  `Check the secret access key first: whole, without blanks, and of this very id. If it is right, something on the way changed what was signed (a proxy that rewrites Host, the path or its escapes)${
    signatureVersion === 2
      ? "."
      : ": the client's debug log ('aws --debug') prints its canonical request, whose SHA-256 must be the one above."
  }`
