import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda"
import { STS } from "@aws-sdk/client-sts"
import { zipOf } from "../test/harness/zip.ts"
import { type Load, type Measured, measureOn } from "./load.ts"
import { startRunnerPeer } from "./peers.ts"
import { prepareSignIn } from "./prepare.ts"
import { passwordSignIn } from "./sign-in.ts"
import {
  type Keys,
  measureAlone,
  REGION,
  ROOT_KEYS,
  type Subject,
  signed,
  startEcho,
  startHallpass,
} from "./subjects.ts"

const FUNCTION = "empty"
const LOGGING = "logging"
const WARMING = 20_000
const SOURCE = "export const handler = async (event) => event\n"
const EVENT = JSON.stringify({ hello: "world" })

const clientOf = (endpoint: string, credentials: Keys = ROOT_KEYS) => ({ endpoint, region: REGION, credentials })

/** An empty function, and the session of a role that may invoke it: signature, decision and function are all there. */
async function prepare(url: string): Promise<Keys> {
  const iam = new IAM(clientOf(url))
  const trusting = (Principal: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Principal, Action: "sts:AssumeRole" } })
  const { Role } = await iam.createRole({
    RoleName: "runs",
    AssumeRolePolicyDocument: trusting({ Service: "lambda.amazonaws.com" }),
  })
  await create(url, FUNCTION, Role!.Arn!)
  const invoker = await iam.createRole({
    RoleName: "invokes",
    AssumeRolePolicyDocument: trusting({ AWS: "123456789012" }),
  })
  const Statement = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "*" }
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
  await iam.putRolePolicy({ RoleName: "invokes", PolicyName: "invokes", PolicyDocument })
  const UserName = "bench"
  await iam.createUser({ UserName })
  await iam.attachUserPolicy({ UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" })
  const { AccessKey } = await iam.createAccessKey({ UserName })
  const user = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const { Credentials } = await new STS(clientOf(url, user)).assumeRole({
    RoleArn: invoker.Role!.Arn,
    RoleSessionName: "bench",
  })
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  }
}

async function create(url: string, FunctionName: string, Role: string): Promise<void> {
  const client = new Lambda(clientOf(url))
  const Code = { ZipFile: zipOf({ "index.mjs": SOURCE }) }
  await client.createFunction({ FunctionName, Role, Code, Runtime: "nodejs24.x", Handler: "index.handler" })
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 60 }, { FunctionName })
}

const invocation = (url: string, name: string, credentials?: Keys, headers = {}): Promise<Load> =>
  signed(
    "lambda",
    { url, method: "POST", path: `/2015-03-31/functions/${name}/invocations`, headers, body: EVENT },
    credentials,
  )

/** What one request after the other takes, in milliseconds: the middle one of so many. */
async function middleOf(load: Load, count: number): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < count; at++) {
    const before = performance.now()
    const answer = await fetch(load.url + load.path, { ...load, body: load.body as string })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`${load.path} answered ${answer.status}`)
    times.push(performance.now() - before)
  }
  return times.sort((a, b) => a - b)[count >> 1]!
}

/** The same sign-in twice: of a pool without triggers, and of one that asks the function before it lets anybody in. */
async function prepareSignIns(url: string) {
  const plain = await prepareSignIn(url)
  const asking = await prepareSignIn(url)
  const idp = new CognitoIdentityProvider(clientOf(url))
  const { UserPool } = await idp.describeUserPool({ UserPoolId: asking.poolId })
  const lambda = new Lambda(clientOf(url))
  const { FunctionArn } = await lambda.getFunctionConfiguration({ FunctionName: FUNCTION })
  await lambda.addPermission({
    FunctionName: FUNCTION,
    StatementId: "pool",
    Action: "lambda:InvokeFunction",
    Principal: "cognito-idp.amazonaws.com",
    SourceArn: UserPool!.Arn!,
  })
  await idp.updateUserPool({ UserPoolId: asking.poolId, LambdaConfig: { PreAuthentication: FunctionArn! } })
  return { plain: passwordSignIn(plain), asking: passwordSignIn(asking) }
}

const COLD_STARTS = 5

async function coldStart(url: string): Promise<number> {
  const { Role } = await new IAM(clientOf(url)).getRole({ RoleName: "runs" })
  const times: number[] = []
  for (let at = 0; at < COLD_STARTS; at++) {
    const name = `cold-${at}`
    await create(url, name, Role!.Arn!)
    times.push(await middleOf(await invocation(url, name), 1))
  }
  return times.sort((a, b) => a - b)[COLD_STARTS >> 1]!
}

/** Another function like the first, whose role may write its log. */
async function prepareLogging(url: string): Promise<void> {
  const RoleName = "writes"
  const Principal = { Service: "lambda.amazonaws.com" }
  const Statement = { Effect: "Allow", Principal, Action: "sts:AssumeRole" }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
  const iam = new IAM(clientOf(url))
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument })
  const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
  await iam.attachRolePolicy({ RoleName, PolicyArn })
  await create(url, LOGGING, Role!.Arn!)
}

/** Of what V8 has compiled: it goes on compiling what requests run for the first ten thousands. */
async function measureWarm(subject: Subject, count: number, load: Load): Promise<Measured> {
  await measureOn(subject, WARMING, load)
  return measureOn(subject, count, load)
}

/** Prints what a warm invocation costs the server, and what it takes, beside an echo and another runner in the same run. */
export async function run(print: (line: string) => void, peersDirectory?: string): Promise<void> {
  using echo = await startEcho()
  using hallpass = await startHallpass()
  const { url } = hallpass
  const session = await prepare(url)
  await prepareLogging(url)
  const warm = await invocation(url, FUNCTION, session)
  const bare = { ...warm, url: echo.url }
  const floor = await measureWarm(echo, 20_000, bare)
  const report = (name: string, measured: Measured, milliseconds: number) =>
    print(lineOf(name, measured, floor, milliseconds))
  const show = async (name: string, subject: Subject, load: Load, count: number) =>
    report(name, await measureOn(subject, count, load), await middleOf(load, 500))
  const showWarm = async (name: string, subject: Subject, load: Load) =>
    report(name, await measureWarm(subject, 20_000, load), await middleOf(load, 500))
  report("node:http echo", floor, await middleOf(bare, 500))
  const alone = (name: string, microseconds: number) =>
    print(`${name.padEnd(34)}  ${" ".repeat(18)}${costOf(microseconds, floor)}`)
  alone("bare round trip to a process", await measureAlone("round-trips", 40_000))
  alone("running a function, without server", await measureAlone("runtime-alone", 20_000))
  const decided = { "x-amz-invocation-type": "DryRun" }
  await showWarm("Invoke, DryRun: decided alone", hallpass, await invocation(url, FUNCTION, session, decided))
  await showWarm("Invoke, warm, role session", hallpass, warm)
  await showWarm("the same, its log kept", hallpass, await invocation(url, LOGGING, session))
  await measurePeer(peersDirectory, show)
  const { plain, asking } = await prepareSignIns(url)
  await show("sign-in by password", hallpass, plain, 500)
  await show("the same with PreAuthentication", hallpass, asking, 500)
  print(
    `${"cold start".padEnd(34)}  ${(await coldStart(url)).toFixed(0).padStart(7)} ms, the middle one of ${COLD_STARTS}`,
  )
}

async function measurePeer(
  directory: string | undefined,
  show: (name: string, subject: Subject, load: Load, count: number) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "hallpass-bench-"))
  try {
    const file = join(folder, "index.js")
    writeFileSync(file, "exports.handler = async (event) => event\n")
    using peer = await startRunnerPeer(directory, file)
    if (!peer) return
    const body = JSON.stringify({ event: JSON.parse(EVENT) as unknown })
    const headers = { "content-type": "application/json" }
    await show(
      "lambda-local, in its own process",
      peer,
      { url: peer.url, method: "POST", path: "/", headers, body },
      2_000,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function lineOf(
  name: string,
  { requestsPerSecond, cpuMicrosecondsPerRequest: cpu }: Measured,
  echo: Measured,
  milliseconds: number,
) {
  return [
    name.padEnd(34),
    `${requestsPerSecond.toFixed(0).padStart(7)} requests/s`,
    costOf(cpu, echo),
    `${milliseconds.toFixed(2).padStart(7)} ms alone`,
  ].join("  ")
}

const costOf = (cpu: number, { cpuMicrosecondsPerRequest: echo }: Measured): string =>
  `${cpu.toFixed(0).padStart(7)} us CPU each  ${(cpu / echo).toFixed(1).padStart(7)} x echo`

if (import.meta.main) await run(console.log, process.argv[2])
