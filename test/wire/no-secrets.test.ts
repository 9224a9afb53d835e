/** What is secret in a request is neither in the server's log nor in what it remembers of the request, however it ended. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { APIGateway } from "@aws-sdk/client-api-gateway"
import { CognitoIdentity } from "@aws-sdk/client-cognito-identity"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { IAM } from "@aws-sdk/client-iam"
import { KMS } from "@aws-sdk/client-kms"
import { Lambda } from "@aws-sdk/client-lambda"
import { S3 } from "@aws-sdk/client-s3"
import { STS } from "@aws-sdk/client-sts"
import { readConfig } from "../../src/config.ts"
import { createLog } from "../../src/log.ts"
import { startHallpass } from "../../src/start.ts"
import { controlOf } from "../../src/testing/control-calls.ts"
import { decisionsOf, explainBy } from "../../src/testing/decisions.ts"
import { ownFunctions } from "../../src/testing/own-functions.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { askSite } from "../harness/site-request.ts"
import { zipOf } from "../harness/zip.ts"
import { TRUSTS_LAMBDA } from "./lambda-world.ts"

const SECRET = "Hush0-hush!-7f3a"

const written: string[] = []
const config = readConfig([...FUNCTION_FLAGS, "--memory", "--port", "0", "--log", "json"], {})
const log = createLog("json", (text) => void written.push(text))
const faults: unknown[] = []
const server = await startHallpass(config, { ...log, fault: (error) => void faults.push(error) }, (clock) =>
  ownFunctions(
    config,
    {
      preAuthentication: () => {
        throw new Error("not today")
      },
    },
    clock,
  ),
)
after(() => server.close())
const options = { endpoint: server.url, region: server.region, credentials: server.credentials, maxAttempts: 1 }

/** What the calls of a test came to; the secret was in each. */
const ended: string[] = []
async function call(work: Promise<unknown>): Promise<void> {
  ended.push(
    await work.then(
      () => "done",
      (error: Error) => error.name,
    ),
  )
}

/** As it is, and as bytes are written in JSON. */
const FORMS = [SECRET, Buffer.from(SECRET).toString("base64").slice(0, 18)]

async function assertUntold(): Promise<void> {
  log.flush()
  const decisions = decisionsOf(controlOf(server))
  const explain = explainBy(decisions)
  const listed = await decisions.list({ limit: 200 })
  const told = [...written.join("").split("\n"), JSON.stringify(listed), ...faults.map(String)]
  for (const { requestId } of listed)
    told.push(JSON.stringify(await decisions.get(requestId)), await explain(requestId))
  written.length = 0
  assert.deepEqual(
    told.filter((text) => FORMS.some((form) => text.includes(form))),
    [],
  )
}

let Role: string
before(async () => {
  const iam = new IAM(options)
  const made = await iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: TRUSTS_LAMBDA })
  Role = made.Role!.Arn!
})

test("variables and payloads of functions, and headers of their URLs", async () => {
  const lambda = new Lambda(options)
  const Code = { ZipFile: zipOf({ "index.mjs": "export const handler = async () => 1" }) }
  const create = (FunctionName: string, Variables: Record<string, string>, more: object = {}) =>
    lambda.createFunction({
      ...{ FunctionName, Role, Code, Runtime: "nodejs24.x", Handler: "index.handler" },
      Environment: { Variables },
      ...more,
    })
  await create("f", { TOKEN: SECRET })
  await call(create("large", { TOKEN: SECRET, MORE: "x".repeat(5_000) }))
  await call(create("named", { "1": SECRET }))
  await call(create("named", { "a b": SECRET }))
  await call(create("reserved", { AWS_REGION: SECRET }))
  await call(create("f", { TOKEN: SECRET }))
  await call(create("role", { TOKEN: SECRET }, { Role: `${Role}x` }))
  await call(create("key", { TOKEN: SECRET }, { KMSKeyArn: "arn:aws:kms:us-east-1:123456789012:key/none" }))
  await call(lambda.updateFunctionConfiguration({ FunctionName: "f", Environment: { Variables: { "a-b": SECRET } } }))
  for (const text of [SECRET, `{"a":${SECRET}}`, `{"a":"${SECRET}`, `"${SECRET}" x`])
    for (const InvocationType of ["RequestResponse", "Event"] as const)
      await call(lambda.invoke({ FunctionName: "f", InvocationType, Payload: text }))
  await call(lambda.invoke({ FunctionName: "f", ClientContext: SECRET }))
  await call(
    lambda.invoke({ FunctionName: "f", ClientContext: Buffer.from(`{"custom":"${SECRET}`).toString("base64") }),
  )
  const { FunctionUrl } = await lambda.createFunctionUrlConfig({ FunctionName: "f", AuthType: "AWS_IAM" })
  const ask = (headers: Record<string, string>, path = "/") =>
    askSite(new URL(path, FunctionUrl).href, { headers }).then(({ status }) => ended.push(String(status)))
  await ask({ authorization: `Bearer ${SECRET}`, cookie: `session=${SECRET}` })
  await ask({ authorization: `AWS4-HMAC-SHA256 Credential=${SECRET}, SignedHeaders=host, Signature=${SECRET}` })
  await ask({ "x-api-key": SECRET }, `/?token=${encodeURIComponent(SECRET)}`)
  assert.ok(ended.length > 15 && ended.filter((one) => one === "done").length < 3, String(ended))
  await assertUntold()
})

test("values of API keys, and stage variables", async () => {
  ended.length = 0
  const gateway = new APIGateway(options)
  const value = SECRET.repeat(2)
  const { id } = await gateway.createApiKey({ name: "k", value })
  for (const wrong of [SECRET, value, SECRET.repeat(10)]) await call(gateway.createApiKey({ name: "k", value: wrong }))
  await call(gateway.createApiKey({ name: "n".repeat(2_000), value }))
  const file = (text: string) => new TextEncoder().encode(text)
  for (const failOnWarnings of [false, true])
    for (const text of [`name,key\na,${SECRET}\nb,${value}`, `${SECRET},x\n1,2`, `name,key\n"${value}`])
      await call(gateway.importApiKeys({ format: "csv", failOnWarnings, body: file(text) }))
  await call(gateway.getApiKey({ apiKey: id!, includeValue: true }))
  const { id: restApiId } = await gateway.createRestApi({ name: "a" })
  const variables = { a: `<${SECRET}>` }
  await call(gateway.createStage({ restApiId, stageName: "s", deploymentId: "none", variables }))
  await call(gateway.createDeployment({ restApiId, stageName: "s", variables }))
  assert.ok(ended.length > 10 && ended.filter((one) => one !== "done").length > 6, String(ended))
  await assertUntold()
})

test("passwords, codes, tokens and client secrets of user pools", async () => {
  const idp = new CognitoIdentityProvider(options)
  const { UserPool } = await idp.createUserPool({ PoolName: "p" })
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.createUserPoolClient({
    ...{ UserPoolId, ClientName: "c", GenerateSecret: false },
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH"],
  })
  const ClientId = UserPoolClient!.ClientId!
  await idp.adminCreateUser({ UserPoolId, Username: "u", TemporaryPassword: SECRET, MessageAction: "SUPPRESS" })
  await idp.adminSetUserPassword({ UserPoolId, Username: "u", Password: SECRET, Permanent: true })
  const AuthFlow = "USER_PASSWORD_AUTH"
  for (const [USERNAME, PASSWORD] of [
    ["u", SECRET],
    ["u", `${SECRET}x`],
    ["nobody", SECRET],
    ["u", `${SECRET}${"x".repeat(300)}`],
  ] as const)
    await call(idp.initiateAuth({ ClientId, AuthFlow, AuthParameters: { USERNAME, PASSWORD } }))
  for (const Password of [SECRET.toLowerCase(), ` ${SECRET}`, `${SECRET}${"x".repeat(300)}`, `${SECRET}\n`]) {
    const marked = Password
    await call(idp.signUp({ ClientId, Username: "new", Password: marked, SecretHash: SECRET }))
    await call(idp.adminSetUserPassword({ UserPoolId, Username: "u", Password: marked }))
    await call(idp.confirmForgotPassword({ ClientId, Username: "u", ConfirmationCode: SECRET, Password: marked }))
    await call(idp.adminCreateUser({ UserPoolId, Username: "v", TemporaryPassword: marked }))
  }
  await call(idp.changePassword({ AccessToken: SECRET, PreviousPassword: SECRET, ProposedPassword: SECRET }))
  await call(idp.getUser({ AccessToken: SECRET }))
  await call(idp.getUser({ AccessToken: `${SECRET}.${SECRET}.${SECRET}` }))
  await call(idp.revokeToken({ ClientId, Token: SECRET, ClientSecret: SECRET }))
  await call(idp.initiateAuth({ ClientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: SECRET } }))
  for (const ChallengeName of ["NEW_PASSWORD_REQUIRED", "SMS_MFA", "CUSTOM_CHALLENGE", "PASSWORD_VERIFIER"] as const)
    await call(
      idp.respondToAuthChallenge({
        ...{ ClientId, ChallengeName, Session: SECRET.repeat(3) },
        ChallengeResponses: { USERNAME: "u", NEW_PASSWORD: SECRET, SMS_MFA_CODE: SECRET, ANSWER: SECRET },
      }),
    )
  await call(idp.verifySoftwareToken({ AccessToken: SECRET, UserCode: SECRET }))
  await call(
    idp.createIdentityProvider({
      ...{ UserPoolId, ProviderName: "Google", ProviderType: "Google" },
      ProviderDetails: { client_secret: SECRET, authorize_scopes: "" },
    }),
  )
  await assertUntold()
})

test("passwords and tokens of IAM, STS and identity pools", async () => {
  const iam = new IAM(options)
  await iam.createUser({ UserName: "u" })
  await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 50 })
  await call(iam.createLoginProfile({ UserName: "u", Password: SECRET }))
  await call(iam.createLoginProfile({ UserName: "nobody", Password: SECRET }))
  await call(iam.createLoginProfile({ UserName: "u", Password: `${SECRET}${"x".repeat(300)}` }))
  await call(iam.createLoginProfile({ UserName: "u", Password: `${SECRET}\u0007` }))
  await call(iam.changePassword({ OldPassword: SECRET, NewPassword: SECRET }))
  const sts = new STS(options)
  const web = { RoleArn: Role, RoleSessionName: "s" }
  for (const WebIdentityToken of [SECRET, `${SECRET}.${SECRET}.${SECRET}`, SECRET.repeat(2_000)])
    await call(sts.assumeRoleWithWebIdentity({ ...web, WebIdentityToken }))
  await call(sts.decodeAuthorizationMessage({ EncodedMessage: SECRET }))
  const bearer = { ...options, credentials: { ...options.credentials, sessionToken: SECRET } }
  await call(new STS(bearer).getCallerIdentity())
  await call(new STS({ ...options, credentials: { accessKeyId: SECRET, secretAccessKey: SECRET } }).getCallerIdentity())
  const identity = new CognitoIdentity(options)
  const { IdentityPoolId } = await identity.createIdentityPool({
    ...{ IdentityPoolName: "p", AllowUnauthenticatedIdentities: true },
    SupportedLoginProviders: { "accounts.google.com": "x" },
  })
  const { IdentityId } = await identity.getId({ IdentityPoolId: IdentityPoolId! })
  for (const name of [
    "accounts.google.com",
    "cognito-idp.us-east-1.amazonaws.com/us-east-1_none",
    "graph.facebook.com",
  ]) {
    await call(identity.getId({ IdentityPoolId: IdentityPoolId!, Logins: { [name]: SECRET } }))
    await call(identity.getCredentialsForIdentity({ IdentityId: IdentityId!, Logins: { [name]: SECRET } }))
  }
  await assertUntold()
})

test("what is stored and encrypted", async () => {
  const kms = new KMS(options)
  const { KeyMetadata } = await kms.createKey({})
  const KeyId = KeyMetadata!.KeyId!
  await call(kms.encrypt({ KeyId, Plaintext: Buffer.from(SECRET.repeat(1_000)) }))
  await call(kms.encrypt({ KeyId: "none", Plaintext: Buffer.from(SECRET) }))
  await call(kms.decrypt({ CiphertextBlob: Buffer.from(SECRET) }))
  const dynamo = new DynamoDB(options)
  await call(dynamo.putItem({ TableName: "none", Item: { id: { S: SECRET } } }))
  const s3 = new S3({ ...options, forcePathStyle: true })
  await s3.createBucket({ Bucket: "b-1" })
  await call(s3.putObject({ Bucket: "b-1", Key: "k", Body: SECRET, ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }))
  const SSECustomerKey = Buffer.from(SECRET.padEnd(32)).toString("base64")
  await call(s3.putObject({ Bucket: "b-1", Key: "k", Body: SECRET, SSECustomerKey, SSECustomerAlgorithm: "AES256" }))
  await call(s3.getObject({ Bucket: "none", Key: "k" }))
  await assertUntold()
})

test("members of wrong types, and bodies that are none", async () => {
  const raw = async (target: string, body: string) => {
    const answer = await fetch(server.url, {
      method: "POST",
      headers: { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" },
      body,
    })
    ended.push(String(answer.status))
  }
  const target = "AWSCognitoIdentityProviderService"
  await raw(`${target}.InitiateAuth`, `{"AuthFlow":{"${SECRET}":1},"ClientId":"x"}`)
  await raw(
    `${target}.InitiateAuth`,
    JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: "x",
      AuthParameters: { PASSWORD: SECRET.repeat(9_000) },
    }),
  )
  await raw(`${target}.SignUp`, `{"Password":["${SECRET}"],"ClientId":"x","Username":"u"}`)
  await raw(`${target}.SignUp`, `{"Password":"${SECRET}`)
  await raw(`${target}.GetUser`, `{"AccessToken":{"a":"${SECRET}"}}`)
  await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&WebIdentityToken=${SECRET}&DurationSeconds=x`,
  })
  await assertUntold()
})
