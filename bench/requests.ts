import { type ChildProcess, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { Sha256 } from "@aws-crypto/sha256-js"
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam"
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts"
import { SignatureV4 } from "@smithy/signature-v4"
import { root } from "../tools/sources.ts"
import { type Load, type Measured, measure } from "./load.ts"

const ROOT_KEYS = { accessKeyId: "AKIAHALLPASSBENCHROOT", secretAccessKey: "a-secret-for-the-benchmark-alone" }
const REGION = "us-east-1"
const PASSWORD = "Tr0ub4dor&3"

interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** Signs once: the same bytes are sent again and again, and verified again and again. */
async function signed(url: string, service: string, target: string, body: object, credentials: Keys): Promise<Load> {
  const { hostname, host } = new URL(url)
  const text = JSON.stringify(body)
  const headers = { host, "x-amz-target": target, "content-type": "application/x-amz-json-1.0" }
  const signer = new SignatureV4({ service, region: REGION, credentials, sha256: Sha256 })
  const request = await signer.sign({ method: "POST", protocol: "http:", hostname, path: "/", headers, body: text })
  return { url, method: "POST", path: "/", headers: request.headers, body: text }
}

async function startEcho(): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(join(root, "bench/echo-server.ts"))
  const [port] = await once(child, "message")
  return { child, url: `http://127.0.0.1:${port}` }
}

async function startHallpass(): Promise<{ child: ChildProcess; url: string }> {
  const port = 40_000 + (process.pid % 20_000)
  const environment = {
    ...process.env,
    HALLPASS_ROOT_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
    HALLPASS_ROOT_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
  }
  const flags = ["start", "--memory", "--log", "off", "--port", String(port)]
  const child = spawn(process.execPath, [join(root, "bin/hallpass.js"), ...flags], {
    env: environment,
    stdio: "inherit",
  })
  const url = `http://127.0.0.1:${port}`
  while (!(await fetch(`${url}/_hallpass/health`).catch(() => undefined))?.ok)
    await new Promise((wait) => setTimeout(wait, 20))
  return { child, url }
}

/** Reads the server's own account of its CPU time. */
async function cpuOf(url: string): Promise<number> {
  const { host, hostname } = new URL(url)
  const signer = new SignatureV4({ service: "hallpass", region: REGION, credentials: ROOT_KEYS, sha256: Sha256 })
  const path = "/_hallpass/metrics"
  const { headers } = await signer.sign({ method: "GET", protocol: "http:", hostname, path, headers: { host } })
  const text = await (await fetch(`${url}${path}`, { headers })).text()
  return Number(/^process_cpu_seconds_total (.*)$/m.exec(text)![1])
}

/** A role session that may read a table with one item: the whole of the guarded path. */
async function prepareGetItem(url: string): Promise<Load> {
  const client = { endpoint: url, region: REGION, credentials: ROOT_KEYS }
  const dynamodb = new DynamoDBClient(client)
  const TableName = "books"
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: "author", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "author", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  )
  await dynamodb.send(new PutItemCommand({ TableName, Item: { author: { S: "Le Guin" }, title: { S: "Lavinia" } } }))
  const iam = new IAMClient(client)
  const trust = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" },
  }
  const RoleName = "reader"
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }))
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
  const user = await userOf(iam)
  const { Credentials } = await new STSClient({ ...client, credentials: user }).send(
    new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: "bench" }),
  )
  const session = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  }
  return signed(url, "dynamodb", "DynamoDB_20120810.GetItem", { TableName, Key: { author: { S: "Le Guin" } } }, session)
}

/** Roles may not be assumed by the root. */
async function userOf(iam: IAMClient): Promise<Keys> {
  const { CreateUserCommand, CreateAccessKeyCommand, AttachUserPolicyCommand } = await import("@aws-sdk/client-iam")
  const UserName = "bench"
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
}

async function prepareSignIn(url: string): Promise<Load> {
  const idp = new CognitoIdentityProviderClient({ endpoint: url, region: REGION, credentials: ROOT_KEYS })
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "bench" }))
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "bench",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  )
  await idp.send(new AdminCreateUserCommand({ UserPoolId, Username: "ursula", MessageAction: "SUPPRESS" }))
  await idp.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username: "ursula", Password: PASSWORD, Permanent: true }),
  )
  const body = {
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: UserPoolClient!.ClientId,
    AuthParameters: { USERNAME: "ursula", PASSWORD },
  }
  const headers = {
    "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    "content-type": "application/x-amz-json-1.1",
  }
  return { url, method: "POST", path: "/", headers, body: JSON.stringify(body) }
}

export async function run(print: (line: string) => void): Promise<void> {
  const echo = await startEcho()
  const hallpass = await startHallpass()
  try {
    const echoCpu = async () => Number(await (await fetch(`${echo.url}/cpu`)).text())
    const hallpassCpu = () => cpuOf(hallpass.url)
    const getItem = await prepareGetItem(hallpass.url)
    const echoed = { ...getItem, url: echo.url, path: "/echo" }
    const floor = await measure(20_000, echoCpu, () => echoed)
    line("node:http echo", floor)
    line("signed GetItem of a role session", await measure(20_000, hallpassCpu, () => getItem))
    const signIn = await prepareSignIn(hallpass.url)
    line("sign-in by password", await measure(1_000, hallpassCpu, () => signIn))

    function line(name: string, { requestsPerSecond, cpuMicrosecondsPerRequest }: Measured) {
      const ratio = cpuMicrosecondsPerRequest / floor.cpuMicrosecondsPerRequest
      print(
        `${name.padEnd(34)} ${requestsPerSecond.toFixed(0).padStart(7)} requests/s ${cpuMicrosecondsPerRequest.toFixed(0).padStart(7)} us CPU each ${ratio.toFixed(1).padStart(6)} x echo`,
      )
    }
  } finally {
    echo.child.kill()
    hallpass.child.kill()
  }
}

if (import.meta.main) await run(console.log)
