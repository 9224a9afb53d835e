import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity"
import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider"
import { DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb"
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam"
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers"
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from "amazon-cognito-identity-js"
import { CognitoJwtVerifier } from "aws-jwt-verify"
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose"
import { askControl } from "../harness/control.ts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"
import { type Bookshop, createPerson, createRole, openBookshop, PASSWORD, TABLE, trustPool } from "./bookshop.ts"

let server: TestServer
let shop: Bookshop
let identity: CognitoIdentityClient

before(async () => {
  server = await startServer()
  shop = await openBookshop(server)
  identity = new CognitoIdentityClient(server.client)
})
after(() => server[Symbol.asyncDispose]())

/** Signs in as the browser library does: by SRP. */
function signInBySrp(username: string, password = PASSWORD): Promise<CognitoUserSession> {
  const pool = new CognitoUserPool({ UserPoolId: shop.userPoolId, ClientId: shop.clientId, endpoint: server.url })
  const user = new CognitoUser({ Username: username, Pool: pool })
  return new Promise((onSuccess, onFailure) =>
    user.authenticateUser(new AuthenticationDetails({ Username: username, Password: password }), {
      onSuccess,
      onFailure,
    }),
  )
}

async function idTokenOf(username: string): Promise<string> {
  const idp = new CognitoIdentityProviderClient(server.client)
  const { AuthenticationResult } = await idp.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: shop.clientId,
      AuthParameters: { USERNAME: username, PASSWORD },
    }),
  )
  return AuthenticationResult!.IdToken!
}

const loginsOf = (token: string) => ({ [shop.providerName]: token })

async function credentialsOf(Logins?: Record<string, string>): Promise<Credentials> {
  const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId: shop.identityPoolId, Logins }))
  const { Credentials: given } = await identity.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }))
  return {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretKey!,
    sessionToken: given!.SessionToken!,
  }
}

const tableArn = () => `arn:aws:dynamodb:${server.region}:${server.account}:table/${TABLE}`
const query = new QueryCommand({
  TableName: TABLE,
  KeyConditionExpression: "author = :a",
  ExpressionAttributeValues: { ":a": { S: "Le Guin" } },
})
const put = new PutItemCommand({ TableName: TABLE, Item: { author: { S: "Lem" }, title: { S: "Solaris" } } })

test("the root is who it says", async () => {
  const who = await new STSClient(server.client).send(new GetCallerIdentityCommand({}))
  assert.equal(who.Arn, `arn:aws:iam::${server.account}:root`)
  assert.equal(who.Account, server.account)
})

test("the ID token carries groups, roles and the preferred role of the lowest precedence", async () => {
  const session = await signInBySrp("ursula")
  const claims = session.getIdToken().decodePayload()
  assert.deepEqual(new Set(claims["cognito:groups"]), new Set(["BooksRead", "BooksWrite"]))
  assert.deepEqual(new Set(claims["cognito:roles"]), new Set([shop.roles.read, shop.roles.write]))
  assert.equal(claims["cognito:preferred_role"], shop.roles.read)
  assert.equal(claims["cognito:username"], "ursula")
  assert.equal(claims.token_use, "id")
})

test("unmodified verifiers verify the tokens by the published keys", async () => {
  const session = await signInBySrp("ursula")
  const [idToken, accessToken] = [session.getIdToken().getJwtToken(), session.getAccessToken().getJwtToken()]
  const keysUrl = `${server.url}/${shop.userPoolId}/.well-known/jwks.json`
  const { payload } = await jwtVerify(idToken, createRemoteJWKSet(new URL(keysUrl)), { audience: shop.clientId })
  assert.equal(payload.sub, decodeJwt(accessToken).sub)
  const verifier = CognitoJwtVerifier.create({
    userPoolId: shop.userPoolId,
    tokenUse: "access",
    clientId: shop.clientId,
  })
  verifier.cacheJwks((await (await fetch(keysUrl)).json()) as Parameters<typeof verifier.cacheJwks>[0])
  assert.equal((await verifier.verify(accessToken)).username, "ursula")
  const discovery = (await (
    await fetch(`${server.url}/${shop.userPoolId}/.well-known/openid-configuration`)
  ).json()) as { issuer: string }
  assert.equal(discovery.issuer, payload.iss)
})

test("a wrong password is refused", async () => {
  await assert.rejects(signInBySrp("ursula", "wrong-Passw0rd!"), {
    name: "NotAuthorizedException",
    message: "Incorrect username or password.",
  })
})

test("the same person has the same identity every time", async () => {
  const ids = []
  for (let i = 0; i < 2; i++) {
    const Logins = loginsOf(await idTokenOf("ursula"))
    ids.push((await identity.send(new GetIdCommand({ IdentityPoolId: shop.identityPoolId, Logins }))).IdentityId)
  }
  assert.equal(ids[0], ids[1])
  assert.match(ids[0]!, /^us-east-1:[0-9a-f-]{36}$/)
})

test("the reader's role reads, and its PutItem is refused in AWS's words", async () => {
  const dynamodb = new DynamoDBClient({
    ...server.client,
    credentials: fromCognitoIdentityPool({
      clientConfig: { endpoint: server.url, region: server.region },
      identityPoolId: shop.identityPoolId,
      logins: loginsOf(await idTokenOf("ursula")),
    }),
  })
  assert.equal((await dynamodb.send(query)).Items![0]!.title!.S, "The Dispossessed")
  await assert.rejects(dynamodb.send(put), (error: Error & { $metadata: { httpStatusCode: number } }) => {
    assert.equal(error.name, "AccessDeniedException")
    assert.equal(error.$metadata.httpStatusCode, 400)
    assert.equal(
      error.message,
      `User: arn:aws:sts::${server.account}:assumed-role/BooksReadAccess/CognitoIdentityCredentials is not authorized to perform: dynamodb:PutItem on resource: ${tableArn()} because no identity-based policy allows the dynamodb:PutItem action`,
    )
    return true
  })
})

test("the other client's rules choose the writer's role by the groups", async () => {
  const { createHmac } = await import("node:crypto")
  const SECRET_HASH = createHmac("sha256", shop.clientSecret).update(`ursula${shop.secretClientId}`).digest("base64")
  const { AuthenticationResult } = await new CognitoIdentityProviderClient(server.client).send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: shop.secretClientId,
      AuthParameters: { USERNAME: "ursula", PASSWORD, SECRET_HASH },
    }),
  )
  const credentials = await credentialsOf(loginsOf(AuthenticationResult!.IdToken!))
  await new DynamoDBClient(server.clientOf(credentials)).send(put)
})

test("someone in no group gets no role where the mapping says Deny", async () => {
  await createPerson(server, shop.userPoolId, "nobody", [])
  await assert.rejects(credentialsOf(loginsOf(await idTokenOf("nobody"))), {
    name: "NotAuthorizedException",
    message: "The ambiguous role mapping rules denied this request.",
  })
})

test("a guest has the guest's role, cut down by the guest session policies", async () => {
  const credentials = await credentialsOf()
  assert.equal((await new DynamoDBClient(server.clientOf(credentials)).send(query)).Count, 1)
  await assert.rejects(new IAMClient(server.clientOf(credentials)).send(new ListRolesCommand({})), {
    name: "AccessDenied",
    message: `User: arn:aws:sts::${server.account}:assumed-role/Guest/CognitoIdentityCredentials is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::${server.account}:role/ because no session policy allows the iam:ListRoles action`,
  })
})

test("a trust policy that names the user pool instead of the identity pool is refused, and explained", async () => {
  const wrong = await createRole(server, "WrongTrust", trustPool(shop.userPoolId))
  const roles = { ...shop.roles }
  const assign = (unauthenticated: string) =>
    identity.send(
      new SetIdentityPoolRolesCommand({
        IdentityPoolId: shop.identityPoolId,
        Roles: { authenticated: roles.member, unauthenticated },
      }),
    )
  await assign(wrong)
  const error = await credentialsOf().then(
    () => assert.fail("credentials were given"),
    (refused) => refused,
  )
  await assign(roles.guest)
  assert.equal(error.name, "InvalidIdentityPoolConfigurationException")
  assert.equal(error.message, "Invalid identity pool configuration. Check assigned IAM roles for this pool.")

  const call = await askControl(server, "GET", `decisions/${error.$metadata.requestId}`)
  const mismatches = call.decisions[0].explanation.policies[0].statements[0].mismatches
  assert.deepEqual(
    mismatches.find(({ key }: { key: string }) => key === "cognito-identity.amazonaws.com:aud"),
    {
      element: "Condition",
      operator: "StringEquals",
      key: "cognito-identity.amazonaws.com:aud",
      patterns: [{ written: shop.userPoolId, substituted: [shop.userPoolId] }],
      value: shop.identityPoolId,
    },
  )
})
