import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  type CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  GetOpenIdTokenCommand,
  SetPrincipalTagAttributeMapCommand,
} from "@aws-sdk/client-cognito-identity"
import { CreateGroupCommand } from "@aws-sdk/client-cognito-identity-provider"
import { CreateSAMLProviderCommand, DeleteRoleCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam"
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose"
import { askControl } from "../harness/control.ts"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"
import {
  COGNITO,
  clientsOf,
  createIdentityPool,
  createRole,
  createUserPool,
  enter,
  policy,
  refusal,
  setRoles,
  trust,
  type UserPool,
} from "./cognito-identity-world.ts"

const INVALID = {
  name: "InvalidIdentityPoolConfigurationException",
  message: "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
  status: 400,
}

let server: TestServer
let identity: CognitoIdentityClient
let people: UserPool

before(async () => {
  server = await startServer()
  ;({ identity } = clientsOf(server))
  people = await createUserPool(server, "people", {
    Schema: [{ Name: "team", AttributeDataType: "String", Mutable: true }],
  })
})
after(() => server[Symbol.asyncDispose]())

const login = async (name: string) => ({ [people.providerName]: await people.signIn(name) })
const mappingName = () => `${people.providerName}:${people.clientId}`
const newPool = (more: object = {}) =>
  createIdentityPool(server, {
    AllowUnauthenticatedIdentities: true,
    CognitoIdentityProviders: [{ ProviderName: people.providerName, ClientId: people.clientId }],
    ...more,
  })
const roleOf = async (credentials: Credentials) => {
  const { Arn } = await new STSClient(server.clientOf(credentials)).send(new GetCallerIdentityCommand({}))
  return /assumed-role\/([^/]+)\/CognitoIdentityCredentials$/.exec(Arn!)?.[1]
}
let names = 0
const uniqueName = (what: string) => `${what}-${++names}`

describe("the trust of a role", () => {
  let pool: string
  let Logins: Record<string, string>
  let sub: string
  let identityId: string
  before(async () => {
    pool = await newPool()
    sub = await people.signUp("trusted")
    Logins = await login("trusted")
    identityId = (await identity.send(new GetIdCommand({ IdentityPoolId: pool, Logins }))).IdentityId!
  })

  const key = (claim: string) => `${COGNITO}:${claim}`
  const statement = (Condition: object, Action: string | string[] = "sts:AssumeRoleWithWebIdentity") =>
    policy({ Effect: "Allow", Principal: { Federated: COGNITO }, Action, Condition })
  const aud = () => ({ [key("aud")]: pool })
  const cases: [what: string, trustPolicy: () => string, isTrusted: boolean][] = [
    ["the pool", () => statement({ StringEquals: aud() }), true],
    ["another pool", () => statement({ StringEquals: { [key("aud")]: `${pool}0` } }), false],
    ["members", () => trust(pool), true],
    ["guests", () => trust(pool, "unauthenticated"), false],
    ["people of the user pool", () => trust(pool, people.providerName), true],
    ["people of another", () => trust(pool, `${people.providerName}0`), false],
    ["the person", () => trust(pool, `${people.providerName}:CognitoSignIn:${sub}`), true],
    [
      "everybody but the user pool's",
      () => statement({ StringEquals: aud(), "ForAllValues:StringNotEquals": { [key("amr")]: people.providerName } }),
      false,
    ],
    [
      "all of the methods",
      () =>
        statement({
          StringEquals: aud(),
          "ForAllValues:StringLike": { [key("amr")]: ["authenticated", `${people.providerName}*`] },
        }),
      true,
    ],
    ["the identity", () => statement({ StringEquals: { ...aud(), [key("sub")]: identityId } }), true],
    ["another identity", () => statement({ StringEquals: { ...aud(), [key("sub")]: pool } }), false],
    ["another action", () => statement({ StringEquals: aud() }, "sts:AssumeRole"), false],
    [
      "an account",
      () => policy({ Effect: "Allow", Principal: { AWS: server.account }, Action: "sts:AssumeRole" }),
      false,
    ],
    [
      "the pool, but for a deny",
      () =>
        policy(
          {
            Effect: "Allow",
            Principal: { Federated: COGNITO },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringEquals: aud() },
          },
          {
            Effect: "Deny",
            Principal: { Federated: COGNITO },
            Action: "sts:*",
            Condition: { StringEquals: { [key("sub")]: identityId } },
          },
        ),
      false,
    ],
  ]
  for (const [what, trustPolicy, isTrusted] of cases)
    it(`${isTrusted ? "lets in" : "keeps out"}: it names ${what}`, async () => {
      const name = uniqueName("role")
      await setRoles(server, pool, { authenticated: await createRole(server, name, trustPolicy()) })
      if (isTrusted) return assert.equal(await roleOf(await enter(server, pool, Logins)), name)
      const { because, ...refused } = await refusal(server, () => enter(server, pool, Logins))
      assert.deepEqual(refused, INVALID)
      assert.equal(because.check, "the trust policy of the role")
      assert.equal(because.claims[key("sub")], identityId)
      assert.equal(because.claims[key("aud")], pool)
    })

  it("is asked at every call", async () => {
    const RoleName = uniqueName("role")
    await setRoles(server, pool, { authenticated: await createRole(server, RoleName, trust(pool)) })
    await enter(server, pool, Logins)
    const { iam } = clientsOf(server)
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust(pool, "unauthenticated") }))
    const { because: _, ...refused } = await refusal(server, () => enter(server, pool, Logins))
    assert.deepEqual(refused, INVALID)
    await iam.send(new DeleteRoleCommand({ RoleName }))
    assert.equal((await refusal(server, () => enter(server, pool, Logins))).because.check, "the role exists")
  })

  it("must let tags pass where there are any", async () => {
    await people.signUp("tagged", [], { "custom:team": "blue" })
    const tagged = await login("tagged")
    const map = (PrincipalTags: Record<string, string>) =>
      identity.send(
        new SetPrincipalTagAttributeMapCommand({
          IdentityPoolId: pool,
          IdentityProviderName: people.providerName,
          UseDefaults: false,
          PrincipalTags,
        }),
      )
    await map({ team: "custom:team" })
    const actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    const without = await createRole(server, uniqueName("role"), trust(pool))
    const withTags = await createRole(server, uniqueName("role"), trust(pool, "authenticated", actions))
    const onlyGreen = await createRole(
      server,
      uniqueName("role"),
      statement({ StringEquals: { ...aud(), "aws:RequestTag/team": "green" } }, actions),
    )
    await setRoles(server, pool, { authenticated: without })
    const { because: _, ...refused } = await refusal(server, () => enter(server, pool, tagged))
    assert.deepEqual(refused, INVALID)
    // Who has no such claim brings no tag.
    await enter(server, pool, Logins)
    await setRoles(server, pool, { authenticated: withTags })
    await enter(server, pool, tagged)
    await setRoles(server, pool, { authenticated: onlyGreen })
    await assert.rejects(enter(server, pool, tagged), { name: INVALID.name })
    await map({ team: "email" })
    await map({})
  })
})

describe("the choice of a role", () => {
  let pool: string
  const roles: Record<string, string> = {}
  before(async () => {
    pool = await newPool()
    for (const name of ["member", "blue", "green", "stranger"])
      roles[name] = await createRole(server, name, trust(pool))
    const { idp } = clientsOf(server)
    for (const [GroupName, Precedence] of [
      ["blue", 1],
      ["green", 1],
    ] as const)
      await idp.send(
        new CreateGroupCommand({ UserPoolId: people.userPoolId, GroupName, Precedence, RoleArn: roles[GroupName]! }),
      )
    await people.signUp("both", ["blue", "green"])
    await people.signUp("one", ["blue"])
    await people.signUp("none")
  })
  const byToken = (AmbiguousRoleResolution: "Deny" | "AuthenticatedRole") =>
    setRoles(
      server,
      pool,
      { authenticated: roles.member! },
      { [mappingName()]: { Type: "Token", AmbiguousRoleResolution } },
    )
  const AMBIGUOUS = {
    name: "NotAuthorizedException",
    message: "The ambiguous role mapping rules denied this request.",
    status: 400,
  }

  it("is the token's", async () => {
    await byToken("Deny")
    assert.equal(await roleOf(await enter(server, pool, await login("one"))), "blue")
    // Two groups of one precedence prefer none.
    const { because, ...refused } = await refusal(server, async () => enter(server, pool, await login("both")))
    assert.deepEqual(refused, AMBIGUOUS)
    assert.deepEqual(new Set(because["cognito:roles"]), new Set([roles.blue, roles.green]))
    assert.equal(await roleOf(await enter(server, pool, await login("both"), roles.green)), "green")
    await assert.rejects(enter(server, pool, await login("none")), { message: AMBIGUOUS.message })
    const asked = await refusal(server, async () => enter(server, pool, await login("one"), roles.stranger))
    assert.equal(asked.name, "NotAuthorizedException")
    assert.equal(asked.because.asked, roles.stranger)
  })

  it("is the member's role where the pool says so", async () => {
    await byToken("AuthenticatedRole")
    assert.equal(await roleOf(await enter(server, pool, await login("both"))), "member")
    assert.equal(await roleOf(await enter(server, pool, await login("none"))), "member")
    await assert.rejects(enter(server, pool, await login("none"), roles.member), { name: "NotAuthorizedException" })
  })

  it("is made by rules, in order", async () => {
    const rule = (Value: string, RoleARN: string) => ({
      Claim: "cognito:groups",
      MatchType: "Equals" as const,
      Value,
      RoleARN,
    })
    const Rules = [rule("green", roles.green!), rule("blue", roles.blue!)]
    await setRoles(
      server,
      pool,
      { authenticated: roles.member! },
      {
        [mappingName()]: { Type: "Rules", AmbiguousRoleResolution: "Deny", RulesConfiguration: { Rules } },
      },
    )
    assert.equal(await roleOf(await enter(server, pool, await login("both"))), "green")
    assert.equal(await roleOf(await enter(server, pool, await login("both"), roles.blue)), "blue")
    assert.equal(await roleOf(await enter(server, pool, await login("one"))), "blue")
    await assert.rejects(enter(server, pool, await login("one"), roles.green), { name: "NotAuthorizedException" })
    const { because, ...refused } = await refusal(server, async () => enter(server, pool, await login("none")))
    assert.deepEqual(refused, AMBIGUOUS)
    assert.equal(because.step, "no rule matched")
    assert.deepEqual(
      because.tried.map(({ index, value, found }: Record<string, unknown>) => [index, value, found]),
      [
        [0, "green", null],
        [1, "blue", null],
      ],
    )
  })

  it("is none where the pool has none", async () => {
    await setRoles(server, pool, {})
    for (const logins of [undefined, await login("one")]) {
      const { because, ...refused } = await refusal(server, () => enter(server, pool, logins))
      assert.deepEqual(refused, INVALID)
      assert.equal(because.kind, logins ? "authenticated" : "unauthenticated")
    }
  })
})

describe("the basic flow", () => {
  let pool: string
  let RoleArn: string
  before(async () => {
    pool = await newPool({ AllowClassicFlow: true })
    RoleArn = await createRole(server, "classic", trust(pool))
    await people.signUp("classic")
  })
  const getToken = async (Logins?: Record<string, string>, IdentityPoolId = pool) => {
    const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId, Logins }))
    return identity.send(new GetOpenIdTokenCommand({ IdentityId, Logins }))
  }
  const unsigned = () => {
    const { credentials: _, ...options } = server.client
    return new STSClient(options)
  }
  const assume = (WebIdentityToken: string, arn = RoleArn) =>
    unsigned().send(new AssumeRoleWithWebIdentityCommand({ RoleArn: arn, RoleSessionName: "web", WebIdentityToken }))

  it("gives a token that says who somebody is, for ten minutes", async () => {
    const { IdentityId, Token } = await getToken(await login("classic"))
    const published = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks_uri`))
    const { payload, protectedHeader } = await jwtVerify(Token!, published, {
      issuer: `https://${COGNITO}`,
      audience: pool,
    })
    assert.equal(protectedHeader.alg, "RS512")
    assert.equal(payload.sub, IdentityId)
    assert.equal(payload.exp! - payload.iat!, 600)
    const amr = payload.amr as string[]
    assert.deepEqual(amr.slice(0, 2), ["authenticated", people.providerName])
    assert.deepEqual(decodeJwt((await getToken()).Token!).amr, ["unauthenticated"])
  })

  it("brings credentials of a role that trusts the pool, and of no other", async () => {
    const { Token, IdentityId } = await getToken(await login("classic"))
    const answer = await assume(Token!)
    assert.equal(answer.SubjectFromWebIdentityToken, IdentityId)
    assert.equal(answer.Provider, COGNITO)
    assert.equal(answer.Audience, pool)
    assert.match(answer.AssumedRoleUser!.Arn!, /assumed-role\/classic\/web$/)
    const other = await createRole(server, "other-pool", trust(`${pool}0`))
    for (const arn of [other, `${RoleArn}-missing`])
      await assert.rejects(assume(Token!, arn), {
        name: "AccessDenied",
        message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
      })
    await assert.rejects(assume((await getToken()).Token!), { name: "AccessDenied" })
    await assert.rejects(assume(`${Token!.slice(0, -6)}AAAAAA`), { name: /InvalidIdentityToken/ })
  })

  it("is refused where it is off, where roles are mapped, and for SAML", async () => {
    const off = await newPool({ AllowClassicFlow: false })
    const { because, ...refused } = await refusal(server, async () => getToken(undefined, off))
    assert.deepEqual(refused, {
      name: "InvalidParameterException",
      message: "Basic (classic) flow is not enabled, please use enhanced flow.",
      status: 400,
    })
    assert.deepEqual(because, { check: "AllowClassicFlow", found: false })
    await assert.rejects(getToken(undefined, await newPool()), { message: refused.message })

    const mapped = await newPool({ AllowClassicFlow: true })
    await setRoles(server, mapped, {}, { [mappingName()]: { Type: "Token", AmbiguousRoleResolution: "Deny" } })
    for (const logins of [undefined, await login("classic")])
      await assert.rejects(getToken(logins, mapped), {
        name: "InvalidParameterException",
        message: "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.",
      })

    const idp = createSamlIdentityProvider("https://idp.example.com")
    const SAMLMetadataDocument = `${idp.metadata}${" ".repeat(1000)}`
    const { iam } = clientsOf(server)
    const { SAMLProviderArn } = await iam.send(new CreateSAMLProviderCommand({ Name: "corp", SAMLMetadataDocument }))
    const saml = await newPool({ AllowClassicFlow: true, SamlProviderARNs: [SAMLProviderArn] })
    await assert.rejects(getToken({ [SAMLProviderArn!]: idp.respond({ subject: "ann", attributes: {} }) }, saml), {
      name: "InvalidParameterException",
      message: "Basic (classic) flow is not supported with SAML, please use enhanced flow.",
    })
  })

  it("takes no token for a token", async () => {
    const { Token, IdentityId } = await getToken(await login("classic"))
    const renew = new GetOpenIdTokenCommand({ IdentityId, Logins: { [COGNITO]: Token! } })
    await assert.rejects(identity.send(renew), { message: "Invalid login token. Can't pass in a Cognito token." })
  })
})

describe("browsers", () => {
  it("may call the public operations from any page", async () => {
    const pool = await newPool()
    const target = "AWSCognitoIdentityService.GetId"
    const preflight = await fetch(server.url, {
      method: "OPTIONS",
      headers: {
        origin: "https://shop.example.com",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-amz-target",
      },
    })
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*")
    const call = (IdentityPoolId: string) =>
      fetch(server.url, {
        method: "POST",
        headers: {
          origin: "https://shop.example.com",
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": target,
        },
        body: JSON.stringify({ IdentityPoolId }),
      })
    for (const [id, status] of [
      [pool, 200],
      ["us-east-1:0", 400],
    ] as const) {
      const response = await call(id)
      assert.equal(response.status, status)
      assert.equal(response.headers.get("access-control-allow-origin"), "*")
      assert.match(response.headers.get("access-control-expose-headers")!, /x-amzn-ErrorMessage/)
    }
    const { decisions } = await askControl(server, "GET", "decisions?limit=1")
    assert.ok(Array.isArray(decisions))
  })
  it("are refused without naming an identity", async () => {
    await assert.rejects(identity.send(new GetCredentialsForIdentityCommand({ IdentityId: "no id" })), {
      name: "ValidationException",
      message:
        "1 validation error detected: Value 'no id' at 'identityId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+",
    })
  })
})
