import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2"
import { createServer } from "node:net"
import { test } from "node:test"
import { eventually } from "../../../test/harness/eventually.ts"
import { listen } from "../../server.ts"
import { readBody } from "../../wire/body.ts"
import type { EndlessBody, HttpRequest, HttpResponse } from "../../wire/http.ts"
import { createBodyMemory } from "../body-memory.ts"
import { createEndlessBodies } from "../endless.ts"
import { createPace } from "../pace.ts"
import { createSessions, type SessionOptions } from "./sessions.ts"

const MEBIBYTE = 1024 * 1024

async function serving(answer: (request: HttpRequest) => Promise<HttpResponse>) {
  const faults: unknown[] = []
  const onFault = (error: unknown) => void faults.push(error)
  const server = await listen({ host: "127.0.0.1", port: 0, trustedProxies: ["127.0.0.1"], answer, onFault })
  const url = `http://127.0.0.1:${server.port}`
  const session = connect(url)
  return {
    url,
    session,
    faults,
    close: () => server.close(),
    async [Symbol.asyncDispose]() {
      session.destroy()
      await server.close()
    },
  }
}

const text = (status: number, body: string): HttpResponse => ({ status, headers: {}, body })

async function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string | Buffer) {
  const stream = session.request(headers)
  if (body !== undefined) stream.end(body)
  let answered: IncomingHttpHeaders = {}
  stream.on("response", (given) => {
    answered = given
  })
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece)
  return { headers: answered, body: Buffer.concat(pieces) }
}

/** Pieces until it is told to end. */
function endless(): EndlessBody & { isEnded: boolean } {
  let wake = () => {}
  const body = {
    isEnded: false,
    end() {
      body.isEnded = true
      wake()
    },
    async *[Symbol.asyncIterator]() {
      yield Buffer.from("first")
      while (!body.isEnded) await new Promise<void>((resolve) => (wake = resolve))
      yield Buffer.from("last")
    },
  }
  return body
}

test("a request is read as one of HTTP/1.1", async () => {
  let read: HttpRequest | undefined
  await using server = await serving(async (request) => {
    read = request
    return text(200, Buffer.from(await readBody(request.body, 100)).toString())
  })
  const headers = {
    ":method": "PUT",
    ":path": "/a%20b?c=d",
    cookie: ["a=1", "b=2"],
    "x-amz-meta-a": ["1", "2"],
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-proto": "https",
  }
  const { body } = await ask(server.session, headers, "hello")
  assert.equal(body.toString(), "hello")
  const { host } = new URL(server.url)
  const { method, path, query, rawHeaders, remoteAddress, secure } = read!
  assert.deepEqual([method, path, query, remoteAddress, secure], ["PUT", "/a%20b", "c=d", "192.0.2.1", true])
  assert.deepEqual(
    [read!.headers.cookie, read!.headers["x-amz-meta-a"], read!.headers.host],
    ["a=1; b=2", "1, 2", host],
  )
  assert.deepEqual(rawHeaders, [
    ...["host", host, "cookie", "a=1; b=2", "x-amz-meta-a", "1", "x-amz-meta-a", "2"],
    ...["x-forwarded-for", "192.0.2.1", "x-forwarded-proto", "https"],
  ])
})

test("answers have what HTTP/2 has and no more", async () => {
  const answers: Record<string, HttpResponse> = {
    "/text": { status: 200, headers: { "Content-Type": "text/plain", Connection: "close" }, body: "ü" },
    "/none": { status: 204, headers: { "x-a": 1, "set-cookie": ["a=1", "b=2"] }, body: undefined },
    "/empty": { status: 200, headers: {}, body: "" },
    "/pieces": {
      status: 200,
      headers: { "transfer-encoding": "chunked" },
      body: (async function* () {
        yield Buffer.from("a")
        yield Buffer.from("b")
      })(),
    },
  }
  await using server = await serving(async ({ path }) => answers[path]!)
  const seen: unknown[] = []
  for (const [method, path] of [
    ["GET", "/text"],
    ["HEAD", "/text"],
    ["GET", "/none"],
    ["GET", "/empty"],
    ["GET", "/pieces"],
  ]) {
    const { headers, body } = await ask(server.session, { ":method": method, ":path": path })
    assert.ok(headers.date)
    const rest = Object.entries(headers).filter(([name]) => name !== "date")
    seen.push([Object.fromEntries(rest), body.toString()])
  }
  assert.deepEqual(seen, [
    [{ ":status": 200, "content-type": "text/plain", "content-length": "2" }, "ü"],
    [{ ":status": 200, "content-type": "text/plain", "content-length": "2" }, ""],
    [{ ":status": 204, "x-a": "1", "set-cookie": ["a=1", "b=2"] }, ""],
    [{ ":status": 200, "content-length": "0" }, ""],
    [{ ":status": 200 }, "ab"],
  ])
})

test("who waits for 100 Continue gets it when the body is asked for, and not else", async () => {
  await using server = await serving(async ({ path, body }) =>
    path === "/taken" ? text(200, Buffer.from(await readBody(body, 100)).toString()) : text(403, "no"),
  )
  const taken = server.session.request({ ":method": "PUT", ":path": "/taken", expect: "100-continue" })
  await once(taken, "continue")
  taken.end("hello")
  assert.equal(String((await once(taken, "data"))[0]), "hello")
  const refused = server.session.request({ ":method": "PUT", ":path": "/refused", expect: "100-continue" })
  refused.on("continue", () => assert.fail("nobody wants it"))
  const [headers] = await once(refused, "response")
  assert.equal(headers[":status"], 403)
  refused.resume()
  await once(refused, "close")
})

test("the sender of a long body that nobody wants hears the answer, and the connection goes on", async () => {
  await using server = await serving(async ({ path }) => text(path === "/refused" ? 403 : 200, "heard"))
  const { headers, body } = await ask(
    server.session,
    { ":method": "PUT", ":path": "/refused", "content-length": 5 * MEBIBYTE },
    Buffer.alloc(5 * MEBIBYTE),
  )
  assert.deepEqual([headers[":status"], body.toString()], [403, "heard"])
  assert.equal((await ask(server.session, { ":path": "/after" })).headers[":status"], 200)
  assert.deepEqual(server.faults, [])
})

test("pieces whose memory is used again have left when it is, however slow the reader is", async () => {
  const bytes = randomBytes(6 * MEBIBYTE)
  await using server = await serving(async () => ({
    status: 200,
    headers: {},
    body: (async function* () {
      const memory = Buffer.alloc(300_000)
      for (let at = 0; at < bytes.length; at += memory.length) {
        const length = bytes.copy(memory, 0, at)
        yield memory.subarray(0, length)
        memory.fill(0)
      }
    })(),
  }))
  const stream = server.session.request({ ":path": "/" })
  const hash = createHash("sha256")
  for await (const piece of stream) {
    hash.update(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(hash.digest("hex"), createHash("sha256").update(bytes).digest("hex"))
})

test("a body that fails in the middle ends its stream alone, and that is told", async () => {
  await using server = await serving(async ({ path }) => ({
    status: 200,
    headers: {},
    body:
      path === "/fails"
        ? (async function* () {
            yield Buffer.alloc(1000)
            throw new Error("the disk is gone")
          })()
        : "well",
  }))
  await assert.rejects(ask(server.session, { ":path": "/fails" }), { code: "ERR_HTTP2_STREAM_ERROR" })
  assert.deepEqual(server.faults.map(String), ["Error: the disk is gone"])
  assert.equal((await ask(server.session, { ":path": "/well" })).body.toString(), "well")
})

test("an endless body is told when its reader goes, by either protocol", async () => {
  const bodies: ReturnType<typeof endless>[] = []
  await using server = await serving(async () => {
    bodies.push(endless())
    return { status: 200, headers: {}, body: bodies.at(-1)! }
  })
  const stream = server.session.request({ ":path": "/" })
  await once(stream, "data")
  stream.close()
  await eventually(() => bodies[0]!.isEnded)
  const abort = new AbortController()
  await fetch(server.url, { signal: abort.signal })
  abort.abort()
  await eventually(() => bodies[1]!.isEnded)
})

test("at the end of the server what is under way is answered, endless bodies end, and nothing new is taken", async () => {
  const server = await serving(async ({ path }) => {
    if (path === "/endless") return { status: 200, headers: {}, body: endless() }
    await new Promise((resolve) => setTimeout(resolve, 50))
    return text(200, "late")
  })
  const idle = connect(server.url)
  await once(idle, "remoteSettings")
  const asked = ask(server.session, { ":path": "/slow" })
  const stream = server.session.request({ ":path": "/endless" })
  await once(stream, "response")
  const http1 = await fetch(`${server.url}/endless`)
  const goaway = once(server.session, "goaway")
  const closed = server.close()
  let heard = ""
  for await (const piece of stream) heard += piece
  assert.equal(heard, "firstlast")
  assert.equal(await http1.text(), "firstlast")
  assert.equal((await asked).body.toString(), "late")
  assert.equal((await goaway)[0], 0)
  await closed
  await assert.rejects(ask(server.session, { ":path": "/new" }))
  assert.ok(idle.destroyed || (await once(idle, "close")))
})

/** Sessions with limits of their own. */
async function bare(options: Partial<SessionOptions>) {
  const sessions = createSessions({
    limits: { memory: createBodyMemory(), pace: createPace() },
    endless: createEndlessBodies(),
    proxies: new Set(),
    answer: async () => text(200, "yes"),
    onFault: assert.fail,
    headerBytes: 65536,
    headerMilliseconds: 10_000,
    keepAliveMilliseconds: 10_000,
    silenceMilliseconds: 10_000,
    ...options,
  })
  const server = createServer((socket) => sessions.take(socket)).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as { port: number }
  return {
    session: connect(`http://127.0.0.1:${port}`),
    async [Symbol.asyncDispose]() {
      sessions.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test("a connection on which nothing is asked ends, whatever else it says", async () => {
  await using server = await bare({ headerMilliseconds: 50 })
  const pings = setInterval(() => server.session.ping(() => {}), 10)
  await once(server.session, "close")
  clearInterval(pings)
})

test("a connection ends some time after its last answer", async () => {
  await using server = await bare({ keepAliveMilliseconds: 50 })
  assert.equal((await ask(server.session, { ":path": "/" })).body.toString(), "yes")
  await once(server.session, "close")
})

test("a stream on which nothing moves is given up, and no other one", async () => {
  await using server = await bare({
    silenceMilliseconds: 300,
    answer: async ({ path, body }) => {
      if (path === "/silent") await assert.rejects(async () => readBody(body, 100), { problem: "aborted" })
      return text(200, "yes")
    },
  })
  const stream = server.session.request({ ":method": "POST", ":path": "/silent" })
  await assert.rejects(once(stream, "response"), { code: "ERR_HTTP2_STREAM_ERROR" })
  assert.equal((await ask(server.session, { ":path": "/" })).body.toString(), "yes")
})
