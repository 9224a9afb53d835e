import { type Facts, type Refused, show, type WordsByCheck } from "./reason.ts"

/** What was written down of it, without what names the check and the provider. */
const rest = ({ check: _, provider: __, expected: ___, ...details }: Facts): string => show(details)

const said =
  (what: string, expected: string, advice: string) =>
  ({ facts }: Refused) => ({
    what: what.replaceAll("{provider}", show(facts.provider)),
    expected: facts.expected === undefined ? expected : show(facts.expected),
    came: rest(facts),
    advice,
  })

const LOOK_AT_DETAILS =
  "Hold the provider's ProviderDetails (DescribeIdentityProvider) against what the provider says of its endpoints."
const METADATA = "Hold the provider's metadata (DescribeIdentityProvider) against what the provider publishes now."

/** People who come from elsewhere: between a provider and a user pool. */
export const FEDERATION_WORDS: WordsByCheck = {
  "state of a sign-in at a provider": said(
    "A browser came back from a provider without a sign-in that it had begun.",
    "a sign-in that this browser began less than five minutes ago, once",
    "Begin anew at /oauth2/authorize. Where it fails each time: the browser has to keep the cookie csrf-state and come back to the host that it left; by plain http a POST from another site brings it for two minutes alone.",
  ),
  "provider: refused": said(
    "{provider} sent the person back with an error.",
    "a code",
    "The provider's own words say why; it knows the client by its client_id and the callback by <domain>/oauth2/idpresponse.",
  ),
  "provider: mixed up": said(
    "The answer is not {provider}'s, at which the sign-in began.",
    "an answer whose iss is the provider's issuer",
    "Look at oidc_issuer of the provider: it has to be what the provider calls itself, letter by letter.",
  ),
  "provider: no code": said(
    "{provider} sent the person back with neither a code nor an error.",
    "a code",
    LOOK_AT_DETAILS,
  ),
  "provider: token refused": said(
    "The token endpoint of {provider} refused the code.",
    "tokens, with status 200",
    "client_id and client_secret are sent in the form (client_secret_post); the provider has to know <domain>/oauth2/idpresponse as a callback.",
  ),
  "provider: token unreachable": said(
    "The token endpoint of {provider} was not reached.",
    "an answer within five seconds, by https, from a public address",
    "A provider on this machine needs --allow-http-issuers, one elsewhere in the network --login-endpoint <host>=<url>.",
  ),
  "provider: token invalid": said(
    "The ID token of {provider} is not believed.",
    "a token that is signed with a key of the provider (with a kid), for our client_id, with our nonce, in time",
    LOOK_AT_DETAILS,
  ),
  "provider: keys unreachable": said(
    "The key set of {provider} was not read.",
    "a JSON Web Key Set at jwks_uri",
    LOOK_AT_DETAILS,
  ),
  "provider: profile refused": said(
    "{provider} refused to tell who the person is.",
    "claims of the person at attributes_url, with status 200",
    "Look whether authorize_scopes lets the access token read what the mapping names.",
  ),
  "provider: profile unreachable": said(
    "attributes_url of {provider} was not reached.",
    "an answer within five seconds",
    LOOK_AT_DETAILS,
  ),
  "provider: profile invalid": said(
    "What {provider} tells of the person is not of the person whom the ID token is of, or is no JSON.",
    "a JSON object with the same sub",
    LOOK_AT_DETAILS,
  ),
  "SAML: signature": said(
    "The assertion of {provider} is not signed by it.",
    "the response or the assertion signed (RSA, SHA-256 or better) with a certificate of the metadata; encrypted where EncryptedResponses says so, and else not",
    METADATA,
  ),
  "SAML: audience": said(
    "The assertion of {provider} is for somebody else.",
    "urn:amazon:cognito:sp:<pool>",
    "Set the audience (entity ID) at the provider.",
  ),
  "SAML: recipient": said(
    "The response of {provider} was meant for another place.",
    "<domain>/saml2/idpresponse, as the browser sees the domain",
    "Set the assertion consumer service at the provider.",
  ),
  "SAML: issuer": said("The assertion is not {provider}'s.", "the entityID of the metadata", METADATA),
  "SAML: in response to": said(
    "The response of {provider} does not answer the request that was sent.",
    "InResponseTo of the request, or none where the provider began",
    "Begin anew at /oauth2/authorize; a provider that begins by itself needs IDPInit.",
  ),
  "SAML: expired": said(
    "The assertion of {provider} came too late.",
    "one that is in time",
    "Hold the clocks of both against each other.",
  ),
  "SAML: not yet valid": said(
    "The assertion of {provider} is of a time to come.",
    "one that is in time",
    "Hold the clocks of both against each other.",
  ),
  "SAML: replayed": said(
    "The assertion of {provider} was used before.",
    "one that is new",
    "Nothing: each is good once.",
  ),
  "SAML: encryption": said(
    "The assertion of {provider} was not decrypted.",
    "RSA-OAEP with AES-GCM for ActiveEncryptionCertificate; AES-CBC where the response around it is signed",
    "Give the provider the certificate that DescribeIdentityProvider shows, and have it sign the response or use AES-GCM.",
  ),
  "SAML: status": said(
    "{provider} says that the person did not sign in.",
    "the status Success",
    "The provider's own log says why.",
  ),
  "SAML: malformed": said(
    "The response of {provider} is not one.",
    "a SAML 2.0 response of at most 100,000 characters, without a document type",
    "Look at what the provider sends.",
  ),
  "SAML: encoding": said(
    "The response of {provider} is no base64 of UTF-8.",
    "the HTTP POST binding",
    "Look at what the provider sends.",
  ),
  "the name of a user from a provider": said(
    "There is somebody of that name already, or nobody can be called so.",
    "a name that nobody has: <provider>_<subject>, of at most 128 characters",
    "Who was linked while they signed in for the first time (in PreSignUp) gets in at the next sign-in. Somebody else of that name has to go by another.",
  ),
  "attributes from a provider": said(
    "The provider did not tell what the pool requires.",
    "all required attributes",
    "Map them (AttributeMapping), and let authorize_scopes or the provider's own settings release them.",
  ),
  "answer of a provider to a sign-out": said(
    "The answer of a provider to a sign-out is not one to ours.",
    "a LogoutResponse to the request, in the browser that signed out",
    "The person is signed out here whatever it says.",
  ),
}
