import assert from "node:assert/strict"
import { test } from "node:test"
import {
  AddUserPoolClientSecretCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  DeleteUserPoolClientSecretCommand,
  GetClientTokenCommand,
  GetUserCommand,
  ListUserPoolClientSecretsCommand,
  UpdateResourceServerCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { claimsOf, refuses } from "./cognito-idp-world.ts"
import { authorizeQuery, CALLBACK, openHosted } from "./hosted-world.ts"

const API = "https://api.example"
const SCOPES = [
  { ScopeName: "read", ScopeDescription: "read" },
  { ScopeName: "write", ScopeDescription: "write" },
  { ScopeName: "admin", ScopeDescription: "admin" },
]

async function openMachine(ExplicitAuthFlows: string[] = [], triggers = {}) {
  const world = await openHosted({}, {}, { triggers })
  const { idp, poolId: UserPoolId } = world
  await idp.send(new CreateResourceServerCommand({ UserPoolId, Identifier: API, Name: "api", Scopes: SCOPES }))
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "machine",
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["client_credentials"],
      AllowedOAuthScopes: [`${API}/read`, `${API}/write`],
      ExplicitAuthFlows: ExplicitAuthFlows as never,
    }),
  )
  return Object.assign(world, { machineId: UserPoolClient!.ClientId!, secret: UserPoolClient!.ClientSecret! })
}

type Machine = Awaited<ReturnType<typeof openMachine>>

const ask = ({ token, machineId, secret }: Machine, more: Record<string, string> = {}) =>
  token({ grant_type: "client_credentials", client_id: machineId, client_secret: secret, ...more })

test("a machine has a token of its own, with its custom scopes", async () => {
  await using world = await openMachine()
  const { status, body } = await ask(world)
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body), ["access_token", "expires_in", "token_type"])
  const { exp, iat, jti, auth_time, ...claims } = claimsOf(body.access_token)
  assert.equal(Number(exp) - Number(iat), 3600)
  assert.equal(auth_time, iat)
  assert.match(String(jti), /^[0-9a-f-]{36}$/)
  assert.deepEqual(claims, {
    sub: world.machineId,
    token_use: "access",
    scope: `${API}/read ${API}/write`,
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${world.poolId}`,
    version: 2,
    client_id: world.machineId,
  })
  const one = await ask(world, { scope: `${API}/write` })
  assert.equal(claimsOf(one.body.access_token).scope, `${API}/write`)
  await refuses(
    world.idp.send(new GetUserCommand({ AccessToken: body.access_token })),
    "NotAuthorizedException",
    "Access Token does not have required scopes",
  )
})

test("a scope that a machine may not have fails its request", async () => {
  await using world = await openMachine()
  const refused = async (scope: string, error: string) =>
    assert.deepEqual(await ask(world, { scope }), { status: 400, body: { error } })
  await refused(`${API}/admin`, "invalid_grant")
  await refused(`${API}/read ${API}/admin`, "invalid_grant")
  await refused(`${API}/unknown`, "invalid_scope")
  await refused("openid", "invalid_scope")
  // A scope that its server has no more stays with the client, and is left out of tokens.
  const server = { UserPoolId: world.poolId, Identifier: API, Name: "api" }
  await world.idp.send(new UpdateResourceServerCommand({ ...server, Scopes: SCOPES.slice(0, 1) }))
  assert.equal(claimsOf((await ask(world)).body.access_token).scope, `${API}/read`)
  await world.idp.send(new UpdateResourceServerCommand({ ...server, Scopes: SCOPES }))
  assert.equal(claimsOf((await ask(world)).body.access_token).scope, `${API}/read ${API}/write`)
})

test("a machine has no business with the pages, and people none with its flow", async () => {
  await using world = await openMachine()
  const browser = world.browser()
  const { headers } = await browser.get("/oauth2/authorize", {
    ...authorizeQuery({ clientId: world.machineId }),
    redirect_uri: CALLBACK,
  })
  assert.equal(headers.location, `${world.base}/error?error=redirect_mismatch&client_id=${world.machineId}`)
  const { body } = await world.token({ grant_type: "client_credentials", client_id: world.clientId })
  assert.deepEqual(body, { error: "invalid_grant" })
  const { body: code } = await ask(world, { grant_type: "authorization_code", code: "x" })
  assert.deepEqual(code, { error: "unauthorized_client" })
})

test("a machine's client is for custom scopes, and for nothing where it is not let use OAuth", async () => {
  await using world = await openMachine()
  const { idp, poolId: UserPoolId } = world
  const create = (more: object) =>
    idp.send(
      new CreateUserPoolClientCommand({
        ...{ UserPoolId, ClientName: "m", GenerateSecret: true, AllowedOAuthFlows: ["client_credentials"] },
        ...{ AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthScopes: [`${API}/read`], ...more },
      }),
    )
  await refuses(
    create({ AllowedOAuthScopes: ["openid"] }),
    "InvalidOAuthFlowException",
    "openid is not supported with client_credentials flow",
  )
  await refuses(create({ GenerateSecret: false }), "InvalidOAuthFlowException", /does not have a client secret/)
  await refuses(
    create({ AllowedOAuthFlows: ["client_credentials", "code"] }),
    "InvalidOAuthFlowException",
    /along with code/,
  )
  const { UserPoolClient } = await create({ AllowedOAuthFlowsUserPoolClient: false })
  const { body } = await world.token({
    grant_type: "client_credentials",
    client_id: UserPoolClient!.ClientId!,
    client_secret: UserPoolClient!.ClientSecret!,
  })
  assert.deepEqual(body, { error: "invalid_grant" })
})

test("the third version of PreTokenGeneration is asked for machines, too", async () => {
  const events: { triggerSource: string; userName: string; request: object }[] = []
  const preTokenGenerationV3 = async (event: (typeof events)[number]) => {
    events.push(event)
    const accessTokenGeneration = { claimsToAddOrOverride: { team: "blue", sub: "x" }, scopesToAdd: ["extra"] }
    return { ...event, response: { claimsAndScopeOverrideDetails: { accessTokenGeneration } } }
  }
  const triggers = { preTokenGenerationV3 }
  await using world = await openMachine([], triggers)
  const { body } = await ask(world, { aws_client_metadata: '{"tenant":"t1"}' })
  const claims = claimsOf(body.access_token)
  assert.deepEqual([claims.team, claims.sub, claims.scope], ["blue", world.machineId, `${API}/read ${API}/write extra`])
  assert.equal(events[0]!.triggerSource, "TokenGeneration_ClientCredentials")
  assert.equal(events[0]!.userName, "ClientCredentials")
  assert.deepEqual(events[0]!.request, {
    userAttributes: {},
    groupConfiguration: null,
    scopes: [`${API}/read`, `${API}/write`],
    clientMetadata: { tenant: "t1" },
  })
  for (const aws_client_metadata of ["x", "[]", '{"a":1}', "null"])
    assert.deepEqual((await ask(world, { aws_client_metadata })).body, { error: "invalid_request" })
})

test("GetClientToken gives the same without a domain", async () => {
  await using world = await openMachine(["ALLOW_CLIENT_TOKEN_AUTH"])
  const { idp, machineId: ClientId, secret: Secret } = world
  const get = (more: object = {}) => idp.send(new GetClientTokenCommand({ ClientId, Secret, ...more }))
  const { ClientAuthenticationResult } = await get({ Scopes: [`${API}/read`] })
  assert.equal(claimsOf(ClientAuthenticationResult!.AccessToken!).scope, `${API}/read`)
  assert.deepEqual([ClientAuthenticationResult!.ExpiresIn, ClientAuthenticationResult!.TokenType], [3600, "Bearer"])
  await refuses(get({ Secret: "w".repeat(51) }), "NotAuthorizedException", /Unable to verify client secret/)
  await refuses(
    get({ Scopes: [`${API}/admin`] }),
    "ScopeDoesNotExistException",
    `Invalid scope requested: ${API}/admin`,
  )
  await refuses(get({ ClientId: "unknown" }), "ResourceNotFoundException", /unknown does not exist/)
  await refuses(get({ ClientId: world.clientId }), "NotAuthorizedException", /Unable to verify client secret/)
})

test("a client has two secrets at a time", async () => {
  await using world = await openMachine()
  const { idp, poolId: UserPoolId, machineId: ClientId } = world
  const isGood = async (client_secret: string) => (await ask(world, { client_secret })).status === 200
  const list = async () =>
    (await idp.send(new ListUserPoolClientSecretsCommand({ UserPoolId, ClientId }))).ClientSecrets!
  const [first] = await list()
  assert.match(first!.ClientSecretId!, new RegExp(`^${ClientId}--\\d+$`))
  assert.equal(first!.ClientSecretValue, undefined)
  const add = (ClientSecret?: string) =>
    idp.send(new AddUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecret }))
  const { ClientSecretDescriptor: added } = await add()
  assert.ok((await isGood(world.secret)) && (await isGood(added!.ClientSecretValue!)))
  await refuses(add(), "LimitExceededException", /two secrets/)
  const remove = (ClientSecretId: string) =>
    idp.send(new DeleteUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecretId }))
  await refuses(remove("none--1"), "ResourceNotFoundException", /none--1/)
  await remove(first!.ClientSecretId!)
  assert.ok(!(await isGood(world.secret)) && (await isGood(added!.ClientSecretValue!)))
  await refuses(remove(added!.ClientSecretId!), "InvalidParameterException", /last secret/)
  const { ClientSecretDescriptor: own } = await add("a".repeat(24))
  assert.equal(own!.ClientSecretValue, undefined)
  assert.ok(await isGood("a".repeat(24)))
  const ofPublic = new AddUserPoolClientSecretCommand({ UserPoolId, ClientId: world.clientId })
  await refuses(idp.send(ofPublic), "InvalidParameterException", /public/)
})
