import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { askControl } from "../harness/control.ts"
import { startJsonServer, type WebServer } from "../harness/web-server.ts"
import {
  createIdentityPool,
  createRole,
  createUser,
  createUserPool,
  enter,
  policy,
  setRoles,
  trust,
  type UserPool,
} from "./cognito-identity-world.ts"
import { ECHO, type HttpApi, type HttpWorld, openHttpWorld, told } from "./http-apis-world.ts"

let world: HttpWorld
let echo: string
before(async () => {
  world = await openHttpWorld(["--allow-http-issuers", "--clock-control"])
  echo = await world.makeFunction("echo", ECHO)
})
after(() => world[Symbol.asyncDispose]())

const UNAUTHORIZED = [401, { message: "Unauthorized" }]
const FORBIDDEN = [403, { message: "Forbidden" }]
const INTERNAL = [500, { message: "Internal Server Error" }]

const header = (answer: { headers: Record<string, unknown> }) => answer.headers["www-authenticate"]
const bearer = (token: string | undefined) => ({ headers: { authorization: `Bearer ${token}` } })

/** Why a request was refused, as `hallpass explain` has it. */
const explained = async (answer: { headers: Record<string, unknown> }): Promise<string> =>
  JSON.stringify(await askControl(world.server, "GET", `decisions/${answer.headers["apigw-requestid"]}`))

async function jwtAuthorizer(
  api: HttpApi,
  Issuer: string,
  Audience: string[],
  IdentitySource = ["$request.header.Authorization"],
) {
  const { AuthorizerId } = await world.gateway.createAuthorizer({
    ApiId: api.ApiId,
    Name: "people",
    AuthorizerType: "JWT",
    IdentitySource,
    JwtConfiguration: { Issuer, Audience },
  })
  return { AuthorizationType: "JWT" as const, AuthorizerId: AuthorizerId! }
}

describe("a JWT authorizer of a user pool", () => {
  let pool: UserPool
  let api: HttpApi
  let tokens: { IdToken?: string; AccessToken?: string }
  before(async () => {
    const { server } = world
    pool = await createUserPool(server)
    const { CognitoIdentityProvider } = await import("@aws-sdk/client-cognito-identity-provider")
    const idp = new CognitoIdentityProvider(server.client)
    for (const GroupName of ["admins", "users"]) await idp.createGroup({ UserPoolId: pool.userPoolId, GroupName })
    await pool.signUp("ann", ["admins", "users"])
    tokens = await pool.tokensOf("ann")
    api = await world.makeHttpApi()
    const jwt = await jwtAuthorizer(api, `https://${pool.providerName}`, [pool.clientId])
    await api.route("GET /me", echo, jwt)
    await api.route(
      "GET /first",
      await world.makeFunction("echo-1", "return { statusCode: 200, body: JSON.stringify(event) }"),
      jwt,
      { PayloadFormatVersion: "1.0" },
    )
    await api.route("GET /scoped", echo, { ...jwt, AuthorizationScopes: ["aws.cognito.signin.user.admin"] })
    await api.route("GET /other", echo, { ...jwt, AuthorizationScopes: ["orders/read", "orders/write"] })
    const others = await jwtAuthorizer(api, `https://${pool.providerName}`, ["somebody-else"])
    await api.route("GET /others", echo, others)
  })

  it("lets ID tokens in by their audience, and access tokens by their client", async () => {
    for (const token of [tokens.IdToken, tokens.AccessToken]) {
      const { requestContext } = JSON.parse((await api.ask("/me", bearer(token))).body)
      const { jwt } = requestContext.authorizer
      assert.equal(jwt.scopes, null)
      assert.equal(jwt.claims["cognito:groups"], "[admins users]")
      assert.match(jwt.claims.exp, /^\d+$/)
      assert.equal(jwt.claims[token === tokens.IdToken ? "cognito:username" : "username"], "ann")
    }
  })

  it("takes a token without its prefix, too, and tells payloads of 1.0 the claims", async () => {
    const answer = await api.ask("/first", { headers: { authorization: tokens.IdToken! } })
    const { requestContext } = JSON.parse(answer.body)
    assert.equal(requestContext.authorizer.claims["cognito:username"], "ann")
  })

  it("refuses who has no token", async () => {
    for (const headers of [{}, { authorization: "" }, { authorization: "Bearer " }]) {
      const answer = await api.ask("/me", { headers: headers as Record<string, string> })
      assert.deepEqual([...told(answer), header(answer)], [...UNAUTHORIZED, "Bearer"])
    }
  })

  for (const [what, token] of [
    ["is none", () => "abc"],
    ["is of three parts of nothing", () => "a.b.c"],
    ["was changed", () => `${tokens.IdToken!.slice(0, -6)}AAAAAA`],
    [
      "is signed with nothing",
      () => `${Buffer.from('{"alg":"none"}').toString("base64url")}.${tokens.IdToken!.split(".")[1]}.`,
    ],
  ] as const)
    it(`refuses a token that ${what}`, async () => {
      const answer = await api.ask("/me", bearer(token()))
      assert.deepEqual(told(answer), UNAUTHORIZED)
      assert.match(String(header(answer)), /^Bearer error="invalid_token" error_description="[^"]+"$/)
    })

  it("refuses a token of another audience, in the words of the Developer Guide", async () => {
    for (const token of [tokens.IdToken, tokens.AccessToken]) {
      const answer = await api.ask("/others", bearer(token))
      assert.deepEqual(told(answer), UNAUTHORIZED)
      assert.equal(
        header(answer),
        'Bearer error="invalid_token" error_description="the token does not have a valid audience"',
      )
      assert.match(await explained(answer), /somebody-else/)
    }
  })

  it("refuses a token of another pool", async () => {
    const other = await createUserPool(world.server, "others")
    await other.signUp("eve")
    const answer = await api.ask("/me", bearer(await other.signIn("eve")))
    assert.deepEqual(told(answer), UNAUTHORIZED)
    assert.match(String(header(answer)), /invalid issuer/)
  })

  it("asks for one of the route's scopes, where it has some", async () => {
    const { requestContext } = JSON.parse((await api.ask("/scoped", bearer(tokens.AccessToken))).body)
    assert.deepEqual(requestContext.authorizer.jwt.scopes, ["aws.cognito.signin.user.admin"])
    const answer = await api.ask("/other", bearer(tokens.AccessToken))
    assert.deepEqual(told(answer), FORBIDDEN)
    assert.match(String(header(answer)), /^Bearer scope="orders\/read orders\/write" error="insufficient_scope" /)
    assert.match(await explained(answer), /orders\/read/)
    assert.deepEqual(told(await api.ask("/scoped", bearer(tokens.IdToken))), FORBIDDEN)
  })
})

describe("a JWT authorizer of an issuer elsewhere", () => {
  let provider: WebServer
  let pages: Record<string, unknown>
  let api: HttpApi
  let privateKey: CryptoKey
  const now = async () => Math.floor(Date.parse((await askControl(world.server, "GET", "clock")).now) / 1000)
  const sign = async (claims: object, kid = "one", key = privateKey) => {
    const time = await now()
    return new SignJWT({ iss: provider.url, aud: "web", iat: time, exp: time + 60, ...claims })
      .setProtectedHeader({ alg: "RS256", kid })
      .sign(key)
  }
  before(async () => {
    const pair = await generateKeyPair("RS256")
    privateKey = pair.privateKey
    pages = {}
    provider = await startJsonServer(pages)
    pages["/.well-known/openid-configuration"] = { issuer: provider.url, jwks_uri: `${provider.url}/keys` }
    pages["/keys"] = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256" }] }
    api = await world.makeHttpApi()
    await api.route("GET /me", echo, await jwtAuthorizer(api, provider.url, ["web"], ["$request.querystring.token"]))
  })
  after(() => provider[Symbol.asyncDispose]())
  const ask = (token: string) => api.ask(`/me?token=${token}`)

  it("fetches its keys once, and tells all kinds of claims as texts", async () => {
    const token = await sign({
      sub: "ann",
      aud: ["api", "web"],
      admin: true,
      roles: ["a", "b"],
      n: 1,
      address: { city: "x" },
    })
    for (let i = 0; i < 3; i++) assert.equal((await ask(token)).status, 200)
    const { claims } = JSON.parse((await ask(token)).body).requestContext.authorizer.jwt
    assert.deepEqual(
      [claims.sub, claims.aud, claims.admin, claims.roles, claims.n, claims.address],
      ["ann", "[api web]", "true", "[a b]", "1", '{"city":"x"}'],
    )
    assert.equal(provider.requests.filter((one) => one.endsWith("/keys")).length, 1)
  })

  for (const [what, claims, description] of [
    ["comes too early", async () => ({ nbf: (await now()) + 600 }), /not yet valid/],
    ["is of the future", async () => ({ iat: (await now()) + 600 }), /future/],
    ["is over", async () => ({ exp: (await now()) - 1 }), /expired/],
    ["never ends", async () => ({ exp: undefined }), /expired/],
    ["is for somebody else", async () => ({ aud: "other", client_id: "web" }), /valid audience/],
    ["has an audience that is no text", async () => ({ aud: { web: 1 } }), /valid audience/],
    ["is for no client of ours", async () => ({ aud: undefined, client_id: "other" }), /valid audience/],
    ["is of another issuer", async () => ({ iss: "https://login.example.com" }), /invalid issuer/],
  ] as const)
    it(`refuses a token that ${what}`, async () => {
      const answer = await ask(await sign(await claims()))
      assert.deepEqual(told(answer), UNAUTHORIZED)
      assert.match(String(header(answer)), description)
    })

  it("takes the client where there is no audience", async () => {
    assert.equal((await ask(await sign({ aud: undefined, client_id: "web" }))).status, 200)
  })

  it("refuses what another key has signed", async () => {
    const { privateKey: other } = await generateKeyPair("RS256")
    assert.deepEqual(told(await ask(await sign({}, "one", other))), UNAUTHORIZED)
    assert.deepEqual(told(await ask(await sign({}, "two", other))), UNAUTHORIZED)
  })

  it("says where it cannot be asked", async () => {
    const silent = await startJsonServer({})
    await api.route("GET /silent", echo, await jwtAuthorizer(api, silent.url, ["web"]))
    const token = await sign({ iss: silent.url })
    const answer = await api.ask("/silent", bearer(token))
    await silent[Symbol.asyncDispose]()
    assert.deepEqual(told(answer), UNAUTHORIZED)
    assert.match(String(header(answer)), /communication error/)
  })
})

describe("AWS_IAM", () => {
  let api: HttpApi
  before(async () => {
    api = await world.makeHttpApi()
    await api.route("GET /pets/{id}", echo, { AuthorizationType: "AWS_IAM" })
    await world.gateway.createStage({ ApiId: api.ApiId, StageName: "prod" })
    await world.gateway.createDeployment({ ApiId: api.ApiId, StageName: "prod" })
  })
  const may = (resource: string) =>
    policy({ Effect: "Allow", Action: "execute-api:Invoke", Resource: `${api.arn}/${resource}` })

  it("lets in whose policies allow the route's path, and tells who it was", async () => {
    const signedBy = await createUser(world.server, "petter", may("$default/GET/pets/*"))
    const { iam } = JSON.parse((await api.ask("/pets/1", { signedBy })).body).requestContext.authorizer
    assert.deepEqual(
      [iam.accessKey, iam.accountId, iam.userArn, iam.cognitoIdentity, iam.callerId],
      [
        signedBy.accessKeyId,
        world.server.account,
        `arn:aws:iam::${world.server.account}:user/petter`,
        null,
        iam.userId,
      ],
    )
    assert.deepEqual(told(await api.ask("/prod/pets/1", { signedBy })), FORBIDDEN)
  })

  it("refuses everybody else with the same words, and explains why", async () => {
    const signedBy = await createUser(world.server, "single", may("$default/GET/pets/1"))
    assert.equal((await api.ask("/pets/1", { signedBy })).status, 200)
    const denied = await api.ask("/pets/2", { signedBy })
    assert.deepEqual(told(denied), FORBIDDEN)
    assert.match(await explained(denied), /execute-api:Invoke/)
    assert.deepEqual(told(await api.ask("/pets/1")), FORBIDDEN)
    assert.deepEqual(told(await api.ask("/pets/1", { signedBy: { ...signedBy, secretAccessKey: "wrong" } })), FORBIDDEN)
    assert.deepEqual(told(await api.ask("/pets/1", { signedBy, service: "lambda" })), FORBIDDEN)
    assert.deepEqual(told(await api.ask("/pets/1", { headers: { authorization: "Bearer x" } })), FORBIDDEN)
  })

  it("tells of an identity pool's caller whom it is", async () => {
    const { server } = world
    const IdentityPoolId = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true })
    const unauthenticated = await createRole(server, "Guests", trust(IdentityPoolId, "unauthenticated"), may("*"))
    await setRoles(server, IdentityPoolId, { unauthenticated })
    const { identityId, ...signedBy } = await enter(server, IdentityPoolId)
    const { iam } = JSON.parse((await api.ask("/pets/1", { signedBy })).body).requestContext.authorizer
    assert.deepEqual(iam.cognitoIdentity, { amr: ["unauthenticated"], identityId, identityPoolId: IdentityPoolId })
    assert.match(iam.userArn, /:assumed-role\/Guests\/CognitoIdentityCredentials$/)
  })
})

describe("a Lambda authorizer", () => {
  const uri = (arn: string) => `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`
  let calls = 0
  async function authorized(source: string, settings: object = {}, route: object = {}) {
    const api = await world.makeHttpApi()
    const arn = await world.makeFunction(`check-${calls++}`, source)
    const { AuthorizerId } = await world.gateway.createAuthorizer({
      ApiId: api.ApiId,
      Name: "check",
      AuthorizerType: "REQUEST",
      AuthorizerUri: uri(arn),
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      IdentitySource: ["$request.header.Authorization"],
      ...settings,
    })
    await api.route("GET /pets/{id}", echo, { AuthorizationType: "CUSTOM", AuthorizerId: AuthorizerId!, ...route })
    return { api, AuthorizerId: AuthorizerId! }
  }
  const as = (authorization: string) => ({ headers: { authorization } })
  const SIMPLE =
    "return { isAuthorized: event.identitySource[0] === 'good', context: { user: 'ann', roles: ['a'], event } }"

  it("answers yes or no, and tells the integration more (2.0)", async () => {
    const { api } = await authorized(SIMPLE)
    const { lambda } = JSON.parse((await api.ask("/pets/7?a=1", as("good"))).body).requestContext.authorizer
    assert.deepEqual([lambda.user, lambda.roles], ["ann", ["a"]])
    const { version, type, routeArn, identitySource, routeKey, pathParameters, queryStringParameters, body } =
      lambda.event
    assert.deepEqual(
      [version, type, routeArn, identitySource, routeKey, pathParameters, queryStringParameters, body],
      [
        "2.0",
        "REQUEST",
        `${api.arn}/$default/GET/pets/7`,
        ["good"],
        "GET /pets/{id}",
        { id: "7" },
        { a: "1" },
        undefined,
      ],
    )
    const denied = await api.ask("/pets/7", as("bad"))
    assert.deepEqual(told(denied), FORBIDDEN)
    assert.match(await explained(denied), /isAuthorized: false/)
    assert.deepEqual(told(await api.ask("/pets/7")), UNAUTHORIZED)
  })

  it("answers a policy, which is held against the path that is called (1.0)", async () => {
    const source =
      "return { principalId: 'ann', policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: event.methodArn.replace(/[^/]+$/, '1') }] }, context: { token: event.authorizationToken, source: event.identitySource } }"
    const { api } = await authorized(source, { AuthorizerPayloadFormatVersion: "1.0", EnableSimpleResponses: false })
    const { lambda } = JSON.parse((await api.ask("/pets/1", as("x"))).body).requestContext.authorizer
    assert.deepEqual(lambda, { token: "x", source: "x" })
    const denied = await api.ask("/pets/2", as("x"))
    assert.deepEqual(told(denied), FORBIDDEN)
    assert.match(await explained(denied), /execute-api:Invoke/)
  })

  it("is remembered by its identity sources for as long as it says, and forgotten when somebody asks", async () => {
    const counting =
      "globalThis.n = (globalThis.n ?? 0) + 1; return { isAuthorized: true, context: { n: globalThis.n } }"
    const { api } = await authorized(counting, { AuthorizerResultTtlInSeconds: 300 })
    const told = async (who: string) =>
      JSON.parse((await api.ask("/pets/1", as(who))).body).requestContext.authorizer.lambda.n
    assert.deepEqual([await told("a"), await told("a"), await told("b")], [1, 1, 2])
    await world.gateway.resetAuthorizersCache({ ApiId: api.ApiId, StageName: "$default" })
    assert.equal(await told("a"), 3)
    await world.server.clock.advance({ seconds: 301 })
    assert.equal(await told("a"), 4)
    const { api: other } = await authorized(counting)
    const each = async () => JSON.parse((await other.ask("/pets/1", as("a"))).body).requestContext.authorizer.lambda.n
    assert.deepEqual([await each(), await each()], [1, 2])
  })

  for (const [what, source, settings] of [
    ["throws", "throw new Error('no')", {}],
    ["answers nothing", "return null", {}],
    ["answers no boolean", "return { isAuthorized: 'yes' }", {}],
    ["answers a policy in place of a word", "return { principalId: 'a', policyDocument: {} }", {}],
    ["answers a word in place of a policy", "return { isAuthorized: true }", { EnableSimpleResponses: false }],
    [
      "answers no policy",
      "return { policyDocument: { Statement: [{ Effect: 'Maybe' }] } }",
      { EnableSimpleResponses: false },
    ],
    ["tells a context that is none", "return { isAuthorized: true, context: 'x' }", {}],
  ] as const)
    it(`is an error where its function ${what}`, async () => {
      const { api } = await authorized(source, settings)
      assert.deepEqual(told(await api.ask("/pets/1", as("x"))), INTERNAL)
    })

  it("refuses whom its function throws Unauthorized of", async () => {
    const { api } = await authorized("throw new Error('Unauthorized')")
    assert.deepEqual(told(await api.ask("/pets/1", as("x"))), UNAUTHORIZED)
  })

  it("is an error where it may not be invoked", async () => {
    await world.create("private-check", {})
    const { api } = await authorized(SIMPLE, { AuthorizerUri: uri(world.arn("private-check")) })
    const answer = await api.ask("/pets/1", as("good"))
    assert.deepEqual(told(answer), INTERNAL)
    assert.match(await explained(answer), /may be invoked/)
  })
})

// The last: clients' clocks are not the server's any more.
describe("the time of a token", () => {
  it("refuses a token when its time is over", async () => {
    const pool = await createUserPool(world.server, "timed")
    await pool.signUp("ann")
    const { IdToken } = await pool.tokensOf("ann")
    const api = await world.makeHttpApi()
    await api.route("GET /me", echo, await jwtAuthorizer(api, `https://${pool.providerName}`, [pool.clientId]))
    assert.equal((await api.ask("/me", bearer(IdToken))).status, 200)
    await world.server.clock.advance({ seconds: 3_601 })
    const answer = await api.ask("/me", bearer(IdToken))
    assert.deepEqual(told(answer), UNAUTHORIZED)
    assert.match(String(header(answer)), /expired/)
  })
})
