import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { type CreateFunctionUrlConfigCommandInput, Lambda } from "@aws-sdk/client-lambda"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { rawConnection } from "../harness/raw-http.ts"
import type { Credentials } from "../harness/server.ts"
import { askSite } from "../harness/site-request.ts"
import { zipOf } from "../harness/zip.ts"
import { isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld([...FUNCTION_FLAGS])
})
after(() => world[Symbol.asyncDispose]())

const FORBIDDEN =
  '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}'

const ECHO = "export const handler = async (event, context) => ({ event, arn: context.invokedFunctionArn })\n"

async function create(FunctionName: string, source = ECHO): Promise<void> {
  await world.create(FunctionName, { Code: { ZipFile: zipOf({ "index.mjs": source }) }, Publish: true })
}

/** Gives a function a URL; one of the type NONE is opened to everyone, as the console does it. */
async function open(FunctionName: string, input: Partial<CreateFunctionUrlConfigCommandInput> = {}): Promise<string> {
  const { AuthType = "NONE", Qualifier } = input
  const { FunctionUrl } = await world.lambda.createFunctionUrlConfig({ FunctionName, AuthType, ...input })
  if (AuthType === "NONE") {
    const everyone = { FunctionName, Principal: "*", ...(Qualifier !== undefined && { Qualifier }) }
    await world.lambda.addPermission({
      ...everyone,
      StatementId: "url",
      Action: "lambda:InvokeFunctionUrl",
      FunctionUrlAuthType: "NONE",
    })
    await world.lambda.addPermission({
      ...everyone,
      StatementId: "invoke",
      Action: "lambda:InvokeFunction",
      InvokedViaFunctionUrl: true,
    })
  }
  return FunctionUrl!
}

async function user(UserName: string, ...Statement: object[]): Promise<Credentials> {
  await world.iam.createUser({ UserName })
  if (Statement.length > 0)
    await world.iam.putUserPolicy({
      UserName,
      PolicyName: "p",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    })
  const { AccessKey } = await world.iam.createAccessKey({ UserName })
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
}

describe("the configuration of a URL", () => {
  before(() => create("configured"))

  it("may be a matter of its type, also where a request does not say it", async () => {
    const FunctionName = "typed"
    await create(FunctionName)
    await open(FunctionName, { AuthType: "AWS_IAM" })
    const ofType = { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } }
    const credentials = await user("typist", { Effect: "Allow", Action: "lambda:*", Resource: "*", Condition: ofType })
    const typist = new Lambda(world.server.clientOf(credentials))
    const denied = (call: Promise<unknown>) =>
      refuses(call, "AccessDeniedException", 403, /is not authorized to perform/)
    await denied(typist.getFunctionUrlConfig({ FunctionName }))
    await denied(typist.deleteFunctionUrlConfig({ FunctionName }))
    await denied(typist.updateFunctionUrlConfig({ FunctionName, InvokeMode: "BUFFERED" }))
    await world.lambda.updateFunctionUrlConfig({ FunctionName, AuthType: "NONE" })
    await typist.getFunctionUrlConfig({ FunctionName })
    await denied(typist.updateFunctionUrlConfig({ FunctionName, AuthType: "AWS_IAM" }))
    await typist.deleteFunctionUrlConfig({ FunctionName })
  })

  it("is told as AWS tells it, is changed and goes", async () => {
    const { lambda } = world
    const FunctionName = "configured"
    const { $metadata, ...made } = await lambda.createFunctionUrlConfig({ FunctionName, AuthType: "AWS_IAM" })
    assert.equal($metadata.httpStatusCode, 201)
    const { FunctionUrl, CreationTime, ...rest } = made
    const { port } = new URL(world.server.url)
    assert.match(FunctionUrl!, new RegExp(`^http://[a-z0-9]{32}\\.lambda-url\\.us-east-1\\.localhost:${port}/$`))
    // Its mode is told only where it was sent.
    assert.deepEqual(rest, { FunctionArn: world.arn("configured"), AuthType: "AWS_IAM" })
    const { $metadata: _, ...told } = await lambda.getFunctionUrlConfig({ FunctionName })
    assert.deepEqual(told, { ...made, InvokeMode: "BUFFERED", LastModifiedTime: CreationTime })
    await refuses(
      lambda.createFunctionUrlConfig({ FunctionName, AuthType: "NONE" }),
      "ResourceConflictException",
      409,
      `Failed to create function url config for [functionArn = ${world.arn("configured")}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
    )
    const Cors = { AllowOrigins: ["https://a.example"], MaxAge: 5 }
    const changed = await lambda.updateFunctionUrlConfig({ FunctionName, Cors, InvokeMode: "RESPONSE_STREAM" })
    assert.deepEqual(changed.Cors, Cors)
    assert.equal(changed.AuthType, "AWS_IAM")
    assert.equal(changed.InvokeMode, "RESPONSE_STREAM")
    assert.equal(changed.FunctionUrl, FunctionUrl)
    const { $metadata: gone } = await lambda.deleteFunctionUrlConfig({ FunctionName })
    assert.equal(gone.httpStatusCode, 204)
    for (const call of ["getFunctionUrlConfig", "deleteFunctionUrlConfig", "updateFunctionUrlConfig"] as const)
      await isMissing(lambda[call]({ FunctionName }), "The resource you requested does not exist.")
  })

  it("is of a function or an alias, and never of a version", async () => {
    const { lambda } = world
    for (const Qualifier of ["1", "$LATEST"])
      await refuses(
        lambda.createFunctionUrlConfig({ FunctionName: "configured", Qualifier, AuthType: "NONE" }),
        "ValidationException",
        400,
        `1 validation error detected: Value '${Qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)`,
      )
    await isMissing(
      lambda.createFunctionUrlConfig({ FunctionName: "nowhere", AuthType: "NONE" }),
      "Function does not exist",
    )
    await isMissing(lambda.listFunctionUrlConfigs({ FunctionName: "nowhere" }), "Function does not exist")
    await lambda.createAlias({ FunctionName: "configured", Name: "live", FunctionVersion: "1" })
    await lambda.createFunctionUrlConfig({ FunctionName: "configured", Qualifier: "live", AuthType: "NONE" })
    await lambda.createFunctionUrlConfig({ FunctionName: "configured", AuthType: "AWS_IAM" })
    const first = await lambda.listFunctionUrlConfigs({ FunctionName: "configured", MaxItems: 1 })
    const Marker = first.NextMarker
    const second = await lambda.listFunctionUrlConfigs({ FunctionName: "configured", MaxItems: 1, Marker })
    assert.equal(second.NextMarker, undefined)
    const arns = [...first.FunctionUrlConfigs!, ...second.FunctionUrlConfigs!].map(({ FunctionArn }) => FunctionArn)
    assert.deepEqual(arns, [world.arn("configured"), `${world.arn("configured")}:live`])
  })
})

describe("a URL that is open to everyone", () => {
  let url: string
  before(async () => {
    await create("open")
    url = await open("open")
  })

  it("invokes the function with the request as its event", async () => {
    const answer = await askSite(url, {
      method: "POST",
      path: "some/path",
      query: { a: "1" },
      headers: { "content-type": "application/json", authorization: "Bearer token", cookie: "c=1" },
      body: '{"hello":"world"}',
    })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers["content-type"], "application/json")
    assert.match(answer.headers["x-amzn-requestid"] as string, /^[0-9a-f-]{36}$/)
    const { event, arn } = JSON.parse(answer.body)
    assert.equal(arn, world.arn("open"))
    assert.equal(event.version, "2.0")
    assert.equal(event.rawPath, "/some/path")
    assert.equal(event.rawQueryString, "a=1")
    assert.equal(event.body, '{"hello":"world"}')
    assert.equal(event.headers.authorization, "Bearer token")
    assert.deepEqual(event.cookies, ["c=1"])
    assert.equal(event.requestContext.accountId, "anonymous")
    assert.equal(event.requestContext.requestId, answer.headers["x-amzn-requestid"])
    assert.equal(event.requestContext.authorizer, undefined)
    assert.equal(`http://${event.requestContext.domainName}`, url.replace(/:\d+\/$/, ""))
  })

  it("takes what no client sends for what it is", async () => {
    await using connection = await rawConnection(world.server.url)
    const { host } = new URL(url)
    const lines = [
      "GET /%ff/../a%2Fb?__proto__=1&%ff=%&a=1&a=%20 HTTP/1.1",
      `Host: ${host}`,
      "__proto__: polluted",
      "constructor: x",
      "X-Amz-Target: DynamoDB_20120810.ListTables",
      "Content-Type: text/plain",
      "Content-Length: 3",
      "Connection: close",
    ]
    connection.send(Buffer.from(`${lines.join("\r\n")}\r\n\r\n\xff\xfe\xfd`, "latin1"))
    const [answer] = await connection.answers(1)
    await connection.closed()
    assert.equal(answer!.status, 200)
    const text = /\{.*\}/s.exec((await connection.answers(1))[0]!.body)![0]
    const { event } = JSON.parse(text)
    assert.equal(event.rawPath, "/%ff/../a%2Fb")
    assert.equal(event.queryStringParameters.a, "1, ")
    assert.equal(event.headers.constructor, "x")
    assert.deepEqual(Buffer.from(event.body, "base64"), Buffer.from([0xff, 0xfe, 0xfd]))
    assert.equal(event.isBase64Encoded, true)
  })

  it("forgets nobody's permission: without either of the two it is closed", async () => {
    for (const StatementId of ["url", "invoke"]) {
      await create(`half-${StatementId}`)
      const half = await open(`half-${StatementId}`)
      await world.lambda.removePermission({ FunctionName: `half-${StatementId}`, StatementId })
      const answer = await askSite(half)
      assert.equal(answer.status, 403)
      assert.equal(answer.body, FORBIDDEN)
      assert.equal(answer.headers["x-amzn-errortype"], "AccessDeniedException")
      const missing =
        StatementId === "url"
          ? "--statement-id url --action lambda:InvokeFunctionUrl --principal '\\*' --function-url-auth-type NONE"
          : "--statement-id url-invoke --action lambda:InvokeFunction --principal '\\*' --invoked-via-function-url"
      const command = `aws lambda add-permission --function-name half-${StatementId} ${missing}`
      assert.match(await world.server.explain(), new RegExp(command))
    }
  })

  it("is in the journal as any other request is", async () => {
    const { body } = await askSite(url)
    const { requestId } = JSON.parse(body).event.requestContext
    const call = await world.server.decisions.get(requestId)
    assert.equal(call.operation, "InvokeFunctionUrl")
    assert.equal(call.service, "lambda")
  })
})

describe("a URL of the type AWS_IAM", () => {
  let url: string
  before(async () => {
    await create("signed")
    url = await open("signed", { AuthType: "AWS_IAM" })
  })
  const invoke = (action: string, more: object = {}) => ({
    Effect: "Allow",
    Action: action,
    Resource: world.arn("signed"),
    ...more,
  })

  it("lets in who may do both, and tells the function who it is", async () => {
    const caller = await user("both", invoke("lambda:InvokeFunctionUrl"), invoke("lambda:InvokeFunction"))
    const answer = await askSite(url, {
      method: "POST",
      body: "hi",
      headers: { "content-type": "text/plain" },
      signedBy: caller,
    })
    assert.equal(answer.status, 200, answer.body)
    const { event } = JSON.parse(answer.body)
    const { iam } = event.requestContext.authorizer
    assert.equal(iam.userArn, `arn:aws:iam::${world.server.account}:user/both`)
    assert.equal(iam.accessKey, caller.accessKeyId)
    assert.equal(event.requestContext.accountId, world.server.account)
    assert.equal(event.body, "hi")
    assert.equal(event.headers.authorization, undefined)
  })

  it("can be held to URLs alone, and to their type", async () => {
    const viaUrl = { Condition: { Bool: { "lambda:InvokedViaFunctionUrl": "true" } } }
    const ofType = { Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } } }
    const caller = await user(
      "held",
      invoke("lambda:InvokeFunctionUrl", ofType),
      invoke("lambda:InvokeFunction", viaUrl),
    )
    assert.equal((await askSite(url, { signedBy: caller })).status, 200)
    const { Lambda } = await import("@aws-sdk/client-lambda")
    const direct = new Lambda(world.server.clientOf(caller))
    await refuses(direct.invoke({ FunctionName: "signed" }), "AccessDeniedException", 403, /lambda:InvokeFunction/)
  })

  it("forbids who may do one of the two, who did not sign, and who signed for something else", async () => {
    const forbids = async (request: Parameters<typeof askSite>[1]) => {
      const answer = await askSite(url, request)
      assert.equal(answer.status, 403)
      assert.equal(answer.body, FORBIDDEN)
    }
    await forbids({ signedBy: await user("one", invoke("lambda:InvokeFunctionUrl")) })
    await forbids({ signedBy: await user("other", invoke("lambda:InvokeFunction")) })
    await forbids({})
    assert.match(await world.server.explain(), /of the type AWS_IAM, and the request was not signed/)
    const caller = await user("elsewhere", invoke("lambda:*"))
    for (const wrong of [{ service: "s3" }, { region: "eu-west-1" }]) {
      const answer = await askSite(url, { signedBy: caller, ...wrong })
      assert.equal(answer.status, 403)
      assert.match(answer.body, /Credential should be scoped to/)
    }
    const forged = { ...caller, secretAccessKey: "x".repeat(40) }
    assert.match((await askSite(url, { signedBy: forged })).body, /signature/)
  })

  it("lets a resource policy let in whom no policy of their own does", async () => {
    const caller = await user("named")
    const Principal = `arn:aws:iam::${world.server.account}:user/named`
    const named = { FunctionName: "signed", Principal }
    await world.lambda.addPermission({
      ...named,
      StatementId: "url",
      Action: "lambda:InvokeFunctionUrl",
      FunctionUrlAuthType: "AWS_IAM",
    })
    await world.lambda.addPermission({
      ...named,
      StatementId: "invoke",
      Action: "lambda:InvokeFunction",
      InvokedViaFunctionUrl: true,
    })
    assert.equal((await askSite(url, { signedBy: caller })).status, 200)
  })
})

describe("hosts that are nobody's", () => {
  it("are forbidden: another id, another region, a function or an alias that is gone", async () => {
    const { port } = new URL(world.server.url)
    const isForbidden = async (url: string) => {
      const answer = await askSite(url)
      assert.equal(answer.status, 403)
      assert.equal(answer.body, FORBIDDEN)
    }
    await isForbidden(`http://${"a".repeat(32)}.lambda-url.us-east-1.localhost:${port}/`)
    await isForbidden(`http://x.lambda-url.us-east-1.localhost:${port}/`)
    await create("going")
    await world.lambda.createAlias({ FunctionName: "going", Name: "live", FunctionVersion: "1" })
    const whole = await open("going")
    const aliased = await open("going", { Qualifier: "live" })
    const { arn } = JSON.parse((await askSite(aliased)).body)
    assert.equal(arn, `${world.arn("going")}:live`)
    await isForbidden(whole.replace("us-east-1", "eu-west-1"))
    await world.lambda.deleteAlias({ FunctionName: "going", Name: "live" })
    await isForbidden(aliased)
    assert.match(await world.server.explain(), /no function URL that leads to a function/)
    assert.equal((await askSite(whole)).status, 200)
    await world.lambda.deleteFunction({ FunctionName: "going" })
    await isForbidden(whole)
    // One of the same name is another function.
    await create("going")
    await isForbidden(whole)
  })
})

describe("what a function answers", () => {
  const answering = async (name: string, source: string, input: object = {}) => {
    await create(name, source)
    return open(name, input)
  }

  it("goes out as its members say", async () => {
    const url = await answering(
      "members",
      `export const handler = async () => ({
  statusCode: 418,
  headers: { "X-Own": "mine", "Content-Type": "text/plain" },
  cookies: ["a=1; Secure", "b=2"],
  body: Buffer.from("short and stout").toString("base64"),
  isBase64Encoded: true,
})\n`,
    )
    const answer = await askSite(url)
    assert.equal(answer.status, 418)
    assert.equal(answer.headers["x-own"], "mine")
    assert.equal(answer.headers["content-type"], "text/plain")
    assert.deepEqual(answer.headers["set-cookie"], ["a=1; Secure", "b=2"])
    assert.equal(answer.body, "short and stout")
  })

  it("is a bad gateway where it throws, or answers what is no answer", async () => {
    for (const [name, source] of [
      ["throwing", 'export const handler = async () => { throw new Error("secret") }\n'],
      ["nonsense", 'export const handler = async () => ({ statusCode: "nine" })\n'],
    ] as const) {
      const answer = await askSite(await answering(name, source))
      assert.equal(answer.status, 502)
      assert.equal(answer.body, "Internal Server Error")
    }
  })

  it("is throttled where nothing may run", async () => {
    const url = await answering("throttled", ECHO)
    await world.lambda.putFunctionConcurrency({ FunctionName: "throttled", ReservedConcurrentExecutions: 0 })
    const answer = await askSite(url)
    assert.equal(answer.status, 429)
    assert.equal(answer.headers["x-amzn-errortype"], "TooManyRequestsException")
  })

  it("streams, with a head of its own or without", async () => {
    const stream = { InvokeMode: "RESPONSE_STREAM" as const }
    const plain = await answering(
      "plain-stream",
      `export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.setContentType("text/plain")
  stream.write("one ")
  await new Promise((go) => setTimeout(go, 50))
  stream.end("two")
})\n`,
      stream,
    )
    const first = await askSite(plain)
    assert.equal(first.status, 200)
    assert.equal(first.headers["content-type"], "text/plain")
    assert.equal(first.body, "one two")
    assert.equal(first.headers["content-length"], undefined)
    const headed = await answering(
      "headed-stream",
      `export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const out = awslambda.HttpResponseStream.from(stream, {
    statusCode: 201,
    headers: { "content-type": "text/html", "x-own": "mine" },
    cookies: ["a=1"],
  })
  out.write("<p>")
  out.end("</p>")
})\n`,
      stream,
    )
    const second = await askSite(headed)
    assert.equal(second.status, 201)
    assert.equal(second.headers["content-type"], "text/html")
    assert.equal(second.headers["x-own"], "mine")
    assert.deepEqual(second.headers["set-cookie"], ["a=1"])
    assert.equal(second.body, "<p></p>")
    const failing = await answering(
      "failing-stream",
      'export const handler = awslambda.streamifyResponse(async () => { throw new Error("no") })\n',
      stream,
    )
    assert.equal((await askSite(failing)).status, 502)
  })
})

describe("browsers", () => {
  it("are told what is configured, and ask the function where nothing is", async () => {
    await create("crossed")
    const url = await open("crossed", {
      Cors: {
        AllowOrigins: ["https://a.example"],
        AllowMethods: ["POST"],
        AllowHeaders: ["content-type"],
        ExposeHeaders: ["x-own"],
        MaxAge: 60,
      },
    })
    const asks = (origin: string) =>
      askSite(url, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type",
        },
      })
    const { status, headers } = await asks("https://a.example")
    assert.equal(status, 200)
    assert.equal(headers["access-control-allow-origin"], "https://a.example")
    assert.equal(headers["access-control-allow-methods"], "POST")
    assert.equal(headers["access-control-max-age"], "60")
    assert.equal((await asks("https://b.example")).headers["access-control-allow-origin"], undefined)
    const answer = await askSite(url, { headers: { origin: "https://a.example" } })
    assert.equal(answer.headers["access-control-allow-origin"], "https://a.example")
    assert.equal(answer.headers["access-control-expose-headers"], "x-own")
    await create("uncrossed")
    const plain = await open("uncrossed")
    const preflight = await askSite(plain, { method: "OPTIONS", headers: { origin: "https://a.example" } })
    assert.equal(JSON.parse(preflight.body).event.requestContext.http.method, "OPTIONS")
    assert.equal(preflight.headers["access-control-allow-origin"], undefined)
  })
})
