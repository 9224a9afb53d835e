import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { CreateAuthorizerRequest } from "@aws-sdk/client-api-gateway"
import {
  CognitoIdentityProvider,
  type AuthenticationResultType as Tokens,
} from "@aws-sdk/client-cognito-identity-provider"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import {
  type Deployed,
  type ExecuteWorld,
  type MethodSpec,
  openExecuteWorld,
  policy,
  told,
} from "./execute-api-world.ts"

let world: ExecuteWorld
let idp: CognitoIdentityProvider
before(async () => {
  world = await openExecuteWorld([...FUNCTION_FLAGS, "--clock-control"])
  idp = new CognitoIdentityProvider(world.server.client)
})
after(() => world[Symbol.asyncDispose]())

const OK = [200, { ok: true }]
const UNAUTHORIZED = [401, { message: "Unauthorized" }]
const PASSWORD = "Passw0rd!"
const USER_SCOPE = "aws.cognito.signin.user.admin"

interface Pool {
  id: string
  arn: string
  clientId: string
  signIn(username: string): Promise<Required<Tokens>>
}

async function makePool(): Promise<Pool> {
  const { UserPool } = await idp.createUserPool({ PoolName: "people" })
  const UserPoolId = UserPool!.Id!
  const ExplicitAuthFlows = ["ALLOW_USER_PASSWORD_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const]
  const { UserPoolClient } = await idp.createUserPoolClient({
    UserPoolId,
    ClientName: "app",
    ExplicitAuthFlows,
    IdTokenValidity: 5,
    AccessTokenValidity: 5,
    TokenValidityUnits: { IdToken: "minutes", AccessToken: "minutes" },
  })
  const ClientId = UserPoolClient!.ClientId!
  return {
    id: UserPoolId,
    arn: UserPool!.Arn!,
    clientId: ClientId,
    async signIn(Username) {
      const UserAttributes = [
        { Name: "email", Value: `${Username}@example.com` },
        { Name: "email_verified", Value: "true" },
      ]
      await idp.adminCreateUser({ UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" })
      await idp.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: true })
      for (const GroupName of ["readers", "writers"]) {
        await idp.createGroup({ UserPoolId, GroupName }).catch(() => {})
        await idp.adminAddUserToGroup({ UserPoolId, Username, GroupName })
      }
      const AuthParameters = { USERNAME: Username, PASSWORD }
      const { AuthenticationResult } = await idp.initiateAuth({
        ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters,
      })
      return AuthenticationResult as Required<Tokens>
    },
  }
}

/** An API with an authorizer, to which each of these methods leads. */
async function guarded(
  authorizer: Omit<CreateAuthorizerRequest, "restApiId" | "name">,
  specs: readonly MethodSpec[],
  statements: readonly object[] = [],
): Promise<Deployed & { authorizerId: string }> {
  const restApiId = await world.create(statements.length > 0 ? { policy: policy(...statements) } : {})
  const { id } = await world.gateway.createAuthorizer({ restApiId, name: "guard", ...authorizer })
  const authorizationType = authorizer.type === "COGNITO_USER_POOLS" ? authorizer.type : "CUSTOM"
  await world.addMethods(
    restApiId,
    specs.map((spec) => ({ ...spec, method: { authorizationType, authorizerId: id!, ...spec.method } })),
  )
  return { ...(await world.deploy(restApiId)), authorizerId: id! }
}

const ofPools = (...providerARNs: string[]) => ({
  type: "COGNITO_USER_POOLS" as const,
  providerARNs,
  identitySource: "method.request.header.Authorization",
})

const why = async (answer: { headers: Record<string, unknown> }): Promise<string> =>
  world.server.explain(String(answer.headers["x-amzn-requestid"]))

describe("an authorizer of user pools", () => {
  let pool: Pool
  let other: Pool
  let api: Deployed
  let tokens: Required<Tokens>
  let echo: string
  before(async () => {
    pool = await makePool()
    other = await makePool()
    tokens = await pool.signIn("alice")
    echo = await world.makeFunction(
      "echo",
      "export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) })\n",
    )
    api = await guarded(ofPools(pool.arn), [
      {
        path: "/mock",
        responses: [{ responseParameters: { "method.response.header.x-email": "context.authorizer.claims.email" } }],
      },
      { path: "/scoped", method: { authorizationScopes: [USER_SCOPE, "x/y"] } },
      { path: "/elsewhere", method: { authorizationScopes: ["x/y"] } },
      { path: "/event", integration: { type: "AWS_PROXY", uri: echo, integrationHttpMethod: "POST" } },
    ])
  })

  const send = (path: string, Authorization?: string, to = api) =>
    world.ask(to, path, Authorization === undefined ? {} : { headers: { Authorization } })

  it("lets in who shows an ID token, and tells integrations the claims", async () => {
    const answer = await send("mock", tokens.IdToken)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers["x-email"], "alice@example.com")
    assert.equal((await send("mock", `Bearer ${tokens.IdToken}`)).status, 200)
    const [, event] = told(await send("event", tokens.IdToken)) as [number, { requestContext: { authorizer: unknown } }]
    const { claims } = event.requestContext.authorizer as { claims: Record<string, string> }
    assert.equal(claims.sub!.length, 36)
    assert.equal(claims.token_use, "id")
    assert.equal(claims.aud, pool.clientId)
    assert.equal(claims.email_verified, "true")
    assert.equal(claims["cognito:groups"], "readers,writers")
    assert.match(claims.exp!, /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}$/)
    assert.match(claims.auth_time!, /^\d+$/)
  })

  it("wants an access token with one of the scopes, where a method asks for some", async () => {
    assert.deepEqual(told(await send("scoped", tokens.AccessToken)), OK)
    const lacking = await send("elsewhere", tokens.AccessToken)
    assert.deepEqual(told(lacking), UNAUTHORIZED)
    assert.match(await why(lacking), /x\/y/)
    assert.deepEqual(told(await send("scoped", tokens.IdToken)), UNAUTHORIZED)
    assert.deepEqual(told(await send("mock", tokens.AccessToken)), UNAUTHORIZED)
  })

  it("refuses all other tokens", async () => {
    const [head, body, signature] = tokens.IdToken.split(".") as [string, string, string]
    const claims = JSON.parse(Buffer.from(body, "base64url").toString())
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: "somebody" })).toString("base64url")
    const unsigned = Buffer.from('{"alg":"none"}').toString("base64url")
    const ofOther = await other.signIn("mallory")
    for (const token of [
      undefined,
      "",
      "x",
      "Bearer",
      "Bearer ",
      "..",
      `${head}.${body}.`,
      `${head}.${changed}.${signature}`,
      `${unsigned}.${body}.`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      `Basic ${tokens.IdToken}`,
      tokens.RefreshToken,
      ofOther.IdToken,
    ]) {
      const answer = await send("mock", token)
      assert.deepEqual(told(answer), UNAUTHORIZED, token)
      assert.equal(answer.headers["x-amzn-errortype"], "UnauthorizedException")
      assert.equal(answer.headers["www-authenticate"], undefined)
    }
    const explained = await why(await send("mock", ofOther.IdToken))
    assert.match(explained, new RegExp(other.id))
    assert.doesNotMatch(explained, /eyJ/)
  })

  it("says of a token that it has expired", async () => {
    const own = await pool.signIn("tardy")
    assert.equal((await send("mock", own.IdToken)).status, 200)
    await world.server.clock.advance({ seconds: 310 })
    const late = await send("mock", own.IdToken)
    assert.deepEqual(told(late), [401, { message: "The incoming token has expired" }])
    tokens = await pool.signIn("later")
  })

  it("holds a token's audience against its expression", async () => {
    const expression = (identityValidationExpression: string) =>
      guarded({ ...ofPools(pool.arn, other.arn), identityValidationExpression }, [{ path: "/x" }])
    assert.deepEqual(told(await send("x", tokens.IdToken, await expression(pool.clientId))), OK)
    assert.deepEqual(told(await send("x", tokens.IdToken, await expression("nobody"))), UNAUTHORIZED)
  })

  it("needs the API's policy to allow, where there is one (table B)", async () => {
    const statement = { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" }
    const withPolicy = (...statements: object[]) => guarded(ofPools(pool.arn), [{ path: "/x" }], statements)
    assert.deepEqual(told(await send("x", tokens.IdToken, await withPolicy(statement))), OK)
    const silent = await withPolicy({ ...statement, Resource: "execute-api:/other/*" })
    const refused = await send("x", tokens.IdToken, silent)
    assert.equal(refused.status, 403)
    assert.match(refused.body, /because no resource-based policy allows/)
    assert.deepEqual(told(await send("x", undefined, silent)), UNAUTHORIZED)
    const denying = await withPolicy(statement, { ...statement, Effect: "Deny" })
    const denied = await send("x", undefined, denying)
    assert.equal(denied.status, 403)
    assert.match(denied.body, /with an explicit deny in a resource-based policy/)
  })
})

/** Does what its token says, and counts how often it is asked. */
const GUARD = `
let asked = 0
export const handler = async (event) => {
  const token = event.authorizationToken ?? event.headers["X-Token"]
  asked++
  const [what, ...rest] = token.split(" ")
  const answer = (Effect, Resource) => ({
    principalId: "somebody",
    policyDocument: { Version: "2012-10-17", Statement: [{ Effect, Action: "execute-api:Invoke", Resource }] },
    context: { asked, text: "t", flag: true, type: event.type, arn: event.methodArn, seen: JSON.stringify(event) },
  })
  if (what === "allow") return answer("Allow", rest[0] ?? event.methodArn)
  if (what === "deny") return answer("Deny", event.methodArn)
  if (what === "elsewhere") return answer("Allow", "arn:aws:execute-api:us-east-1:*:other/*")
  if (what === "from") {
    const good = answer("Allow", event.methodArn)
    good.policyDocument.Statement[0].Condition = { IpAddress: { "aws:SourceIp": rest[0] } }
    return good
  }
  if (what === "unauthorized") throw new Error("Unauthorized")
  if (what === "error") throw new Error("other")
  if (what === "object") return { ...answer("Allow", "*"), context: { a: {} } }
  if (what === "nothing") return null
  if (what === "nameless") return { ...answer("Allow", "*"), principalId: undefined }
  if (what === "policyless") return { principalId: "x" }
  if (what === "malformed") return { principalId: "x", policyDocument: { Statement: [{ Effect: "Maybe" }] } }
  return { principalId: "x", policyDocument: { Version: "2012-10-17", Statement: [] } }
}
`

describe("a Lambda authorizer", () => {
  let guard: string
  let echo: string
  let api: Awaited<ReturnType<typeof guarded>>
  const specs = (): MethodSpec[] => [
    {
      path: "/mock",
      responses: [
        {
          responseParameters: {
            "method.response.header.x-asked": "context.authorizer.asked",
            "method.response.header.x-arn": "context.authorizer.arn",
            "method.response.header.x-who": "context.authorizer.principalId",
          },
        },
      ],
    },
    { path: "/other" },
    { path: "/event", integration: { type: "AWS_PROXY", uri: echo, integrationHttpMethod: "POST" } },
  ]
  const ofToken = (more: Partial<CreateAuthorizerRequest> = {}) => ({
    type: "TOKEN" as const,
    authorizerUri: guard,
    identitySource: "method.request.header.X-Token",
    authorizerResultTtlInSeconds: 0,
    ...more,
  })
  before(async () => {
    guard = await world.makeFunction("guard", GUARD)
    echo = await world.makeFunction(
      "echo-two",
      "export const handler = async (event) => ({ body: JSON.stringify(event.requestContext.authorizer) })\n",
    )
    api = await guarded(ofToken(), specs())
  })
  const send = (path: string, token: string | undefined, to: Deployed = api) =>
    world.ask(to, path, token === undefined ? {} : { headers: { "X-Token": token } })

  it("lets in by the policy that it returns, and tells integrations its context", async () => {
    const answer = await send("mock", "allow")
    assert.equal(answer.status, 200)
    assert.equal(answer.headers["x-who"], "somebody")
    assert.equal(answer.headers["x-arn"], `${api.arn}/prod/GET/mock`)
    const [, told] = JSON.parse(`[0,${(await send("event", "allow")).body}]`)
    assert.equal(told.principalId, "somebody")
    assert.equal(told.flag, "true")
    assert.match(told.asked, /^\d+$/)
    assert.equal(typeof told.integrationLatency, "number")
    const seen = JSON.parse(told.seen)
    assert.deepEqual(seen, {
      type: "TOKEN",
      methodArn: `${api.arn}/prod/GET/event`,
      authorizationToken: "allow",
    })
  })

  for (const [token, status, body, explained] of [
    [
      "deny",
      403,
      {
        Message: "User is not authorized to access this resource with an explicit deny in an identity-based policy",
      },
      /Deny|deny/,
    ],
    [
      "elsewhere",
      403,
      {
        Message:
          "User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action",
      },
      /guard/,
    ],
    ["unauthorized", 401, { message: "Unauthorized" }, /Unauthorized/],
    ["error", 500, { message: null }, /failed/],
    ["object", 500, { message: null }, /texts, numbers and booleans/],
    ["nothing", 500, { message: null }, /no JSON object/],
    ["nameless", 500, { message: null }, /principalId/],
    ["policyless", 500, { message: null }, /policyDocument/],
    ["malformed", 500, { message: null }, /cannot be evaluated/],
    [undefined, 401, { message: "Unauthorized" }, /X-Token/],
  ] as const)
    it(`answers ${status} to ${token}`, async () => {
      const answer = await send("mock", token)
      assert.deepEqual(told(answer), [status, body])
      assert.match(await why(answer), explained)
    })

  it("may say from where", async () => {
    assert.equal((await send("mock", "from 127.0.0.0/8")).status, 200)
    assert.equal((await send("mock", "from 10.0.0.0/8")).status, 403)
  })

  it("is asked again after its time to live, or when its stage's cache is flushed", async () => {
    const cached = await guarded(ofToken({ authorizerResultTtlInSeconds: 60 }), specs())
    const asked = async () => (await send("mock", "allow arn:aws:execute-api:*", cached)).headers["x-asked"]
    const first = await asked()
    assert.equal(await asked(), first)
    // What it said is good for every method.
    assert.equal((await send("other", "allow arn:aws:execute-api:*", cached)).status, 200)
    assert.equal(await asked(), first)
    await world.server.clock.advance({ seconds: 61 })
    const second = await asked()
    assert.notEqual(second, first)
    await world.gateway.flushStageAuthorizersCache({ restApiId: cached.restApiId, stageName: "prod" })
    assert.notEqual(await asked(), second)
    // A policy for one method is for that method alone, remembered or not.
    assert.equal((await send("mock", "allow", cached)).status, 200)
    assert.equal((await send("other", "allow", cached)).status, 403)
  })

  it("is not asked about a token that does not look like one", async () => {
    const strict = await guarded(ofToken({ identityValidationExpression: "allow.*" }), specs())
    assert.equal((await send("mock", "allow", strict)).status, 200)
    const refused = await send("mock", "error", strict)
    assert.deepEqual(told(refused), UNAUTHORIZED)
    const bomb = await guarded(ofToken({ identityValidationExpression: "(a+)+b" }), specs())
    assert.deepEqual(told(await send("mock", "a".repeat(8_000), bomb)), UNAUTHORIZED)
  })

  it("of requests gets all of them", async () => {
    const request = await guarded(
      {
        type: "REQUEST",
        authorizerUri: guard,
        identitySource: "method.request.header.X-Token,method.request.querystring.q",
        authorizerResultTtlInSeconds: 300,
      },
      specs(),
    )
    const answer = await world.ask(request, "event", { headers: { "X-Token": "allow" }, query: { q: "1", r: "2 3" } })
    assert.equal(answer.status, 200)
    const seen = JSON.parse(JSON.parse(answer.body).seen)
    assert.deepEqual(Object.keys(seen).sort(), [
      "headers",
      "httpMethod",
      "methodArn",
      "multiValueHeaders",
      "multiValueQueryStringParameters",
      "path",
      "pathParameters",
      "queryStringParameters",
      "requestContext",
      "resource",
      "stageVariables",
      "type",
    ])
    assert.equal(seen.path, "/event")
    assert.equal(seen.requestContext.path, "/prod/event")
    assert.deepEqual(seen.queryStringParameters, { q: "1", r: "2 3" })
    assert.equal(seen.pathParameters, null)
    assert.equal(seen.headers["X-Token"], "allow")
    assert.deepEqual(told(await send("event", "allow", request)), UNAUTHORIZED)
  })

  it("and the API's policy are evaluated together (table A)", async () => {
    const statement = { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" }
    const other = { ...statement, Resource: "execute-api:/other/*" }
    const deny = { ...statement, Effect: "Deny" }
    const expected: [string, readonly object[], number][] = [
      ["allow", [statement], 200],
      ["allow", [other], 200],
      ["allow", [statement, deny], 403],
      ["silent", [statement], 200],
      ["silent", [other], 403],
      ["deny", [statement], 403],
      ["deny", [other], 403],
      ["deny", [deny], 403],
    ]
    for (const [token, statements, status] of expected) {
      const one = await guarded(ofToken(), [{ path: "/mock" }], statements)
      assert.equal((await send("mock", token, one)).status, status, `${token} ${JSON.stringify(statements)}`)
    }
  })

  it("has to be a function that API Gateway may invoke", async () => {
    await world.lambda.removePermission({ FunctionName: "guard", StatementId: "gateway" })
    try {
      const answer = await send("mock", "allow")
      assert.deepEqual(told(answer), [500, { message: null }])
      assert.equal(answer.headers["x-amzn-errortype"], "AuthorizerConfigurationException")
      assert.match(await why(answer), /is not authorized to perform: lambda:InvokeFunction/)
    } finally {
      await world.lambda.addPermission({
        FunctionName: "guard",
        StatementId: "gateway",
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        SourceArn: `arn:aws:execute-api:us-east-1:${world.server.account}:*/authorizers/*`,
      })
    }
    assert.equal((await send("mock", "allow")).status, 200)
  })
})
