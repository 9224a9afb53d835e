import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { after, before, describe, it } from "node:test"
import { type CognitoIdentityClient, GetIdCommand } from "@aws-sdk/client-cognito-identity"
import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  CreateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import {
  CreateOpenIDConnectProviderCommand,
  CreateSAMLProviderCommand,
  DeleteSAMLProviderCommand,
} from "@aws-sdk/client-iam"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { startJsonServer, startWebServer, type WebServer } from "../harness/web-server.ts"
import { clientsOf, createIdentityPool, createUserPool, refusal, type UserPool } from "./cognito-identity-world.ts"

const NOT_AUTHORIZED = "NotAuthorizedException"
const UNSUPPORTED = "Token is not from a supported provider of this identity pool."

const stack = new AsyncDisposableStack()
let server: TestServer
let identity: CognitoIdentityClient
let people: UserPool
/** Answers for Google, an OpenID Connect provider and the user pools of another server. */
let keys: WebServer
let social: WebServer
let sign: (claims: Record<string, unknown>) => Promise<string>

before(async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256")
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k", alg: "RS256" }] }
  const pages: Record<string, unknown> = {
    "/keys": jwks,
    "/eu-west-1_Elsewhere/.well-known/jwks.json": jwks,
  }
  keys = stack.use(await startJsonServer(pages))
  pages["/.well-known/openid-configuration"] = { jwks_uri: `${keys.url}/keys` }
  sign = (claims) => {
    const iat = Math.floor(Date.now() / 1000)
    return new SignJWT({ sub: "ann", iat, exp: iat + 300, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "k" })
      .sign(privateKey)
  }
  social = stack.use(await startWebServer(answerAsSocialProviders))
  const endpoints = {
    "accounts.google.com": keys.url,
    "appleid.apple.com": keys.url,
    "idp.example.com": keys.url,
    "cognito-idp.eu-west-1.amazonaws.com": keys.url,
    "graph.facebook.com": social.url,
    "www.amazon.com": social.url,
    "api.twitter.com": social.url,
  }
  server = stack.use(
    await startServer(Object.entries(endpoints).flatMap(([name, url]) => ["--login-endpoint", `${name}=${url}`])),
  )
  ;({ identity } = clientsOf(server))
  people = await createUserPool(server)
})
after(() => stack.disposeAsync())

const TWITTER = { key: "consumer", keySecret: "consumer-secret", token: "1-token", tokenSecret: "token-secret" }

/** What Facebook, Amazon and Twitter say of a token; each knows one, which is the word "good". */
const answerAsSocialProviders: Parameters<typeof startWebServer>[0] = (request, response) => {
  const { pathname, searchParams } = new URL(request.url!, "http://x")
  const isGood = request.headers.authorization === "Bearer good"
  const json = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body))
  if (request.headers.authorization === "Bearer down") return void response.writeHead(503).end()
  if (pathname === "/app") return isGood ? json(200, { id: "1234" }) : json(400, { error: {} })
  if (pathname === "/me") return isGood ? json(200, { id: "fb-ann" }) : json(400, { error: {} })
  if (pathname === "/auth/o2/tokeninfo")
    return searchParams.get("access_token") === "good"
      ? json(200, { aud: "amzn1.client", app_id: "amzn1.application.1", user_id: "amzn1.account.ann", exp: 60 })
      : json(400, { error: "invalid_token" })
  if (pathname === "/1.1/account/verify_credentials.json")
    return isSignedForTwitter(request.headers.authorization ?? "") ? json(200, { id_str: "42" }) : json(401, {})
  response.writeHead(404).end()
}

/** RFC 5849, worked out a second time. */
function isSignedForTwitter(header: string): boolean {
  const given = Object.fromEntries(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, decodeURIComponent(value!)]),
  )
  const { oauth_signature, ...rest } = given
  const pairs = Object.keys(rest)
    .sort()
    .map((name) => `${name}=${encodeURIComponent(rest[name]!)}`)
  const url = encodeURIComponent("https://api.twitter.com/1.1/account/verify_credentials.json")
  const base = `GET&${url}&${encodeURIComponent(pairs.join("&"))}`
  const key = `${TWITTER.keySecret}&${TWITTER.tokenSecret}`
  return oauth_signature === createHmac("sha1", key).update(base).digest("base64") && rest.oauth_token === TWITTER.token
}

const getId = (IdentityPoolId: string, Logins: Record<string, string>) => () =>
  identity.send(new GetIdCommand({ IdentityPoolId, Logins }))

/** A login that is taken twice for one identity. */
async function assertTaken(pool: string, first: Record<string, string>, second = first) {
  const { IdentityId } = await getId(pool, first)()
  assert.equal((await getId(pool, second)()).IdentityId, IdentityId)
}

type Refusal = [
  what: string,
  logins: () => Record<string, string> | Promise<Record<string, string>>,
  message: string,
  check: string,
  name?: string,
]

/** Each is refused in AWS's words; the reason names the check, and never holds the token. */
function refusals(pool: () => string, cases: readonly Refusal[]) {
  for (const [what, logins, message, check, name = NOT_AUTHORIZED] of cases)
    it(`are refused: ${what}`, async () => {
      const given = await logins()
      const { because, ...refused } = await refusal(server, getId(pool(), given))
      assert.deepEqual(refused, { name, message, status: 400 })
      assert.equal(because.check, check, JSON.stringify(because))
      for (const token of Object.values(given))
        if (token.length > 8) assert.ok(!JSON.stringify(because).includes(token), "the reason holds the token")
    })
}

describe("ID tokens of user pools", () => {
  let pool: string
  let token: string
  let otherClient: string
  let otherPool: UserPool
  before(async () => {
    const { userPoolId: UserPoolId, providerName: ProviderName, clientId: ClientId } = people
    const { UserPoolClient } = await clientsOf(server).idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "other",
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      }),
    )
    otherClient = UserPoolClient!.ClientId!
    otherPool = await createUserPool(server, "other")
    pool = await createIdentityPool(server, {
      CognitoIdentityProviders: [{ ProviderName, ClientId, ServerSideTokenCheck: true }],
    })
    for (const name of ["ann", "disabled", "deleted"]) await people.signUp(name)
    await otherPool.signUp("ann")
    token = await people.signIn("ann")
  })
  const login = (value: string) => ({ [people.providerName]: value })
  const goneAfter = async (
    Username: string,
    Command: typeof AdminDeleteUserCommand | typeof AdminDisableUserCommand,
  ) => {
    const value = await people.signIn(Username)
    await clientsOf(server).idp.send(new Command({ UserPoolId: people.userPoolId, Username }) as AdminDeleteUserCommand)
    return login(value)
  }
  const invalid = (detail: string) => `Invalid login token. ${detail}`

  it("are taken", async () => assertTaken(pool, login(token), login(await people.signIn("ann"))))

  refusals(
    () => pool,
    [
      ["another client's", async () => login(await people.signIn("ann", otherClient)), UNSUPPORTED, "aud"],
      [
        "another pool's",
        async () => login(await otherPool.signIn("ann")),
        invalid("Issuer doesn't match providerName"),
        "issuer",
      ],
      [
        "of a pool that is not configured",
        async () => ({ [otherPool.providerName]: await otherPool.signIn("ann") }),
        UNSUPPORTED,
        "provider of the pool",
      ],
      ["under a key that names no provider", () => ({ "example.com": token }), UNSUPPORTED, "provider of the pool"],
      [
        "under the issuer as a URL",
        () => ({ [`https://${people.providerName}`]: token }),
        UNSUPPORTED,
        "provider of the pool",
      ],
      [
        "an access token",
        async () => login((await people.tokensOf("ann")).AccessToken!),
        invalid("Missing a required claim: aud"),
        "not-an-id-token",
      ],
      [
        "an altered one",
        () => login(`${token.slice(0, -8)}AAAAAAAA`),
        invalid("Couldn't verify signed token."),
        "bad-signature",
      ],
      ["no token at all", () => login("nonsense"), invalid("Not a valid OpenId Connect identity token."), "malformed"],
      [
        "somebody else's",
        async () => login(await sign({ iss: "https://accounts.google.com", aud: "x" })),
        invalid("Not a Cognito token."),
        "unknown-pool",
      ],
    ],
  )

  it("are refused: of a disabled or a deleted user, where ServerSideTokenCheck is on", async () => {
    for (const [name, Command, check] of [
      ["disabled", AdminDisableUserCommand, "user-disabled"],
      ["deleted", AdminDeleteUserCommand, "user-deleted"],
    ] as const) {
      const logins = await goneAfter(name, Command)
      const { because, ...refused } = await refusal(server, getId(pool, logins))
      assert.equal(refused.name, NOT_AUTHORIZED)
      assert.match(refused.message, /^Invalid login token\. /)
      assert.equal(because.check, check)
    }
  })
})

describe("ID tokens of another server's user pools", () => {
  const name = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Elsewhere"
  let pool: string
  before(async () => {
    pool = await createIdentityPool(server, { CognitoIdentityProviders: [{ ProviderName: name, ClientId: "app" }] })
  })
  const token = async (claims: object = {}) => ({
    [name]: await sign({ iss: `https://${name}`, aud: "app", token_use: "id", ...claims }),
  })

  it("are taken where the operator says where that server is", async () =>
    assertTaken(pool, await token(), await token()))
  it("are refused where the user's sign-in would have to be checked", async () => {
    const checking = await createIdentityPool(server, {
      CognitoIdentityProviders: [{ ProviderName: name, ClientId: "app", ServerSideTokenCheck: true }],
    })
    assert.equal((await refusal(server, getId(checking, await token()))).message, UNSUPPORTED)
  })
  it("are refused where nobody says where it is", async () => {
    const ProviderName = "cognito-idp.eu-west-2.amazonaws.com/eu-west-2_Elsewhere"
    const nowhere = await createIdentityPool(server, { CognitoIdentityProviders: [{ ProviderName, ClientId: "app" }] })
    const value = await sign({ iss: `https://${ProviderName}`, aud: "app", token_use: "id" })
    const refused = await refusal(server, getId(nowhere, { [ProviderName]: value }))
    assert.equal(refused.message, "Invalid login token. Not a Cognito token.")
  })
  refusals(
    () => pool,
    [
      ["another client's", () => token({ aud: "other" }), UNSUPPORTED, "aud"],
      [
        "access tokens",
        () => token({ token_use: "access" }),
        "Invalid login token. Missing a required claim: aud",
        "missing claim",
      ],
    ],
  )
})

describe("ID tokens of Google and Apple", () => {
  let pool: string
  before(async () => {
    pool = await createIdentityPool(server, {
      SupportedLoginProviders: { "accounts.google.com": "web;phone", "appleid.apple.com": "com.example.shop" },
    })
  })
  const google = async (claims: object = {}) => ({
    "accounts.google.com": await sign({ iss: "https://accounts.google.com", aud: "phone", ...claims }),
  })
  const apple = async (claims: object = {}) => ({
    "appleid.apple.com": await sign({ iss: "https://appleid.apple.com", aud: "com.example.shop", ...claims }),
  })

  it("are taken, for each of the pool's clients", async () => {
    // Google writes its issuer either way.
    await assertTaken(pool, await google(), await google({ aud: "web", iss: "accounts.google.com" }))
    await assertTaken(pool, await apple())
  })
  const past = Math.floor(Date.now() / 1000) - 60
  refusals(
    () => pool,
    [
      [
        "another client's",
        () => google({ aud: "other" }),
        "Invalid login token. Incorrect token audience.",
        "audience",
      ],
      [
        "another issuer's",
        () => google({ iss: "https://appleid.apple.com" }),
        "Invalid login token. Issuer doesn't match providerName",
        "issuer",
      ],
      [
        "Apple's without the scheme",
        () => apple({ iss: "appleid.apple.com" }),
        "Invalid login token. Issuer doesn't match providerName",
        "issuer",
      ],
      [
        "without a subject",
        () => google({ sub: undefined }),
        "Invalid login token. Missing a required claim: sub",
        "missing claim",
      ],
      [
        "not yet valid",
        () => google({ nbf: past + 3600 }),
        "Invalid login token. Couldn't verify signed token.",
        "not yet valid",
      ],
    ],
  )
  it("are refused: expired", async () => {
    const { message, because } = await refusal(server, getId(pool, await google({ exp: past })))
    assert.match(message, new RegExp(`^Invalid login token\\. Token expired: \\d+ >= ${past}$`))
    assert.equal(because.check, "expired")
  })
})

describe("access tokens of Facebook, Amazon and Twitter", () => {
  let pool: string
  before(async () => {
    pool = await createIdentityPool(server, {
      SupportedLoginProviders: {
        "graph.facebook.com": "1234",
        "www.amazon.com": "amzn1.application.1",
        "api.twitter.com": `${TWITTER.key};${TWITTER.keySecret}`,
      },
    })
  })
  it("are taken, on the provider's own word", async () => {
    await assertTaken(pool, { "graph.facebook.com": "good" })
    await assertTaken(pool, { "www.amazon.com": "good" })
    await assertTaken(pool, { "api.twitter.com": `${TWITTER.token};${TWITTER.tokenSecret}` })
  })
  it("are refused for another app", async () => {
    const other = await createIdentityPool(server, {
      SupportedLoginProviders: { "graph.facebook.com": "9", "www.amazon.com": "amzn1.application.9" },
    })
    for (const name of ["graph.facebook.com", "www.amazon.com"]) {
      const refused = await refusal(server, getId(other, { [name]: "good" }))
      assert.equal(refused.message, UNSUPPORTED, name)
    }
  })
  const unverified = "Invalid login token. Couldn't verify signed token."
  refusals(
    () => pool,
    [
      ["unknown to Facebook", () => ({ "graph.facebook.com": "bad" }), unverified, "the app of the token"],
      ["unknown to Amazon", () => ({ "www.amazon.com": "bad" }), unverified, "tokeninfo"],
      [
        "unknown to Twitter",
        () => ({ "api.twitter.com": `${TWITTER.token};wrong` }),
        unverified,
        "/1.1/account/verify_credentials.json",
      ],
      [
        "half of Twitter's",
        () => ({ "api.twitter.com": TWITTER.token }),
        unverified,
        "a token and its secret, separated by ;",
      ],
      [
        "while Facebook is down",
        () => ({ "graph.facebook.com": "down" }),
        "The login provider graph.facebook.com is not responding.",
        "the provider answers",
        "ExternalServiceException",
      ],
    ],
  )
})

describe("OpenID Connect providers of IAM", () => {
  const name = "idp.example.com"
  let pool: string
  before(async () => {
    const { iam } = clientsOf(server)
    const { OpenIDConnectProviderArn } = await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: `https://${name}`, ClientIDList: ["shop"] }),
    )
    pool = await createIdentityPool(server, {
      OpenIdConnectProviderARNs: [
        OpenIDConnectProviderArn!,
        `arn:aws:iam::${server.account}:oidc-provider/missing.example.com`,
      ],
    })
  })
  const token = async (claims: object = {}) => ({
    [name]: await sign({ iss: `https://${name}`, aud: "shop", ...claims }),
  })

  it("are taken", async () => assertTaken(pool, await token(), await token()))
  refusals(
    () => pool,
    [
      ["another client's", () => token({ aud: "other" }), "Invalid login token. Incorrect token audience.", "audience"],
      [
        "for another party",
        () => token({ azp: "other" }),
        "Invalid login token. Incorrect token audience.",
        "audience",
      ],
      [
        "of a provider that IAM does not know",
        async () => ({ "missing.example.com": (await token())[name]! }),
        UNSUPPORTED,
        "the OpenID Connect provider of the pool's account",
      ],
      [
        "of one that the pool does not",
        async () => ({ "other.example.com": (await token())[name]! }),
        UNSUPPORTED,
        "provider of the pool",
      ],
    ],
  )
})

describe("SAML providers of IAM", () => {
  const idp = createSamlIdentityProvider("https://idp.example.com/saml")
  let pool: string
  let arn: string
  before(async () => {
    const { iam } = clientsOf(server)
    const SAMLMetadataDocument = `${idp.metadata}${" ".repeat(1000)}`
    const create = async (Name: string) =>
      (await iam.send(new CreateSAMLProviderCommand({ Name, SAMLMetadataDocument }))).SAMLProviderArn!
    arn = await create("corp")
    const gone = await create("gone")
    await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn: gone }))
    pool = await createIdentityPool(server, { SamlProviderARNs: [arn, gone] })
  })
  const assertion = (more: object = {}) => ({ [arn]: idp.respond({ subject: "ann", attributes: {}, ...more }) })
  const invalid = (detail: string) => `Invalid login token. ${detail}`

  it("are taken", () => assertTaken(pool, assertion(), assertion()))
  refusals(
    () => pool,
    [
      [
        "for another audience",
        () => assertion({ audience: "urn:x" }),
        invalid("Response does not contain the required audience."),
        "audience",
      ],
      [
        "for another recipient",
        () => assertion({ recipient: "https://x" }),
        invalid("Recipient is not valid."),
        "recipient",
      ],
      [
        "from another issuer",
        () => assertion({ issuer: "https://x" }),
        invalid("Issuer not present in specified provider"),
        "issuer",
      ],
      ["expired", () => assertion({ expiresAt: Date.now() - 1 }), invalid("Token expired."), "expired"],
      ["no base64", () => ({ [arn]: "%%%" }), invalid("Invalid base64 SAMLResponse"), "encoding"],
      [
        "signed by nobody",
        () => ({ [arn]: Buffer.from("<a/>").toString("base64") }),
        invalid("Response signature invalid"),
        "signature",
      ],
      [
        "of a provider that is gone",
        () => ({ [arn.replace("corp", "gone")]: assertion()[arn]! }),
        UNSUPPORTED,
        "the SAML provider of the pool's account",
      ],
    ],
  )
})
