import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { get, type IncomingMessage, request } from "node:http"
import { test } from "node:test"
import { eventually } from "../../test/harness/eventually.ts"
import { listen } from "../server.ts"
import { type BodyOnItsWay, readBody } from "../wire/body.ts"
import type { HttpRequest, HttpResponse } from "../wire/http.ts"

const MEBIBYTE = 1024 * 1024

async function serving(answer: (request: HttpRequest) => Promise<HttpResponse>) {
  const faults: unknown[] = []
  const onFault = (error: unknown) => void faults.push(error)
  const server = await listen({ host: "127.0.0.1", port: 0, trustedProxies: [], answer, onFault })
  return { url: `http://127.0.0.1:${server.port}`, faults, [Symbol.asyncDispose]: () => server.close() }
}

/** A body whose pieces have one memory, which is overwritten as soon as the next is asked for. */
async function* inOneMemory(bytes: Buffer, onEnd = () => {}): AsyncGenerator<Uint8Array> {
  const memory = Buffer.alloc(300_000)
  try {
    for (let at = 0; at < bytes.length; at += memory.length) {
      const length = bytes.copy(memory, 0, at)
      yield memory.subarray(0, length)
      memory.fill(0)
    }
  } finally {
    onEnd()
  }
}

const opened = async (url: string): Promise<IncomingMessage> => (await once(get(url), "response"))[0]

test("a piece of an answer has left when its memory is used again, however slow its reader is", async () => {
  const bytes = randomBytes(12 * MEBIBYTE)
  await using server = await serving(async () => ({
    status: 200,
    headers: { "content-length": bytes.length },
    body: inOneMemory(bytes),
  }))
  const answer = await opened(server.url)
  const hash = createHash("sha256")
  for await (const piece of answer) {
    hash.update(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(hash.digest("hex"), createHash("sha256").update(bytes).digest("hex"))
})

test("a body is left when its reader goes away, and that is no fault", async () => {
  let ended = 0
  await using server = await serving(async () => ({
    status: 200,
    headers: { "content-length": 32 * MEBIBYTE },
    body: inOneMemory(Buffer.alloc(32 * MEBIBYTE), () => ended++),
  }))
  const answer = await opened(server.url)
  await once(answer, "readable")
  answer.destroy()
  await eventually(() => ended === 1)
  assert.deepEqual(server.faults, [])
})

test("a body that fails in the middle cuts the connection, and that is told", async () => {
  await using server = await serving(async () => ({
    status: 200,
    headers: { "content-length": MEBIBYTE },
    body: (async function* () {
      yield Buffer.alloc(1000)
      throw new Error("the disk is gone")
    })(),
  }))
  const answer = await opened(server.url)
  await assert.rejects(
    async () => {
      for await (const _ of answer);
    },
    { code: "ECONNRESET" },
  )
  assert.deepEqual(server.faults.map(String), ["Error: the disk is gone"])
})

test("the memory of a body that comes is given back piece by piece", async () => {
  const held: Uint8Array[] = []
  let hash = ""
  await using server = await serving(async ({ body }) => {
    const running = createHash("sha256")
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      running.update(piece)
      held.push(piece)
    }
    hash = running.digest("hex")
    return { status: 200, headers: {}, body: undefined }
  })
  const bytes = randomBytes(4 * MEBIBYTE)
  const sending = request(server.url, { method: "PUT", headers: { "content-length": bytes.length } })
  sending.end(bytes)
  const [answer] = await once(sending, "response")
  answer.resume()
  assert.equal(hash, createHash("sha256").update(bytes).digest("hex"))
  const left = held.reduce((sum, { length }) => sum + length, 0)
  assert.ok(left < bytes.length / 2, `${left} bytes of ${held.length} pieces are still there`)
})

test("the memory of a body that was read whole and lent to nobody is given back at once", async () => {
  let whole: Uint8Array = Buffer.of()
  let hash = ""
  await using server = await serving(async ({ body }) => {
    whole = await readBody(body, 4 * MEBIBYTE)
    hash = createHash("sha256").update(whole).digest("hex")
    ;(body as BodyOnItsWay).release()
    return { status: 200, headers: {}, body: undefined }
  })
  const bytes = randomBytes(MEBIBYTE)
  for (const headers of [{ "content-length": bytes.length }, { "transfer-encoding": "chunked" }]) {
    const sending = request(server.url, { method: "PUT", headers })
    sending.end(bytes)
    const [answer] = await once(sending, "response")
    answer.resume()
    assert.equal(hash, createHash("sha256").update(bytes).digest("hex"))
    assert.equal(whole.length, 0)
  }
})
