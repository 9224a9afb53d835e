import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { buildClient, CommitmentPolicy, KmsKeyringNode, KMS as SdkKms } from "@aws-crypto/client-node"
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs"
import { CognitoIdentityProvider, type LambdaConfigType } from "@aws-sdk/client-cognito-identity-provider"
import { IAM } from "@aws-sdk/client-iam"
import { KMS } from "@aws-sdk/client-kms"
import { Lambda } from "@aws-sdk/client-lambda"
import { start, type TestServer } from "../../src/testing/index.ts"
import { eventually } from "../harness/eventually.ts"
import { zipOf } from "../harness/zip.ts"

/** User pools whose triggers are functions of Lambda: really run, and let in by their own policies. */
let server: TestServer
let lambda: Lambda
let idp: CognitoIdentityProvider
let iam: IAM
let role: string

const trustsLambda = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
}

before(async () => {
  server = await start()
  lambda = new Lambda(server.client)
  idp = new CognitoIdentityProvider(server.client)
  iam = new IAM(server.client)
  const AssumeRolePolicyDocument = JSON.stringify(trustsLambda)
  role = (await iam.createRole({ RoleName: "functions", AssumeRolePolicyDocument })).Role!.Arn!
  const logging = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "logs:*", Resource: "*" }] }
  await iam.putRolePolicy({ RoleName: "functions", PolicyName: "logs", PolicyDocument: JSON.stringify(logging) })
})
after(() => server.close())

async function createFunction(FunctionName: string, source: string): Promise<string> {
  const { FunctionArn } = await lambda.createFunction({
    FunctionName,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: role,
    Code: { ZipFile: zipOf({ "index.mjs": source }) },
  })
  await server.work.settle()
  return FunctionArn!
}

const allow = (FunctionName: string, poolArn: string) =>
  lambda.addPermission({
    FunctionName,
    StatementId: "pool",
    Action: "lambda:InvokeFunction",
    Principal: "cognito-idp.amazonaws.com",
    SourceArn: poolArn,
  })

async function createPool(LambdaConfig: LambdaConfigType) {
  const { UserPool } = await idp.createUserPool({
    PoolName: "people",
    AutoVerifiedAttributes: ["email"],
    LambdaConfig,
  })
  const { UserPoolClient } = await idp.createUserPoolClient({
    UserPoolId: UserPool!.Id!,
    ClientName: "app",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  })
  return { arn: UserPool!.Arn!, id: UserPool!.Id!, clientId: UserPoolClient!.ClientId! }
}

const Password = "Tr0ub4dor&3"
const signUp = (ClientId: string, name: string) =>
  idp.signUp({
    ClientId,
    Username: name,
    Password,
    UserAttributes: [{ Name: "email", Value: `${name}@example.com` }],
  })

test("a function is asked when its policy lets the pool, and its answer counts", async () => {
  const PreSignUp = await createFunction(
    "gate",
    `export const handler = async (event) => {
      if (event.userName === "eve") throw new Error("no eves")
      event.response.autoConfirmUser = true
      return event
    }`,
  )
  const LambdaArn = await createFunction(
    "claims",
    `export const handler = async (event) => ({
      ...event,
      response: {
        claimsAndScopeOverrideDetails: {
          accessTokenGeneration: { claimsToAddOrOverride: { of: event.userName, version: 9, v: event.version } },
          groupOverrideDetails: { groupsToOverride: ["from-a-function"] },
        },
      },
    })`,
  )
  const pool = await createPool({ PreSignUp, PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn } })
  const denied = {
    name: "UnexpectedLambdaException",
    message: "PreSignUp invocation failed due to error AccessDeniedException.",
  }
  await assert.rejects(signUp(pool.clientId, "ann"), denied)
  assert.match(
    await server.explain(),
    /aws lambda add-permission --function-name gate .*--source-arn arn:aws:cognito-idp:/,
  )
  const [asked] = (await server.decisions.list({ refused: true })).filter(
    ({ operation }) => operation === "InvokeFunction",
  )
  assert.equal(asked!.caller, "cognito-idp.amazonaws.com")
  await allow("gate", pool.arn)
  await allow("claims", pool.arn)
  assert.equal((await signUp(pool.clientId, "ann")).UserConfirmed, true)
  await assert.rejects(signUp(pool.clientId, "eve"), {
    name: "UserLambdaValidationException",
    message: "PreSignUp failed with error no eves.",
  })
  const { AuthenticationResult } = await idp.initiateAuth({
    ClientId: pool.clientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "ann", PASSWORD: Password },
  })
  const claims = JSON.parse(Buffer.from(AuthenticationResult!.AccessToken!.split(".")[1]!, "base64url").toString())
  assert.deepEqual([claims.of, claims.v, claims["cognito:groups"]], ["ann", "2", ["from-a-function"]])
  assert.notEqual(claims.version, 9)
  const other = await createPool({ PreSignUp })
  await assert.rejects(signUp(other.clientId, "bob"), denied, "the policy names the first pool")
})

test("a function that sends mails gets a code that it can decrypt, and nobody else", async () => {
  const kms = new KMS(server.client)
  const KMSKeyID = (await kms.createKey({})).KeyMetadata!.Arn!
  const LambdaArn = await createFunction(
    "postman",
    `export const handler = async (event) => console.log("LETTER " + JSON.stringify(event))`,
  )
  const pool = await createPool({ CustomEmailSender: { LambdaVersion: "V1_0", LambdaArn }, KMSKeyID })
  await allow("postman", pool.arn)
  await signUp(pool.clientId, "ann")
  await server.work.settle()
  const logs = new CloudWatchLogs(server.client)
  const letter = await eventually(async () => {
    const found = await logs.filterLogEvents({ logGroupName: "/aws/lambda/postman", filterPattern: "LETTER" })
    return /LETTER (\{.*\})/.exec(found.events![0]?.message ?? "")?.[1]
  })
  const { triggerSource, request } = JSON.parse(letter!)
  assert.equal(triggerSource, "CustomEmailSender_SignUp")
  assert.equal(request.userAttributes.email, "ann@example.com")
  const keyring = new KmsKeyringNode({
    keyIds: [KMSKeyID],
    clientProvider: () => new SdkKms({ ...server.client } as never) as never,
  })
  const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
  const ConfirmationCode = (await decrypt(keyring, Buffer.from(request.code, "base64"))).plaintext.toString()
  await idp.confirmSignUp({ ClientId: pool.clientId, Username: "ann", ConfirmationCode })
  assert.equal((await idp.adminGetUser({ UserPoolId: pool.id, Username: "ann" })).UserStatus, "CONFIRMED")
})
