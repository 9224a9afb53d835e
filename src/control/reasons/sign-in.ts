import type { Reason } from "./reason.ts"

/** What user pools refuse, by the texts of their answers: they tell who asks no more than AWS does, and here is the rest. */
export const SIGN_IN_WORDS: readonly (readonly [text: RegExp, reason: Reason])[] = [
  [
    /^Incorrect username or password/,
    {
      what: "The password is not the user's, or there is no such user.",
      expected: "the user name (or an alias that the pool takes) and the password, in a pool whose client this is",
      came: "another pair; which of the two is wrong is told to nobody",
      advice: "Look whether the user is in this very pool (AdminGetUser); AdminSetUserPassword sets a password.",
    },
  ],
  [
    /Password attempts exceeded/,
    {
      what: "Too many wrong passwords: the user is locked out for a while, which grows with each.",
      advice: "Wait (in tests: move the clock, 'hallpass clock +15m' with --clock-control), or reset the password.",
    },
  ],
  [/^User is disabled/, { what: "The user is disabled.", advice: "AdminEnableUser lets the user in again." }],
  [
    /^User is not confirmed/,
    {
      what: "The user has not confirmed the sign-up.",
      expected: "a confirmed user",
      advice: "'hallpass outbox --code' shows the code for ConfirmSignUp; AdminConfirmSignUp does without.",
    },
  ],
  [
    /^Password reset required/,
    { what: "The password was reset.", advice: "Set a new one: ForgotPassword, ConfirmForgotPassword." },
  ],
  [
    /^Temporary password has expired/,
    { what: "The temporary password is too old.", advice: "AdminCreateUser with MessageAction RESEND gives another." },
  ],
  [
    /SECRET_HASH was not received|secret hash for client/,
    {
      what: "The app client has a secret, and SECRET_HASH does not prove it.",
      expected: "SECRET_HASH: base64 of HMAC-SHA256(client secret, user name + client id)",
      came: "none, or another one",
      advice:
        "Compute it with this client's secret and the user name as it was sent; or use a client without a secret in browsers.",
    },
  ],
  [
    /flow not enabled|USER_SRP_AUTH is not enabled|is not supported for clients with refresh token rotation/,
    {
      what: "The app client does not allow this way of signing in.",
      advice: "Add the flow to ExplicitAuthFlows of the client (UpdateUserPoolClient).",
    },
  ],
  [
    /^Invalid session for the user/,
    {
      what: "The session between two steps of signing in is over, was used before, or is another's.",
      expected: "the Session of the answer just before, once and within minutes",
      advice: "Begin again with InitiateAuth.",
    },
  ],
  [
    /^Invalid code or auth state|^Invalid code received|^Invalid verification code/,
    {
      what: "The code is not the one that was sent last.",
      expected: "the newest code",
      advice: "'hallpass outbox --code' shows it. A code that was asked for again replaces the one before.",
    },
  ],
  [
    /^Invalid code provided, please request a code again/,
    { what: "The code has expired, or there is none.", advice: "Ask for another; 'hallpass outbox --code' shows it." },
  ],
  [/already been used once/, { what: "A code of the authenticator was used twice.", advice: "Wait for the next one." }],
  [/^Attempt limit exceeded/, { what: "Too many attempts.", advice: "Wait, or move the clock in tests." }],
  [
    /^Invalid Access Token|^Could not verify signature for Access Token/,
    {
      what: "The access token is not one of this server's user pools.",
      expected: "the AccessToken of a sign-in, as it was issued",
      came: "another text: an ID token, a token of another server, or a piece of one",
      advice: "Send the access token (not the ID token). A server started anew with --memory knows no older tokens.",
    },
  ],
  [
    /^Access Token has expired/,
    { what: "The access token has expired.", advice: "Refresh it (REFRESH_TOKEN_AUTH), or sign in again." },
  ],
  [
    /^Access Token has been revoked/,
    { what: "The access token was revoked.", advice: "Sign in again: somebody signed out or revoked the tokens." },
  ],
  [
    /^Access Token does not have required scopes/,
    {
      what: "The access token lacks the scope that this operation needs.",
      expected: "the scope aws.cognito.signin.user.admin",
      advice: "Sign in through the API, or ask for the scope.",
    },
  ],
  [
    /^Invalid Refresh Token|^Refresh Token has expired|^Refresh Token has been revoked|invalidated by rotation/,
    {
      what: "The refresh token is not good any more, or is another client's.",
      expected: "the newest refresh token of the same app client",
      advice: "Sign in again. With rotation each refresh token is good once.",
    },
  ],
  [
    /^Invalid client for the token/,
    { what: "The token is another app client's.", advice: "Send it with the client that it was issued for." },
  ],
  [
    /^SignUp is not permitted/,
    {
      what: "The pool lets administrators alone create users.",
      advice: "AdminCreateUser, or AllowAdminCreateUserOnly false.",
    },
  ],
  [
    /^A client attempted to write unauthorized attribute/,
    {
      what: "The app client may not write one of these attributes.",
      advice: "Add it to the client's WriteAttributes.",
    },
  ],
  [
    /^Password did not conform|^Password does not conform/,
    {
      what: "The password is not as the pool wants passwords.",
      advice: "The answer says what is missing; the pool's Policies say all.",
    },
  ],
  [
    /MultiFactorAuthentication failed/,
    {
      what: "The second factor was not proved.",
      expected: "SerialNumber of the caller's own MFA device and its code of this moment, each once",
      advice: "Compare the clocks ('hallpass clock'); a code is good once.",
    },
  ],
  [
    /^No OpenIDConnect provider found|^Specified provider doesn't exist/,
    {
      what: "IAM has no provider for the issuer of this token.",
      expected: "an identity provider in IAM whose URL is the token's issuer",
      advice:
        "Make it: CreateOpenIDConnectProvider (CreateSAMLProvider) with the issuer's URL and the client ids that may use it.",
    },
  ],
  [
    /^Token expired|^Token too old|^Token must be redeemed/,
    { what: "The login token has expired.", advice: "Sign in again, and send the new token." },
  ],
  [
    /^Incorrect token audience/,
    {
      what: "The login token was made for another application.",
      expected: "an audience (aud, or azp) that the provider in IAM lists",
      advice: "AddClientIDToOpenIDConnectProvider, or sign in with a client that is listed.",
    },
  ],
  [
    /not a valid JWT/,
    {
      what: "The login token is no JSON Web Token.",
      expected: "an ID token",
      advice: "Send the ID token, not the access token.",
    },
  ],
  [
    /^Couldn't retrieve verification key|^Couldn't communicate with the identity provider/,
    {
      what: "The issuer's keys could not be had.",
      advice:
        "Look whether this server reaches the issuer and its jwks_uri; --login-endpoint NAME=URL says where else it is.",
    },
  ],
  [
    /^Roles may not be assumed by root accounts/,
    {
      what: "The root may not assume roles, here as on AWS.",
      advice: "Make a user (CreateUser, CreateAccessKey) that may, and ask as that one.",
    },
  ],
]
