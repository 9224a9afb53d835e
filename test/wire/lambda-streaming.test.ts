import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { InvokeWithResponseStreamCommandInput, Lambda } from "@aws-sdk/client-lambda"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { zipOf } from "../harness/zip.ts"
import { isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
let lambda: Lambda

const streaming = (body: string) =>
  `export const handler = awslambda.streamifyResponse(async (event, stream, context) => {${body}})\n`

before(async () => {
  world = await openLambdaWorld([...FUNCTION_FLAGS])
  ;({ lambda } = world)
  for (const [name, source] of [
    ["plain", "export const handler = async (event) => event\n"],
    ["failing", 'export const handler = async () => { throw new Error("no good") }\n'],
    [
      "streaming",
      streaming(
        'stream.write("one "); await new Promise((go) => setTimeout(go, 50)); stream.write("two"); stream.end()',
      ),
    ],
    [
      "breaking",
      streaming('stream.write("one "); await new Promise((go) => setTimeout(go, 50)); throw new Error("broken")'),
    ],
    [
      "long",
      streaming(
        'for (let at = 0; at < 200; at++) if (!stream.write("x".repeat(65536))) await new Promise((go) => stream.once("drain", go)); stream.end()',
      ),
    ],
  ] as const)
    await world.create(name, { Code: { ZipFile: zipOf({ "index.mjs": source }) } })
})
after(() => world[Symbol.asyncDispose]())

async function stream(FunctionName: string, input: Partial<InvokeWithResponseStreamCommandInput> = {}) {
  const output = await lambda.invokeWithResponseStream({ FunctionName, ...input })
  const chunks: string[] = []
  let complete: object | undefined
  for await (const event of output.EventStream!) {
    assert.equal(complete, undefined, "nothing comes after the end")
    if (event.PayloadChunk) chunks.push(Buffer.from(event.PayloadChunk.Payload!).toString())
    complete = event.InvokeComplete
  }
  return { output, chunks, complete: complete as Record<string, string | undefined> | undefined }
}

describe("InvokeWithResponseStream", () => {
  it("gives the pieces of an answer as they come", async () => {
    const { output, chunks, complete } = await stream("streaming")
    assert.equal(output.StatusCode, 200)
    assert.equal(output.ExecutedVersion, "$LATEST")
    assert.equal(output.ResponseStreamContentType, "application/vnd.amazon.eventstream")
    assert.equal(chunks.join(""), "one two")
    assert.ok(chunks.length > 1)
    assert.equal(complete?.ErrorCode, undefined)
  })

  it("gives the answer of a function that does not stream as one piece", async () => {
    const { chunks } = await stream("plain", { Payload: JSON.stringify({ a: 1 }) })
    assert.deepEqual(chunks, ['{"a":1}'])
  })

  it("carries more than an answer at once may have", async () => {
    const { chunks } = await stream("long")
    assert.equal(chunks.join("").length, 200 * 65536)
  })

  it("goes on without a caller who has gone away, and is there for the next one", async () => {
    const away = new AbortController()
    const { EventStream } = await lambda.invokeWithResponseStream(
      { FunctionName: "long" },
      { abortSignal: away.signal },
    )
    await assert.rejects(async () => {
      for await (const _ of EventStream!) away.abort()
    })
    const { chunks, complete } = await stream("long")
    assert.equal(chunks.join("").length, 200 * 65536)
    assert.ok(complete)
  })

  it("says at the end how it failed", async () => {
    const { chunks, complete } = await stream("failing")
    assert.deepEqual(chunks, [])
    assert.equal(complete!.ErrorCode, "Error")
    assert.match(complete!.ErrorDetails!, /no good/)
    const broken = await stream("breaking")
    assert.equal(broken.chunks.join(""), "one ")
    assert.match(broken.complete!.ErrorDetails!, /broken/)
  })

  it("tells the log", async () => {
    const { complete } = await stream("plain", { LogType: "Tail" })
    assert.match(Buffer.from(complete!.LogResult!, "base64").toString(), /^START RequestId/)
  })

  it("can be asked for without running anything, and is refused as Invoke is", async () => {
    const { StatusCode } = await lambda.invokeWithResponseStream({ FunctionName: "plain", InvocationType: "DryRun" })
    assert.equal(StatusCode, 204)
    await isMissing(stream("nobody"), `Function not found: ${world.arn("nobody")}:$LATEST`)
    await refuses(stream("plain", { Payload: "no" }), "InvalidRequestContentException", 400, /Unrecognized token 'no'/)
  })
})
