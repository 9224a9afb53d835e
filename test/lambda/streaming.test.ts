import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { Invocation, RunnableFunction } from "../../src/services/lambda/runtime/runtime.ts"
import { aFunction, answerOf, errorOf, invocation, logOf, openWorld } from "./world.ts"

let world: ReturnType<typeof openWorld>
before(() => {
  world = openWorld()
})
after(() => world[Symbol.asyncDispose]())

async function stream(target: RunnableFunction, event: unknown = {}, changes: Partial<Invocation> = {}) {
  const told: { types: (string | undefined)[]; pieces: string[] } = { types: [], pieces: [] }
  const ending = await world.runtime.invoke(
    target,
    invocation(event, {
      onBegin: (type) => void told.types.push(type),
      onPiece: (piece) => void told.pieces.push(Buffer.from(piece).toString()),
      ...changes,
    }),
  )
  return { ending, ...told }
}

const streaming = (body: string) =>
  aFunction(`import { setTimeout as sleep } from "node:timers/promises"
    import { pipeline } from "node:stream/promises"
    export const handler = awslambda.streamifyResponse(async (event, out, context) => { ${body} })`)

test("pieces come as they are written", async () => {
  const target = streaming(
    "out.setContentType('text/plain'); out.write('one'); await sleep(100); out.write('two'); await sleep(100); out.end()",
  )
  const { ending, types, pieces } = await stream(target)
  assert.deepEqual(types, ["text/plain"])
  assert.deepEqual(pieces, ["one", "two"])
  assert.equal(ending.is, "answered")
  assert.equal(ending.is === "answered" && ending.payload.length, 0)
  assert.equal((await stream(target)).pieces.join(""), "onetwo")
})

test("an answer that is not streamed comes in one piece", async () => {
  const { types, pieces } = await stream(aFunction("export const handler = async () => ({ a: 1 })"))
  assert.deepEqual([types, pieces], [["application/json"], ['{"a":1}']])
})

test("a stream that nobody follows is collected", async () => {
  const target = streaming("out.write('{\"a\":'); out.write('1}'); out.end()")
  assert.deepEqual(answerOf(await world.runtime.invoke(target, invocation())), { a: 1 })
})

test("status, headers and cookies go before the bytes of an HTTP response", async () => {
  const target = streaming(
    "const http = awslambda.HttpResponseStream.from(out, { statusCode: 201, cookies: ['a=b'] }); http.write('body'); http.end()",
  )
  const { types, pieces } = await stream(target)
  assert.deepEqual(types, ["application/vnd.awslambda.http-integration-response"])
  assert.equal(pieces.join(""), '{"statusCode":201,"cookies":["a=b"]}\0\0\0\0\0\0\0\0body')
})

test("much is streamed no faster than it is taken", async () => {
  const target = streaming(
    "await pipeline(async function* () { for (let i = 0; i < 200; i++) yield Buffer.alloc(100_000, i) }, out); ",
  )
  let bytes = 0
  let atOnce = 0
  const { ending } = await stream(
    target,
    {},
    {
      async onPiece(piece) {
        assert.equal(++atOnce, 1)
        bytes += piece.length
        await new Promise(setImmediate)
        atOnce--
      },
    },
  )
  assert.equal(ending.is, "answered", JSON.stringify(ending))
  assert.equal(bytes, 20_000_000)
})

test("an error in the middle comes behind what was written", async () => {
  const target = streaming("out.write('some'); await sleep(50); throw new RangeError('then no more')")
  const { ending, pieces } = await stream(target)
  assert.deepEqual(pieces, ["some"])
  assert.equal(errorOf(ending).errorType, "RangeError")
  assert.equal(errorOf(ending).errorMessage, "then no more")
  assert.match(logOf(ending), /ERROR\tInvoke Error \t\{"errorType":"RangeError"/)
  assert.equal((await stream(target)).pieces[0], "some")
})

test("a stream that is not ended is an error", async () => {
  const { ending } = await stream(streaming("out.write('some')"))
  assert.equal(errorOf(ending).errorMessage, "Response stream is not finished.")
})

test("a handler that is not async cannot stream", async () => {
  const target = aFunction("export const handler = awslambda.streamifyResponse((event, out) => { out.end('x') })")
  const { ending } = await stream(target)
  assert.equal(errorOf(ending).errorMessage, "Streaming does not support non-async handlers.")
})

test("a stream that stops is ended at the time limit", async () => {
  const target = {
    ...streaming("out.write('some'); await new Promise(() => setInterval(() => {}, 1000))"),
    timeoutSeconds: 1,
  }
  const { ending, pieces } = await stream(target)
  assert.deepEqual(pieces, ["some"])
  assert.equal(errorOf(ending).errorType, "Sandbox.Timedout")
})
