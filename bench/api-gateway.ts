import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { APIGateway } from "@aws-sdk/client-api-gateway"
import { CognitoIdentity } from "@aws-sdk/client-cognito-identity"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda"
import { exportSPKI, importJWK, type JWK } from "jose"
import { zipOf } from "../test/harness/zip.ts"
import { type Load, type Measured, measureOn } from "./load.ts"
import { startServerlessOffline } from "./peers.ts"
import { prepareIdentity, prepareSignIn } from "./prepare.ts"
import type { SignInTarget } from "./sign-in.ts"
import { REGION, ROOT_KEYS, type Subject, signed, startEcho, startFastify, startHallpass } from "./subjects.ts"

const COUNT = 20_000
const EVENT = JSON.stringify({ hello: "world" })
const SOURCE = "export const handler = async () => ({ statusCode: 200, body: '{\"ok\":true}' })\n"

const clientOf = (endpoint: string) => ({ endpoint, region: REGION, credentials: ROOT_KEYS })

const policyOf = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: statement })

/** ID token of the user, and the public key that says so. */
async function prepareToken({ url, poolId, clientId, username, password }: SignInTarget) {
  const { AuthenticationResult } = await new CognitoIdentityProvider(clientOf(url)).initiateAuth({
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: clientId,
    AuthParameters: { USERNAME: username, PASSWORD: password },
  })
  const token = AuthenticationResult!.IdToken!
  const { kid } = JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()) as { kid: string }
  const response = await fetch(`${url}/${poolId}/.well-known/jwks.json`)
  const { keys } = (await response.json()) as { keys: JWK[] }
  const key = await importJWK(keys.find((one) => one.kid === kid)!, "RS256")
  return { token, publicKey: await exportSPKI(key as CryptoKey) }
}

async function prepareFunction(url: string): Promise<string> {
  const lambda = new Lambda(clientOf(url))
  const { Role } = await new IAM(clientOf(url)).createRole({
    RoleName: "runs",
    AssumeRolePolicyDocument: policyOf({
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  })
  const FunctionName = "answers"
  const { FunctionArn } = await lambda.createFunction({
    FunctionName,
    Role: Role!.Arn!,
    Code: { ZipFile: zipOf({ "index.mjs": SOURCE }) },
    Runtime: "nodejs24.x",
    Handler: "index.handler",
  })
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName })
  await lambda.addPermission({
    FunctionName,
    StatementId: "gateway",
    Action: "lambda:InvokeFunction",
    Principal: "apigateway.amazonaws.com",
  })
  return `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`
}

/** `POST /mock` and `/function` for whoever has a token, and the same for whoever signs. Answers the API's id. */
async function prepareApi(url: string, poolId: string, uri: string): Promise<string> {
  const gateway = new APIGateway(clientOf(url))
  const { id, rootResourceId } = await gateway.createRestApi({ name: "bench" })
  const restApiId = id!
  const authorizer = await gateway.createAuthorizer({
    restApiId,
    name: "pool",
    type: "COGNITO_USER_POOLS",
    providerARNs: [`arn:aws:cognito-idp:${REGION}:123456789012:userpool/${poolId}`],
    identitySource: "method.request.header.Authorization",
  })
  for (const pathPart of ["mock", "function", "signed-mock", "signed-function"]) {
    const resource = await gateway.createResource({ restApiId, parentId: rootResourceId!, pathPart })
    const method = { restApiId, resourceId: resource.id!, httpMethod: "POST" }
    const isSigned = pathPart.startsWith("signed-")
    await gateway.putMethod({
      ...method,
      ...(isSigned
        ? { authorizationType: "AWS_IAM" }
        : { authorizationType: "COGNITO_USER_POOLS", authorizerId: authorizer.id! }),
    })
    if (pathPart.endsWith("function")) {
      await gateway.putIntegration({ ...method, type: "AWS_PROXY", integrationHttpMethod: "POST", uri })
      continue
    }
    const requestTemplates = { "application/json": '{"statusCode": 200}' }
    await gateway.putIntegration({ ...method, type: "MOCK", requestTemplates })
    await gateway.putMethodResponse({ ...method, statusCode: "200" })
    const responseTemplates = { "application/json": '{"ok":true}' }
    await gateway.putIntegrationResponse({ ...method, statusCode: "200", responseTemplates })
  }
  await gateway.createDeployment({ restApiId, stageName: "prod" })
  return restApiId
}

/**
 * Prints what a call of a REST API costs, with a token of a user pool and signed with credentials of an identity pool, beside an echo and
 * beside fastify with its JWT plug-in, in the same run.
 */
export async function run(print: (line: string) => void, peersDirectory?: string): Promise<void> {
  using echo = await startEcho()
  using hallpass = await startHallpass()
  const { url } = hallpass
  const target = await prepareSignIn(url)
  const { token, publicKey } = await prepareToken(target)
  const api = await prepareApi(url, target.poolId, await prepareFunction(url))
  const credentials = await prepareCaller(target)
  const headers = { "content-type": "application/json" }
  const pathOf = (name: string) => `/_execute-api/${REGION}/${api}/prod/${name}`
  const byToken = (name: string): Load => ({
    url,
    method: "POST",
    path: pathOf(name),
    headers: { ...headers, authorization: token },
    body: EVENT,
  })
  const bySignature = (name: string) =>
    signed("execute-api", { url, method: "POST", path: pathOf(name), headers, body: EVENT }, credentials)

  const floor = await measureWarm(echo, { ...byToken("mock"), url: echo.url })
  const report = (name: string, measured: Measured) => print(lineOf(name, measured, floor))
  report("node:http echo", floor)
  report("MOCK, token of a user pool", await measureWarm(hallpass, byToken("mock")))
  report("MOCK, signed", await measureWarm(hallpass, await bySignature("signed-mock")))
  report("function, token of a user pool", await measureWarm(hallpass, byToken("function")))
  report("function, signed", await measureWarm(hallpass, await bySignature("signed-function")))
  using fastify = await startFastify(peersDirectory, publicKey)
  if (fastify) {
    const bearer = { ...headers, authorization: `Bearer ${token}` }
    const load = { ...byToken("mock"), url: fastify.url, path: "/prod/mock", headers: bearer }
    report("fastify with @fastify/jwt", await measureWarm(fastify, load))
  }
  const folder = mkdtempSync(join(tmpdir(), "hallpass-bench-"))
  try {
    using offline = await startServerlessOffline(peersDirectory, folder)
    if (!offline) return
    const load = { ...byToken("function"), url: offline.url, path: "/prod/function", headers }
    report("function, serverless-offline", await measureWarm(offline, load, 2_000))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Credentials of an identity pool, whose role may call all of it. */
async function prepareCaller(target: SignInTarget) {
  const { IdentityId, Logins } = await prepareIdentity(target)
  await new IAM(clientOf(target.url)).putRolePolicy({
    RoleName: "signed-in",
    PolicyName: "calls",
    PolicyDocument: policyOf({ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }),
  })
  const { Credentials } = await new CognitoIdentity(clientOf(target.url)).getCredentialsForIdentity({
    IdentityId,
    Logins,
  })
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretKey!,
    sessionToken: Credentials!.SessionToken!,
  }
}

async function measureWarm(subject: Subject, load: Load, count = COUNT): Promise<Measured> {
  const answer = await fetch(load.url + load.path, { ...load, body: String(load.body) })
  if (!answer.ok) throw new Error(`${load.path} answered ${answer.status}: ${await answer.text()}`)
  await measureOn(subject, count / 2, load)
  return measureOn(subject, count, load)
}

const lineOf = (
  name: string,
  { requestsPerSecond, cpuMicrosecondsPerRequest: cpu }: Measured,
  echo: Measured,
): string =>
  [
    name.padEnd(34),
    `${requestsPerSecond.toFixed(0).padStart(7)} requests/s`,
    `${cpu.toFixed(0).padStart(7)} us CPU each`,
    `${(cpu / echo.cpuMicrosecondsPerRequest).toFixed(1).padStart(7)} x echo`,
  ].join("  ")

if (import.meta.main) await run(console.log, process.argv[2])
