import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { type Lambda, Lambda as LambdaClient } from "@aws-sdk/client-lambda"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { zipOf } from "../harness/zip.ts"
import { isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
let lambda: Lambda
let elsewhere: WebServer
/** Names of the functions that were run, in order. */
const run: string[] = []
/** What a queue would have got. */
const sent: { body: string; traceId: string | undefined }[] = []

before(async () => {
  elsewhere = await startWebServer(async (request, response) => {
    let body = ""
    for await (const piece of request.setEncoding("utf8")) body += piece
    if (request.url === "/run") run.push(body)
    else sent.push({ body, traceId: request.headers["x-amzn-trace-id"] as string | undefined })
    response.end("{}")
  })
  world = await openLambdaWorld([...FUNCTION_FLAGS, "--service-endpoint", `sqs=${elsewhere.url}`])
  ;({ lambda } = world)
  await world.iam.putRolePolicy({
    RoleName: "function-role",
    PolicyName: "sends",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["lambda:InvokeFunction", "sqs:SendMessage"], Resource: "*" }],
    }),
  })
  // A circle of two, which ends by itself when it has gone round for long.
  const code = `export const handler = async (event, context) => {
    const count = await fetch("${elsewhere.url}/run", { method: "POST", body: context.functionName })
    const depth = (event.requestPayload?.responsePayload?.depth ?? event.responsePayload?.depth ?? 0) + 1
    if (depth > 40) throw new Error("far enough")
    return { depth, trace: process.env._X_AMZN_TRACE_ID }
  }`
  for (const name of ["ping", "pong"]) await world.create(name, { Code: { ZipFile: zipOf({ "index.mjs": code }) } })
  for (const [FunctionName, other] of [
    ["ping", "pong"],
    ["pong", "ping"],
  ] as const)
    await lambda.putFunctionEventInvokeConfig({
      FunctionName,
      MaximumRetryAttempts: 0,
      DestinationConfig: {
        OnSuccess: { Destination: world.arn(other) },
        OnFailure: { Destination: "arn:aws:sqs:us-east-1:123456789012:failed" },
      },
    })
})
after(async () => {
  try {
    await world[Symbol.asyncDispose]()
  } finally {
    await elsewhere[Symbol.asyncDispose]()
  }
})

const begin = async () => {
  run.length = 0
  sent.length = 0
  await lambda.invoke({ FunctionName: "ping", InvocationType: "Event", Payload: "{}" })
  await world.server.work.settle()
}
const runs = (name: string) => run.filter((one) => one === name).length

/** A client whose requests carry the trace header, as those of the SDK in a function do. */
function traced(traceId: string): Lambda {
  const client = new LambdaClient(world.server.client)
  client.middlewareStack.add(
    (next) => (args) => {
      ;(args.request as { headers: Record<string, string> }).headers["x-amzn-trace-id"] = traceId
      return next(args)
    },
    { step: "finalizeRequest", priority: "low" },
  )
  return client
}

describe("functions that come back to themselves", () => {
  it("are stopped when each was invoked 16 times in the chain, and the event goes where failures go", async () => {
    await begin()
    assert.deepEqual([runs("ping"), runs("pong")], [16, 16])
    const [{ body, traceId }, ...others] = sent as [(typeof sent)[0]]
    assert.deepEqual(others, [])
    const record = JSON.parse(JSON.parse(body).MessageBody)
    assert.equal(record.requestContext.condition, "RecursiveLoop")
    assert.equal(record.requestContext.functionArn, `${world.arn("ping")}:$LATEST`)
    assert.equal(record.responseContext, undefined)
    assert.match(traceId!, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:/)
  })

  it("go on where that is allowed", async () => {
    for (const FunctionName of ["ping", "pong"]) {
      const put = await lambda.putFunctionRecursionConfig({ FunctionName, RecursiveLoop: "Allow" })
      assert.equal(put.RecursiveLoop, "Allow")
      assert.equal((await lambda.getFunctionRecursionConfig({ FunctionName })).RecursiveLoop, "Allow")
    }
    await begin()
    assert.ok(run.length > 36, String(run.length))
    for (const FunctionName of ["ping", "pong"])
      await lambda.putFunctionRecursionConfig({ FunctionName, RecursiveLoop: "Terminate" })
  })

  it("are refused to who waits for the answer, by the trace header that functions pass on", async () => {
    let client = lambda
    for (let count = 0; count < 16; count++) {
      const { Payload } = await client.invoke({ FunctionName: "ping", Payload: "{}" })
      const { trace } = JSON.parse(Payload!.transformToString())
      assert.match(trace, new RegExp(`;Lineage=1:[0-9a-f]{8}:${count}$`))
      client = traced(trace)
    }
    await refuses(
      client.invoke({ FunctionName: "ping", Payload: "{}" }),
      "RecursiveInvocationException",
      400,
      /^Lambda has detected your function being invoked in a recursive loop/,
    )
    await refuses(
      client.invokeWithResponseStream({ FunctionName: "ping", Payload: "{}" }),
      "RecursiveInvocationException",
      400,
      /recursive loop/,
    )
    const [refused] = await world.server.decisions.list({ refused: true })
    assert.match(await world.server.explain(refused!.requestId), /PutFunctionRecursionConfig with RecursiveLoop Allow/)
    // The chain of another function is another one.
    const { StatusCode } = await client.invoke({ FunctionName: "pong", Payload: "{}" })
    assert.equal(StatusCode, 200)
    assert.equal((await client.invoke({ FunctionName: "ping", InvocationType: "DryRun" })).StatusCode, 204)
  })

  it("are of a function that is there", async () => {
    await isMissing(lambda.getFunctionRecursionConfig({ FunctionName: "nobody" }), /nobody/)
    await refuses(
      lambda.putFunctionRecursionConfig({ FunctionName: "ping", RecursiveLoop: "Never" as "Allow" }),
      "ValidationException",
      400,
      /recursiveLoop/,
    )
  })
})
