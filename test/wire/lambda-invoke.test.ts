import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs"
import type { InvokeCommandInput, InvokeCommandOutput } from "@aws-sdk/client-lambda"
import { Lambda } from "@aws-sdk/client-lambda"
import { Organizations } from "@aws-sdk/client-organizations"
import { STS } from "@aws-sdk/client-sts"
import { eventually } from "../harness/eventually.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { zipOf } from "../harness/zip.ts"
import { isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
let lambda: Lambda

before(async () => {
  world = await openLambdaWorld([...FUNCTION_FLAGS])
  ;({ lambda } = world)
})
after(() => world[Symbol.asyncDispose]())

const code = (source: string) => ({ ZipFile: zipOf({ "index.mjs": source }) })

async function create(FunctionName: string, source: string, input: object = {}): Promise<void> {
  await world.create(FunctionName, { Code: code(source), ...input })
}

const text = ({ Payload }: InvokeCommandOutput): string => Payload!.transformToString()

const invoke = async (FunctionName: string, event: unknown = {}, input: Partial<InvokeCommandInput> = {}) => {
  const output = await lambda.invoke({ FunctionName, Payload: JSON.stringify(event), ...input })
  return { ...output, answer: text(output) }
}

const ECHO = "export const handler = async (event, context) => ({ event, context })\n"

describe("a function", () => {
  before(() => create("echo", ECHO))

  it("is run, and its answer goes to the caller", async () => {
    const output = await invoke("echo", { a: [1, "ü"] })
    assert.equal(output.StatusCode, 200)
    assert.equal(output.ExecutedVersion, "$LATEST")
    assert.equal(output.FunctionError, undefined)
    assert.equal(output.LogResult, undefined)
    const { event, context } = JSON.parse(output.answer)
    assert.deepEqual(event, { a: [1, "ü"] })
    assert.equal(context.awsRequestId, output.$metadata.requestId)
    assert.equal(context.invokedFunctionArn, world.arn("echo"))
    assert.equal(context.functionVersion, "$LATEST")
    assert.equal(context.clientContext, undefined)
  })

  it("gets and gives every character, in short answers and in long ones", async () => {
    const all = String.fromCodePoint(...Array.from({ length: 0x300 }, (_, at) => at), 0x20ac, 0x1f600)
    for (const text of [all, all.repeat(20)]) {
      const { answer } = await invoke("echo", { text })
      assert.equal(JSON.parse(answer).event.text, text)
    }
  })

  it("gets an empty object for no payload at all", async () => {
    const output = await lambda.invoke({ FunctionName: "echo" })
    assert.deepEqual(JSON.parse(text(output)).event, {})
  })
})

describe("what a caller may ask", () => {
  before(async () => {
    await create("asked", ECHO)
    await create("failing", 'export const handler = async () => { throw new TypeError("no good") }\n')
    await create("exiting", "export const handler = () => process.exit(3)\n")
    await create("slow", "export const handler = () => new Promise((go) => setTimeout(go, 60_000))\n", { Timeout: 1 })
    await create("large", 'export const handler = async () => "x".repeat(7_000_000)\n')
    await create("none", "export const handler = async () => {}\n")
    await create("talking", 'export const handler = async () => console.log("said")\n')
  })

  it("no answer is null", async () => assert.equal((await invoke("none")).answer, "null"))

  it("a failure is an answer too, and says so", async () => {
    const output = await invoke("failing")
    assert.equal(output.StatusCode, 200)
    assert.equal(output.FunctionError, "Unhandled")
    const { trace, ...error } = JSON.parse(output.answer)
    assert.deepEqual(error, { errorType: "TypeError", errorMessage: "no good" })
    assert.match(trace[0], /^TypeError: no good/)
  })

  it("so is an exit, a time that has run out, and an answer that is too large", async () => {
    const { requestId: exited } = (await invoke("exiting")).$metadata
    assert.ok(exited)
    const exit = await invoke("exiting")
    assert.deepEqual(JSON.parse(exit.answer), {
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${exit.$metadata.requestId} Error: Runtime exited with error: exit status 3`,
    })
    const slow = await invoke("slow")
    assert.deepEqual(JSON.parse(slow.answer), {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${slow.$metadata.requestId} Error: Task timed out after 1.00 seconds`,
    })
    const large = await invoke("large")
    assert.equal(large.FunctionError, "Unhandled")
    assert.deepEqual(JSON.parse(large.answer), {
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    })
  })

  it("the end of the log", async () => {
    const output = await invoke("talking", {}, { LogType: "Tail" })
    const log = Buffer.from(output.LogResult!, "base64").toString()
    const id = output.$metadata.requestId
    assert.match(log, new RegExp(`START RequestId: ${id} Version: \\$LATEST\\n`))
    assert.match(log, /\tINFO\tsaid\n/)
    assert.match(log, new RegExp(`REPORT RequestId: ${id}\\tDuration: `))
  })

  it("a context of the client", async () => {
    const clientContext = { custom: { a: "b" }, client: { installation_id: "i" } }
    const ClientContext = Buffer.from(JSON.stringify(clientContext)).toString("base64")
    const { context } = JSON.parse((await invoke("asked", {}, { ClientContext })).answer)
    assert.deepEqual(context.clientContext, clientContext)
    for (const given of ["bm8=", Buffer.from("[]").toString("base64")])
      await refuses(
        invoke("asked", {}, { ClientContext: given }),
        "InvalidRequestContentException",
        400,
        "Client context must be a valid Base64-encoded JSON object.",
      )
    const long = Buffer.from(JSON.stringify({ custom: { a: "x".repeat(3_600) } })).toString("base64")
    await refuses(invoke("asked", {}, { ClientContext: long }), "InvalidRequestContentException", 400, /3583 bytes/)
  })

  it("whether it could, without running anything", async () => {
    const output = await lambda.invoke({ FunctionName: "asked", InvocationType: "DryRun" })
    assert.equal(output.StatusCode, 204)
    assert.equal(output.Payload?.length ?? 0, 0)
    await isMissing(
      lambda.invoke({ FunctionName: "nobody", InvocationType: "DryRun" }),
      `Function not found: ${world.arn("nobody")}:$LATEST`,
    )
  })

  it("by name, by part of the ARN, by the ARN, and by the latest version", async () => {
    const arn = world.arn("asked")
    for (const [FunctionName, invoked] of [
      ["123456789012:function:asked", arn],
      [arn, arn],
      ["asked:$LATEST", `${arn}:$LATEST`],
      [`${arn}:$LATEST`, `${arn}:$LATEST`],
    ] as const)
      assert.equal(JSON.parse((await invoke(FunctionName)).answer).context.invokedFunctionArn, invoked)
    const { context } = JSON.parse((await invoke("asked", {}, { Qualifier: "$LATEST" })).answer)
    assert.equal(context.invokedFunctionArn, `${arn}:$LATEST`)
  })

  it("the headers that AWS answers with", async () => {
    const { hostname, port } = new URL(world.server.client.endpoint)
    assert.ok(hostname && port)
    const seen: Record<string, string>[] = []
    const client = new Lambda(world.server.client)
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        seen.push((result.response as { headers: Record<string, string> }).headers)
        return result
      },
      { step: "deserialize", name: "seeHeaders", priority: "low" },
    )
    await client.invoke({ FunctionName: "failing", LogType: "Tail" })
    assert.equal(seen[0]!["content-type"], "application/json")
    assert.equal(seen[0]!["x-amz-executed-version"], "$LATEST")
    assert.equal(seen[0]!["x-amz-function-error"], "Unhandled")
    assert.ok(seen[0]!["x-amz-log-result"])
    assert.match(
      seen[0]!["x-amzn-trace-id"]!,
      /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$/,
    )
  })
})

describe("what is refused", () => {
  before(() => create("refusing", ECHO))

  it("a function, a version or an alias that is not there", async () => {
    await isMissing(invoke("nobody"), `Function not found: ${world.arn("nobody")}:$LATEST`)
    await isMissing(invoke("refusing:9"), `Function not found: ${world.arn("refusing")}:9`)
    await isMissing(invoke("refusing:prod"), `Function not found: ${world.arn("refusing")}:prod`)
    await refuses(
      invoke("refusing:a", {}, { Qualifier: "b" }),
      "InvalidParameterValueException",
      400,
      "The derived qualifier from the function name does not match the specified qualifier.",
    )
    await isMissing(
      invoke("arn:aws:lambda:eu-west-1:123456789012:function:refusing"),
      "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    )
  })

  const PLACE = " at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); "
  const EXPECTED = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'"
  const CASES: readonly [Uint8Array | string, string][] = [
    [
      Uint8Array.of(0x99),
      `Unexpected character ((CTRL-CHAR, code 153)): expected a valid value (${EXPECTED})\n${PLACE}line: 1, column: 1]`,
    ],
    [Uint8Array.of(0x22, 0x61, 0x87), `Invalid UTF-8 start byte 0x87\n${PLACE}line: 1, column: 3]`],
    ["hello", `Unrecognized token 'hello': was expecting (${EXPECTED})\n${PLACE}line: 1, column: 6]`],
    [
      "\n 'a'",
      `Unexpected character (''' (code 39)): expected a valid value (${EXPECTED})\n${PLACE}line: 2, column: 2]`,
    ],
    ['{"a":', `Unexpected end-of-input\n${PLACE}line: 1, column: 6]`],
  ]
  for (const [Payload, words] of CASES)
    it(`what is no JSON: ${Payload}`, () =>
      refuses(
        lambda.invoke({ FunctionName: "refusing", Payload }),
        "InvalidRequestContentException",
        400,
        `Could not parse request body into json: Could not parse payload into json: ${words}`,
      ))

  it("what is too large", async () => {
    await refuses(
      invoke("refusing", "x".repeat(6 * 1024 * 1024)),
      "RequestEntityTooLargeException",
      413,
      "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    )
    await refuses(
      lambda.invoke({
        FunctionName: "refusing",
        InvocationType: "Event",
        Payload: JSON.stringify("x".repeat(1024 * 1024)),
      }),
      "RequestEntityTooLargeException",
      413,
      "Request must be smaller than 1048576 bytes for the InvokeFunction operation",
    )
  })

  it("what is not built", async () => {
    await refuses(invoke("refusing", {}, { TenantId: "a" }), "NotImplemented", 501, /tenants/)
    await refuses(invoke("refusing", {}, { DurableExecutionName: "a" }), "NotImplemented", 501, /durable/)
  })

  it("everything, where the server runs no functions", async () => {
    await using off = await openLambdaWorld(["--functions", "off"])
    await off.create("still")
    await refuses(
      off.lambda.invoke({ FunctionName: "still" }),
      "NotImplemented",
      501,
      "This server was started with --functions off.",
    )
    assert.match(await off.server.explain(), /This server cannot run functions/)
  })

  it("a role that is there no more", async () => {
    const { Role } = await world.iam.createRole({
      RoleName: "passing",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    })
    await create("orphan", ECHO, { Role: Role!.Arn! })
    await world.iam.deleteRole({ RoleName: "passing" })
    await refuses(
      invoke("orphan"),
      "AccessDeniedException",
      403,
      "The role defined for the function cannot be assumed by Lambda.",
    )
    assert.match(
      await world.server.explain(),
      /There is no role arn:aws:iam::123456789012:role\/passing for the function/,
    )
  })

  it("a role that trusts Lambda no more", async () => {
    const trusting = (Service: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
      })
    const { Role } = await world.iam.createRole({
      RoleName: "turning",
      AssumeRolePolicyDocument: trusting("lambda.amazonaws.com"),
    })
    await create("disowned", ECHO, { Role: Role!.Arn! })
    const PolicyDocument = trusting("ec2.amazonaws.com")
    await world.iam.updateAssumeRolePolicy({ RoleName: "turning", PolicyDocument })
    await refuses(
      invoke("disowned"),
      "AccessDeniedException",
      403,
      "The role defined for the function cannot be assumed by Lambda.",
    )
    assert.match(
      await world.server.explain(),
      /The trust policy of the role arn:aws:iam::123456789012:role\/turning does not let Lambda take it.\s+expected\s+a statement of the trust policy that allows it\n/,
    )
  })
})

describe("versions and aliases", () => {
  const versionOf = async (name: string) => (await invoke(name)).ExecutedVersion
  before(async () => {
    const version = (number: number) => `export const handler = async (_, c) => [${number}, c.functionVersion]\n`
    await create("versioned", version(1), { Publish: true })
    for (const number of [2, 3]) {
      const { ZipFile } = code(version(number))
      await lambda.updateFunctionCode({ FunctionName: "versioned", ZipFile, Publish: true })
      await world.server.work.settle()
    }
  })

  it("are run as they were published, and an alias leads to one", async () => {
    assert.deepEqual(JSON.parse((await invoke("versioned:1")).answer), [1, "1"])
    assert.deepEqual(JSON.parse((await invoke("versioned")).answer), [3, "$LATEST"])
    await lambda.createAlias({ FunctionName: "versioned", Name: "live", FunctionVersion: "1" })
    assert.equal(await versionOf("versioned:live"), "1")
    await lambda.updateAlias({ FunctionName: "versioned", Name: "live", FunctionVersion: "2" })
    assert.equal(await versionOf("versioned:live"), "2")
  })

  it("share the calls of an alias by their weights", async () => {
    const weighted = (weight: number) =>
      lambda.updateAlias({
        FunctionName: "versioned",
        Name: "live",
        FunctionVersion: "1",
        RoutingConfig: { AdditionalVersionWeights: { "2": weight } },
      })
    await weighted(1)
    assert.equal(await versionOf("versioned:live"), "2")
    await weighted(0)
    assert.equal(await versionOf("versioned:live"), "1")
    await weighted(0.5)
    const seen = new Set<string | undefined>()
    // With even odds, that one of them is never drawn comes about once in 2^64 runs.
    for (let at = 0; at < 65 && seen.size < 2; at++) seen.add(await versionOf("versioned:live"))
    assert.deepEqual([...seen].sort(), ["1", "2"])
  })
})

describe("concurrency that is reserved", () => {
  const WAITING = "export const handler = (ms) => new Promise((go) => setTimeout(go, ms))\n"
  before(() => create("narrow", WAITING, { Timeout: 30 }))

  it("is a limit: who comes beside is told to come again", async () => {
    await lambda.putFunctionConcurrency({ FunctionName: "narrow", ReservedConcurrentExecutions: 1 })
    const first = invoke("narrow", 1_500)
    const throttled = await eventually(() =>
      invoke("narrow", 0).then(
        () => undefined,
        (error: Error & { Reason?: string; retryAfterSeconds?: string }) => error,
      ),
    )
    assert.equal(throttled.name, "TooManyRequestsException")
    assert.equal(throttled.message, "Rate Exceeded.")
    assert.equal(throttled.Reason, "ReservedFunctionConcurrentInvocationLimitExceeded")
    assert.ok(throttled.retryAfterSeconds)
    assert.match(
      await world.server.explain(throttled as never),
      /as often at a time as its reserved concurrency lets it/,
    )
    assert.equal((await first).answer, "null")
    assert.equal((await invoke("narrow", 0)).answer, "null")
  })

  it("of none lets nobody in", async () => {
    await lambda.putFunctionConcurrency({ FunctionName: "narrow", ReservedConcurrentExecutions: 0 })
    await refuses(invoke("narrow", 0), "TooManyRequestsException", 429, "Rate Exceeded.")
    await lambda.deleteFunctionConcurrency({ FunctionName: "narrow" })
    assert.equal((await invoke("narrow", 0)).answer, "null")
  })
})

describe("another account", () => {
  /** A role of another account that may do everything there, and what its own policies allow elsewhere. */
  async function openAccount() {
    const organizations = new Organizations(world.server.client)
    await organizations.createOrganization({})
    const { CreateAccountStatus } = await organizations.createAccount({ AccountName: "other", Email: "o@example.com" })
    const CreateAccountRequestId = CreateAccountStatus!.Id!
    const status = await organizations.describeCreateAccountStatus({ CreateAccountRequestId })
    const account = status.CreateAccountStatus!.AccountId!
    const UserName = "admin"
    await world.iam.createUser({ UserName })
    await world.iam.attachUserPolicy({ UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" })
    const { AccessKey } = await world.iam.createAccessKey({ UserName })
    const admin = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
    const { Credentials } = await new STS(world.server.clientOf(admin)).assumeRole({
      RoleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "session",
    })
    const credentials = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    }
    return { account, lambda: new Lambda(world.server.clientOf(credentials)) }
  }

  it("invokes what the function's policy lets it, as it is addressed, and nothing else", async () => {
    await create("shared", ECHO, { Publish: true })
    const other = await openAccount()
    const isRefused = (FunctionName: string) =>
      refuses(
        other.lambda.invoke({ FunctionName }),
        "AccessDeniedException",
        403,
        /is not authorized to perform: lambda:InvokeFunction on resource: \S+ because no resource-based policy allows/,
      )
    const arn = world.arn("shared")
    await isRefused(arn)
    await isRefused(world.arn("nobody"))
    await lambda.addPermission({
      FunctionName: "shared",
      Qualifier: "1",
      StatementId: "other",
      Action: "lambda:InvokeFunction",
      Principal: other.account,
    })
    const { Payload } = await other.lambda.invoke({ FunctionName: `${arn}:1` })
    assert.equal(JSON.parse(Payload!.transformToString()).context.invokedFunctionArn, `${arn}:1`)
    await isRefused(arn)
    // By its bare name it would be a function of the caller's own account.
    await isMissing(
      other.lambda.invoke({ FunctionName: "shared" }),
      `Function not found: arn:aws:lambda:us-east-1:${other.account}:function:shared:$LATEST`,
    )
  })
})

describe("the log", () => {
  const asked = { logGroupName: "/aws/lambda/logged" }
  let logs: CloudWatchLogs
  before(async () => {
    logs = new CloudWatchLogs(world.server.client)
    await create("logged", 'export const handler = async () => console.log("one\\ntwo")\n')
  })

  it("is not written where the role may not, and the refusal is told", async () => {
    await invoke("logged")
    const refused = await eventually(async () => {
      const decisions = await world.server.decisions.list({ refused: true, limit: 200 })
      // Those of the functions before it come in their own time.
      const caller = "arn:aws:sts::123456789012:assumed-role/function-role/logged"
      return decisions.find((one) => one.operation === "CreateLogGroup" && one.caller === caller)
    })
    assert.match(
      refused.message!,
      /^User: \S+ is not authorized to perform: logs:CreateLogGroup on resource: arn:aws:logs:us-east-1:123456789012:log-group:\/aws\/lambda\/logged:log-stream: because no identity-based policy allows the logs:CreateLogGroup action$/,
    )
    assert.match(await world.server.explain(refused.requestId), /Add .*logs:CreateLogGroup.* to a policy of the role/)
    assert.match(await world.server.explain(refused.requestId), /AWSLambdaBasicExecutionRole/)
    await assert.rejects(logs.filterLogEvents(asked), { name: "ResourceNotFoundException" })
  })

  it("is written where it may", async () => {
    const Statement = {
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "*",
    }
    await world.iam.putRolePolicy({
      RoleName: "function-role",
      PolicyName: "logs",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    })
    const { $metadata } = await invoke("logged")
    const id = $metadata.requestId!
    const events = await eventually(async () => {
      const found = await logs.filterLogEvents(asked).catch(() => undefined)
      return found?.events?.some(({ message }) => message!.startsWith(`REPORT RequestId: ${id}`)) && found.events
    })
    const said = events.filter(({ message }) => message!.includes(id)).map(({ message }) => message!)
    assert.equal(said[0], `START RequestId: ${id} Version: $LATEST\n`)
    assert.match(said[1]!, /\tINFO\tone\rtwo\n$/)
    assert.equal(said[2], `END RequestId: ${id}\n`)
    const { logStreams } = await logs.describeLogStreams(asked)
    assert.match(logStreams![0]!.logStreamName!, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/)
  })
})
