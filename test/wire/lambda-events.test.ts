import assert from "node:assert/strict"
import type { IncomingMessage } from "node:http"
import { after, before, describe, it } from "node:test"
import type { Lambda } from "@aws-sdk/client-lambda"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { zipOf } from "../harness/zip.ts"
import { invalidates, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

/** What a queue, a topic or a bus would have got. */
interface Sent {
  headers: IncomingMessage["headers"]
  body: string
}

let world: LambdaWorld
let lambda: Lambda
let elsewhere: WebServer
/** What the server elsewhere answers. */
let status = 200
const sent: Sent[] = []

/** What functions were told, in the order in which they were run: they tell it to the server elsewhere. */
const told: Record<string, unknown>[] = []

before(async () => {
  elsewhere = await startWebServer(async (request, response) => {
    let body = ""
    for await (const piece of request.setEncoding("utf8")) body += piece
    if (request.url === "/told") told.push(JSON.parse(body))
    else sent.push({ headers: request.headers, body })
    response.writeHead(request.url === "/told" ? 200 : status).end("{}")
  })
  world = await openLambdaWorld([
    ...FUNCTION_FLAGS,
    "--clock-control",
    ...["sqs", "sns", "events"].flatMap((name) => ["--service-endpoint", `${name}=${elsewhere.url}`]),
  ])
  ;({ lambda } = world)
  await allow("lambda:InvokeFunction", "sqs:SendMessage", "sns:Publish", "events:PutEvents")
})
after(async () => {
  try {
    await world[Symbol.asyncDispose]()
  } finally {
    await elsewhere[Symbol.asyncDispose]()
  }
})

const allow = (...Action: string[]) =>
  world.iam.putRolePolicy({
    RoleName: "function-role",
    PolicyName: "sends",
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] }),
  })

/** A function that tells what it was told, and fails as often as the event says. */
const TELLING = (url: string) => `
export const handler = async (event, context) => {
  await fetch("${url}/told", { method: "POST", body: JSON.stringify({ name: context.functionName, id: context.awsRequestId, event }) })
  if (event.fails) throw new Error("as asked")
  return { done: event }
}
`

const create = (name: string, input: object = {}) =>
  world.create(name, { Code: { ZipFile: zipOf({ "index.mjs": TELLING(elsewhere.url) }) }, ...input })

const send = async (FunctionName: string, event: unknown): Promise<string> => {
  const { $metadata, StatusCode, ExecutedVersion, Payload } = await lambda.invoke({
    FunctionName,
    InvocationType: "Event",
    Payload: JSON.stringify(event),
  })
  assert.equal(StatusCode, 202)
  assert.equal(ExecutedVersion, undefined)
  assert.equal(Payload?.length ?? 0, 0)
  return $metadata.requestId!
}

/** Clients learn of the moved clock by what they are refused first. */
async function advance(minutes: number): Promise<void> {
  await world.server.clock.advance({ minutes })
  await Promise.allSettled([lambda.listFunctions(), world.iam.listUsers()])
}

const toldTo = (name: string) => told.filter((one) => one.name === name)
const { settle } = { settle: () => world.server.work.settle() }
const arnOf = (service: string, name: string) => `arn:aws:${service}:us-east-1:123456789012:${name}`

describe("an event", () => {
  before(() => create("plain"))

  it("is run once, with the id that its caller was told", async () => {
    const id = await send("plain", { a: 1 })
    await settle()
    assert.deepEqual(toldTo("plain"), [{ name: "plain", id, event: { a: 1 } }])
  })

  it("is tried again after one minute and after two, and then no more", async () => {
    await create("failing")
    const id = await send("failing", { fails: true })
    const times = async (minutes: number) => {
      if (minutes > 0) await advance(minutes)
      await settle()
      return toldTo("failing").length
    }
    assert.equal(await times(0), 1)
    assert.equal(await times(0.9), 1)
    assert.equal(await times(0.2), 2)
    assert.equal(await times(1.8), 2)
    assert.equal(await times(0.3), 3)
    assert.equal(await times(60), 3)
    assert.deepEqual(
      toldTo("failing").map((one) => one.id),
      [id, id, id],
    )
  })

  it("is tried again as often as the function's settings say", async () => {
    await create("once")
    await lambda.putFunctionEventInvokeConfig({ FunctionName: "once", MaximumRetryAttempts: 0 })
    await send("once", { fails: true })
    await settle()
    await advance(10)
    await settle()
    assert.equal(toldTo("once").length, 1)
  })

  it("is not tried again when it has grown too old", async () => {
    await create("aged")
    await lambda.putFunctionEventInvokeConfig({ FunctionName: "aged", MaximumEventAgeInSeconds: 60 })
    await send("aged", { fails: true })
    await settle()
    await advance(2)
    await settle()
    assert.equal(toldTo("aged").length, 1)
  })

  it("is dropped with its function, though there is one of the name again", async () => {
    await create("gone")
    await send("gone", { fails: true })
    await settle()
    await lambda.deleteFunction({ FunctionName: "gone" })
    await create("gone")
    await advance(10)
    await settle()
    assert.equal(toldTo("gone").length, 1)
  })

  it("can be sent by the oldest operation too", async () => {
    await create("older")
    const { Status } = await lambda.invokeAsync({ FunctionName: "older", InvokeArgs: '{"b":2}' })
    assert.equal(Status, 202)
    await settle()
    assert.deepEqual(toldTo("older")[0]!.event, { b: 2 })
    await refuses(
      lambda.invokeAsync({ FunctionName: "older", InvokeArgs: "no" }),
      "InvalidRequestContentException",
      400,
      /Unrecognized token 'no'/,
    )
  })
})

describe("a result", () => {
  before(async () => {
    await create("source")
    await create("sink")
  })

  const withDestinations = (onSuccess: string | undefined, onFailure: string | undefined) =>
    lambda.putFunctionEventInvokeConfig({
      FunctionName: "source",
      MaximumRetryAttempts: 0,
      DestinationConfig: {
        ...(onSuccess && { OnSuccess: { Destination: onSuccess } }),
        ...(onFailure && { OnFailure: { Destination: onFailure } }),
      },
    })

  it("of success goes to a function, as AWS writes it", async () => {
    await withDestinations(world.arn("sink"), undefined)
    const id = await send("source", { c: 3 })
    await settle()
    const { event } = toldTo("sink")[0]!
    const { timestamp, ...record } = event as Record<string, unknown>
    assert.match(timestamp as string, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.deepEqual(record, {
      version: "1.0",
      requestContext: {
        requestId: id,
        functionArn: `${world.arn("source")}:$LATEST`,
        condition: "Success",
        approximateInvokeCount: 1,
      },
      requestPayload: { c: 3 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: { done: { c: 3 } },
    })
  })

  it("goes nowhere where the role may not, and that is told", async () => {
    await allow("sqs:SendMessage", "sns:Publish", "events:PutEvents")
    const before = toldTo("sink").length
    await send("source", { d: 4 })
    await settle()
    assert.equal(toldTo("sink").length, before)
    const [refused] = await world.server.decisions.list({ refused: true })
    assert.equal(refused!.operation, "InvokeFunction")
    assert.equal(refused!.caller, "arn:aws:sts::123456789012:assumed-role/function-role/source")
    assert.match(
      await world.server.explain(refused!.requestId),
      /No statement of a policy of the role allows lambda:InvokeFunction on arn:aws:lambda:us-east-1:123456789012:function:sink/,
    )
    await allow("lambda:InvokeFunction", "sqs:SendMessage", "sns:Publish", "events:PutEvents")
  })

  it("of failure goes to a queue, signed by the execution role", async () => {
    await withDestinations(undefined, arnOf("sqs", "queue"))
    await send("source", { fails: true })
    await settle()
    const { headers, body } = sent.pop()!
    assert.equal(headers["x-amz-target"], "AmazonSQS.SendMessage")
    assert.equal(headers["content-type"], "application/x-amz-json-1.0")
    assert.match(headers.authorization!, /^AWS4-HMAC-SHA256 Credential=ASIA\w+\/\d{8}\/us-east-1\/sqs\/aws4_request, /)
    assert.ok(headers["x-amz-security-token"])
    const { QueueUrl, MessageBody } = JSON.parse(body)
    assert.equal(QueueUrl, `${elsewhere.url}/123456789012/queue`)
    const record = JSON.parse(MessageBody)
    assert.equal(record.requestContext.condition, "RetriesExhausted")
    assert.equal(record.responseContext.functionError, "Unhandled")
    assert.equal(record.responsePayload.errorMessage, "as asked")
  })

  it("goes to a topic and to a bus", async () => {
    await withDestinations(arnOf("sns", "topic"), arnOf("events", "event-bus/default"))
    await send("source", { e: 5 })
    await settle()
    const form = new URLSearchParams(sent.pop()!.body)
    assert.deepEqual([form.get("Action"), form.get("TopicArn")], ["Publish", arnOf("sns", "topic")])
    assert.deepEqual(JSON.parse(form.get("Message")!).requestPayload, { e: 5 })
    await send("source", { fails: true })
    await settle()
    const { headers, body } = sent.pop()!
    assert.equal(headers["x-amz-target"], "AWSEvents.PutEvents")
    const [entry] = JSON.parse(body).Entries
    assert.equal(entry.Source, "lambda")
    assert.equal(entry.DetailType, "Lambda Function Invocation Result - Failure")
    assert.deepEqual(entry.Resources, [arnOf("events", "event-bus/default"), `${world.arn("source")}:$LATEST`])
    assert.equal(entry.EventBusName, arnOf("events", "event-bus/default"))
  })

  it("waits for who cannot be reached", async () => {
    await withDestinations(arnOf("sqs", "queue"), undefined)
    status = 503
    await send("source", { f: 6 })
    await settle()
    const before = sent.length
    assert.ok(before > 0)
    status = 200
    await advance(10)
    await settle()
    assert.ok(sent.length > before)
    assert.deepEqual(JSON.parse(JSON.parse(sent.pop()!.body).MessageBody).requestPayload, { f: 6 })
  })

  it("of failure leaves the event itself as a dead letter", async () => {
    await create("dying", { DeadLetterConfig: { TargetArn: arnOf("sqs", "dead") } })
    await lambda.putFunctionEventInvokeConfig({ FunctionName: "dying", MaximumRetryAttempts: 0 })
    const id = await send("dying", { fails: "yes" })
    await settle()
    const { QueueUrl, MessageBody, MessageAttributes } = JSON.parse(sent.pop()!.body)
    assert.match(QueueUrl, /\/123456789012\/dead$/)
    const shown = await lambda.getFunctionConfiguration({ FunctionName: "dying" })
    assert.deepEqual(shown.DeadLetterConfig, { TargetArn: arnOf("sqs", "dead") })
    await lambda.updateFunctionConfiguration({ FunctionName: "dying", DeadLetterConfig: { TargetArn: "" } })
    assert.equal((await lambda.getFunctionConfiguration({ FunctionName: "dying" })).DeadLetterConfig, undefined)
    assert.deepEqual(JSON.parse(MessageBody), { fails: "yes" })
    assert.deepEqual(MessageAttributes, {
      RequestID: { DataType: "String", StringValue: id },
      ErrorCode: { DataType: "Number", StringValue: "200" },
      ErrorMessage: { DataType: "String", StringValue: "as asked" },
    })
  })

  it("of a function that may not run at all is a failure at once", async () => {
    await create("closed")
    await lambda.putFunctionConcurrency({ FunctionName: "closed", ReservedConcurrentExecutions: 0 })
    await lambda.putFunctionEventInvokeConfig({
      FunctionName: "closed",
      DestinationConfig: { OnFailure: { Destination: arnOf("sqs", "closed") } },
    })
    await send("closed", { g: 7 })
    await settle()
    const { MessageBody } = JSON.parse(sent.pop()!.body)
    const { requestContext, responseContext } = JSON.parse(MessageBody)
    assert.deepEqual([requestContext.condition, requestContext.approximateInvokeCount], ["ZeroReservedConcurrency", 0])
    assert.equal(responseContext, undefined)
    assert.deepEqual(toldTo("closed"), [])
  })

  it("of an event that has grown too old says so", async () => {
    await lambda.putFunctionEventInvokeConfig({
      FunctionName: "source",
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: world.arn("sink") } },
    })
    const before = toldTo("sink").length
    await send("source", { fails: true })
    await settle()
    await advance(2)
    await settle()
    const record = toldTo("sink")[before]!.event as { requestContext: object; responseContext?: object }
    assert.partialDeepStrictEqual(record.requestContext, { condition: "EventAgeExceeded", approximateInvokeCount: 1 })
    assert.equal(record.responseContext, undefined)
  })
})

describe("settings of a function's events", () => {
  const FunctionName = "settings"
  before(() => create(FunctionName))

  it("are put, merged, listed and deleted", async () => {
    const arn = `${world.arn(FunctionName)}:$LATEST`
    const put = await lambda.putFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 1 })
    const { $metadata: _, LastModified, ...shown } = put
    assert.ok(LastModified! > new Date(0))
    assert.deepEqual(shown, {
      FunctionArn: arn,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnSuccess: {}, OnFailure: {} },
    })
    const OnFailure = { Destination: arnOf("sqs", "q") }
    await lambda.updateFunctionEventInvokeConfig({
      FunctionName,
      MaximumEventAgeInSeconds: 100,
      DestinationConfig: { OnFailure },
    })
    const { $metadata: __, LastModified: ___, ...merged } = await lambda.getFunctionEventInvokeConfig({ FunctionName })
    assert.deepEqual(merged, {
      FunctionArn: arn,
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 100,
      DestinationConfig: { OnSuccess: {}, OnFailure },
    })
    const { FunctionEventInvokeConfigs } = await lambda.listFunctionEventInvokeConfigs({ FunctionName })
    assert.deepEqual(
      FunctionEventInvokeConfigs!.map(({ FunctionArn }) => FunctionArn),
      [arn],
    )
    const again = await lambda.putFunctionEventInvokeConfig({ FunctionName, MaximumEventAgeInSeconds: 60 })
    assert.equal(again.MaximumRetryAttempts, undefined)
    await lambda.deleteFunctionEventInvokeConfig({ FunctionName })
    const missing = `The function ${arn} doesn't have an EventInvokeConfig`
    await isMissing(lambda.getFunctionEventInvokeConfig({ FunctionName }), missing)
    await isMissing(lambda.deleteFunctionEventInvokeConfig({ FunctionName }), missing)
    await isMissing(lambda.updateFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 1 }), missing)
  })

  it("are refused where they say nothing, or what cannot be", async () => {
    const put = (input: object) => lambda.putFunctionEventInvokeConfig({ FunctionName, ...input })
    const to = (Destination: string) => put({ DestinationConfig: { OnSuccess: { Destination } } })
    await invalidates(put({}), "You must specify at least one of error handling or destination setting.")
    await isMissing(put({ FunctionName: "nobody", MaximumRetryAttempts: 1 }), "The function doesn't exist.")
    await isMissing(lambda.listFunctionEventInvokeConfigs({ FunctionName: "nobody" }), "The function doesn't exist.")
    await refuses(put({ MaximumRetryAttempts: 3 }), "ValidationException", 400, /'maximumRetryAttempts' failed/)
    await invalidates(to(world.arn("nobody")), `The destination ARN ${world.arn("nobody")} is invalid.`)
    await invalidates(to(world.arn(FunctionName)), "You can't specify the function as a destination for itself.")
    await invalidates(
      to(arnOf("kinesis", "stream/s")),
      `The destination ARN ${arnOf("kinesis", "stream/s")} is invalid.`,
    )
    await allow("lambda:InvokeFunction")
    await invalidates(
      to(arnOf("sqs", "q")),
      "The provided execution role does not have permissions to call SendMessage on SQS",
    )
    await invalidates(
      lambda.updateFunctionConfiguration({ FunctionName, DeadLetterConfig: { TargetArn: arnOf("sns", "t") } }),
      "The provided execution role does not have permissions to call Publish on SNS",
    )
  })

  it("are refused where nobody said where the destination is", async () => {
    await using other = await openLambdaWorld()
    await other.create("alone")
    const named = (arn: string) =>
      other.lambda.putFunctionEventInvokeConfig({
        FunctionName: "alone",
        DestinationConfig: { OnFailure: { Destination: arn } },
      })
    await invalidates(named(arnOf("sqs", "q")), /was not told where one is.*Start it with --service-endpoint sqs=URL/)
  })
})
