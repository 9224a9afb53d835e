import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { GetCredentialsForIdentityCommand, GetIdCommand } from "@aws-sdk/client-cognito-identity"
import { IAM } from "@aws-sdk/client-iam"
import { Organizations } from "@aws-sdk/client-organizations"
import { STS } from "@aws-sdk/client-sts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import type { Credentials } from "../harness/server.ts"
import {
  clientsOf,
  createIdentityPool,
  createRole,
  createUserPool,
  setRoles,
  trust,
  type UserPool,
} from "./cognito-identity-world.ts"
import { type Deployed, type ExecuteWorld, openExecuteWorld, policy, told } from "./execute-api-world.ts"

let world: ExecuteWorld
before(async () => {
  world = await openExecuteWorld(FUNCTION_FLAGS)
})
after(() => world[Symbol.asyncDispose]())

const given = (keys: {
  AccessKeyId?: string
  SecretKey?: string
  SecretAccessKey?: string
  SessionToken?: string
}) => ({
  accessKeyId: keys.AccessKeyId!,
  secretAccessKey: (keys.SecretKey ?? keys.SecretAccessKey)!,
  sessionToken: keys.SessionToken!,
})

describe("people with credentials of an identity pool", () => {
  let people: UserPool
  let poolId: string
  let api: Deployed

  async function credentials(Logins?: Record<string, string>): Promise<{ identityId: string; keys: Credentials }> {
    const { identity } = clientsOf(world.server)
    const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId: poolId, ...(Logins && { Logins }) }))
    const { Credentials } = await identity.send(
      new GetCredentialsForIdentityCommand({ IdentityId, ...(Logins && { Logins }) }),
    )
    return { identityId: IdentityId!, keys: given(Credentials!) }
  }

  before(async () => {
    const { server } = world
    people = await createUserPool(server)
    poolId = await createIdentityPool(server, {
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [{ ProviderName: people.providerName, ClientId: people.clientId }],
    })
    const uri = await world.makeFunction(
      "whoami",
      "export const handler = async (event) => ({ body: JSON.stringify(event.requestContext.identity) })\n",
    )
    const integration = { type: "AWS_PROXY" as const, uri, integrationHttpMethod: "POST" }
    const method = { authorizationType: "AWS_IAM" }
    api = await world.make([
      { path: "/me", method, integration },
      { path: "/others", method, integration },
    ])
    const may = (path: string) =>
      policy({ Effect: "Allow", Action: "execute-api:Invoke", Resource: `${api.arn}/prod/GET/${path}` })
    await setRoles(server, poolId, {
      authenticated: await createRole(server, "member", trust(poolId), may("me")),
      unauthenticated: await createRole(server, "guest", trust(poolId, "unauthenticated"), may("me")),
    })
  })

  it("call what their role may, and functions are told who they are", async () => {
    const sub = await people.signUp("alice")
    const { identityId, keys } = await credentials({ [people.providerName]: await people.signIn("alice") })
    const answer = await world.ask(api, "me", { signedBy: keys })
    const { caller, user, ...identity } = JSON.parse(answer.body)
    assert.equal(caller, user)
    assert.match(caller, /^AROA[A-Z0-9]+:CognitoIdentityCredentials$/)
    assert.deepEqual(identity, {
      cognitoIdentityPoolId: poolId,
      accountId: world.server.account,
      cognitoIdentityId: identityId,
      sourceIp: "127.0.0.1",
      principalOrgId: null,
      accessKey: keys.accessKeyId,
      cognitoAuthenticationType: "authenticated",
      cognitoAuthenticationProvider: `${people.providerName},${people.providerName}:CognitoSignIn:${sub}`,
      userArn: `arn:aws:sts::${world.server.account}:assumed-role/member/CognitoIdentityCredentials`,
      userAgent: null,
    })
    const refused = await world.ask(api, "others", { signedBy: keys })
    assert.equal(refused.status, 403)
    assert.match(refused.body, /assumed-role\/member\/CognitoIdentityCredentials is not authorized/)
  })

  it("may be guests", async () => {
    const { identityId, keys } = await credentials()
    const identity = JSON.parse((await world.ask(api, "me", { signedBy: keys })).body)
    assert.equal(identity.cognitoIdentityId, identityId)
    assert.equal(identity.cognitoAuthenticationType, "unauthenticated")
    assert.equal(identity.cognitoAuthenticationProvider, null)
    assert.equal((await world.ask(api, "others", { signedBy: keys })).status, 403)
  })

  it("are nobody without the token of their session", async () => {
    const { keys } = await credentials()
    const { sessionToken: _, ...bare } = keys
    for (const signedBy of [bare, { ...keys, sessionToken: "x" }]) {
      const answer = await world.ask(api, "me", { signedBy })
      assert.deepEqual(told(answer), [403, { message: "The security token included in the request is invalid." }])
    }
  })
})

describe("a path that a policy denies", () => {
  it("is denied however it is spelt, and other paths are not", async () => {
    const allow = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }
    const method = { authorizationType: "AWS_IAM" }
    const api = await world.make([{ path: "/items/{id}", method }])
    const deny = { ...allow, Effect: "Deny", Resource: `${api.arn}/prod/GET/items/secret` }
    const signedBy = await world.user("careful", allow, deny)
    for (const [path, status] of [
      ["items/secret", 403],
      ["items/secre%74", 403],
      ["items/secret/", 403],
      ["items/secre%2574", 200],
      ["items/other", 200],
    ] as const)
      assert.equal((await world.ask(api, path, { signedBy })).status, status, path)
  })
})

describe("callers of another account", () => {
  it("need both sides: the API's policy and their own", async () => {
    const { server } = world
    const organizations = new Organizations(server.client)
    await organizations.createOrganization({})
    const made = await organizations.createAccount({ Email: "second@example.com", AccountName: "second" })
    const { CreateAccountStatus } = await organizations.describeCreateAccountStatus({
      CreateAccountRequestId: made.CreateAccountStatus!.Id,
    })
    const second = CreateAccountStatus!.AccountId!
    const admin = await world.user("admin", { Effect: "Allow", Action: "*", Resource: "*" })
    const { Credentials } = await new STS(server.clientOf(admin)).assumeRole({
      RoleArn: `arn:aws:iam::${second}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "second",
    })
    const theirs = new IAM(server.clientOf(given(Credentials!)))
    async function user(UserName: string, isAllowed: boolean): Promise<Credentials> {
      await theirs.createUser({ UserName })
      const PolicyDocument = policy({ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" })
      if (isAllowed) await theirs.putUserPolicy({ UserName, PolicyName: "p", PolicyDocument })
      const { AccessKey } = await theirs.createAccessKey({ UserName })
      const { accessKeyId, secretAccessKey } = given(AccessKey!)
      return { accessKeyId, secretAccessKey }
    }
    const may = await user("may", true)
    const mayNot = await user("may-not", false)
    const spec = [{ path: "/x", method: { authorizationType: "AWS_IAM" } }]
    const silent = await world.make(spec)
    const open = await world.make(spec, {
      policy: policy({
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${second}:root` },
        Action: "execute-api:Invoke",
        Resource: "execute-api:/*",
      }),
    })
    assert.deepEqual(told(await world.ask(open, "x", { signedBy: may })), [200, { ok: true }])
    const refusals: [Deployed, Credentials][] = [
      [open, mayNot],
      [silent, may],
      [silent, mayNot],
    ]
    for (const [api, signedBy] of refusals) assert.equal((await world.ask(api, "x", { signedBy })).status, 403)
  })
})
