import { type Facts, type Reason, show, type WordsByCheck } from "./reason.ts"

/** A check's sentences: what did not hold, and what to do; what was expected and what came are the facts'. */
const of =
  (what: string, advice: string) =>
  ({ facts: { expected, found } }: { facts: Facts }): Reason => ({
    what,
    ...(expected !== undefined && { expected: show(expected) }),
    came: show(found),
    advice,
  })

/** What the OAuth endpoints of a pool's domain check; their answers tell a code, and here is the rest. */
export const OAUTH_WORDS: WordsByCheck = {
  "domain of a user pool": of(
    "No user pool has this domain.",
    "CreateUserPoolDomain gives a pool one; the region of the address has to be the pool's.",
  ),
  "OAuth client": of(
    "The client is none of the pool whose domain was asked.",
    "Compare client_id with ListUserPoolClients of the pool that DescribeUserPoolDomain names.",
  ),
  redirect_uri: of(
    "The callback is not one of the client's: they are compared letter by letter, with case, port and slash.",
    "Add it to CallbackURLs (UpdateUserPoolClient, with all other settings), or send one that is there.",
  ),
  logout_uri: of(
    "The address to go to after signing out is not one of the client's: they are compared letter by letter.",
    "Add it to LogoutURLs (UpdateUserPoolClient, with all other settings), or send one that is there.",
  ),
  "OAuth flows of the client": of(
    "The client's settings do not allow this flow.",
    "UpdateUserPoolClient: AllowedOAuthFlowsUserPoolClient, AllowedOAuthFlows and AllowedOAuthScopes go together.",
  ),
  "identity providers of the client": of(
    "The client has no provider that people could sign in by.",
    "UpdateUserPoolClient with SupportedIdentityProviders: COGNITO for the pool's own users.",
  ),
  "secret of the OAuth client": of(
    "The client did not prove itself by its secret.",
    "Send it by Authorization: Basic or as client_secret; a client for browsers is made without one.",
  ),
  "how the OAuth client proves itself": of(
    "The client is named twice, by the header and by the form.",
    "Send ID and secret one way alone.",
  ),
  scope: of(
    "A scope was asked for that the client does not have, or that means nothing alone.",
    "Add it to AllowedOAuthScopes; email, phone and profile need openid beside them.",
  ),
  "authorization code": of(
    "The code is not good: it was exchanged before, is older than five minutes, or another client's.",
    "Begin again at /oauth2/authorize; where it was used twice, look which part of the application sends it again.",
  ),
  "redirect_uri of the code": of(
    "The callback is another one than the code was asked for with.",
    "Send to /oauth2/token the redirect_uri that was sent to /oauth2/authorize.",
  ),
  code_verifier: of(
    "The verifier does not fit the challenge that the code was asked for with (PKCE).",
    "Keep the verifier in the browser or session that began; send none where there was no code_challenge.",
  ),
  code_challenge: of(
    "The challenge is not one of PKCE's with S256; no other method is taken.",
    "Send code_challenge_method=S256 and code_challenge=BASE64URL(SHA256(verifier)).",
  ),
  "refresh token": of(
    "The refresh token is not good, or not this client's.",
    "Sign in again; with rotation, keep the newest one that came.",
  ),
  "access token": of(
    "The access token is not good for this.",
    "userInfo takes access tokens of the sign-in pages with the scope openid, in force and not revoked.",
  ),
  "session of the browser": of(
    "Nobody is signed in in this browser, and prompt=none forbids to ask.",
    "Ask again without prompt=none; a session lasts an hour unless the client's session configuration says otherwise.",
  ),
  "where a form comes from": of(
    "The form does not come from a page of this domain in this browser.",
    "Load the page again and send its form; cookies have to be let in. Scripts send XSRF-TOKEN and _csrf of the page.",
  ),
  "attributes that the client may read": of(
    "The client may not read all attributes that a scope of its shows.",
    "Add them to ReadAttributes: email needs email_verified, phone needs phone_number_verified.",
  ),
}
