import { SamlError, type SamlFault } from "../../../../federation/saml/assertion.ts"
import { WireError } from "../../../../wire/errors.ts"
import type { AuthorizeRequest } from "../../hosted/authorize/request.ts"
import { callbackError } from "../../hosted/callback.ts"
import { sentenceOf } from "../sentence.ts"

/** UNVERIFIED but for the signature's: the sentences. Source of that and of the form: aws-sdk-js-v3 issue 6201. */
const SENTENCES: Readonly<Record<SamlFault, string>> = {
  encoding: "SAML Response is not valid Base64.",
  malformed: "SAML Response could not be parsed.",
  status: "SAML Response status is not success.",
  signature: "SAML Assertion signature is invalid.",
  issuer: "SAML Response issuer is invalid.",
  audience: "SAML Assertion audience is invalid.",
  recipient: "SAML Assertion recipient is invalid.",
  "in response to": "SAML Response InResponseTo is invalid.",
  encryption: "SAML Assertion could not be decrypted.",
  expired: "SAML Assertion has expired.",
  "not yet valid": "SAML Assertion is not yet valid.",
  replayed: "SAML Assertion has been used already.",
}

/** Whatever is wrong with a response, and whatever the pool refuses somebody by. Source: reported in public issue threads. */
export function samlRefusal(request: AuthorizeRequest, provider: string, error: unknown): unknown {
  if (error instanceof SamlError) {
    const because = { check: `SAML: ${error.fault}`, provider, ...error.details }
    return callbackError(request, "server_error", formOf(`${SENTENCES[error.fault]} `), because)
  }
  if (!(error instanceof WireError)) return error
  const because = { check: "what the user pool says", provider, found: error.message }
  return callbackError(request, "server_error", formOf(attributesOf(sentenceOf(error))), because)
}

const formOf = (sentence: string): string => `Invalid SAML response received: ${sentence}`

/** Source: AWS re:Post, "How do I resolve invalid SAML response errors with Amazon Cognito?" */
function attributesOf(sentence: string): string {
  const missing = /^attributes required: \[(.*)\]$/.exec(sentence)?.[1]
  const schema = /^Attributes did not conform to the schema: (.*)$/.exec(sentence)?.[1]
  if (missing !== undefined)
    return `Invalid user attributes: ${missing
      .split(", ")
      .map((name) => `${name}: The attribute is required `)
      .join("")}`
  return schema === undefined ? sentence : `Invalid user attributes: ${schema}`
}
