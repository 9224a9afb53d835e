import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:http"
import { connect } from "node:http2"
import { connect as connectSocket } from "node:net"
import { describe, test } from "node:test"
import { eventually } from "../../../test/harness/eventually.ts"
import {
  codeOf,
  END_HEADERS,
  END_STREAM,
  fields,
  frame,
  head,
  PREFACE,
  type RawHttp2,
  REQUEST,
  rawHttp2,
  TYPE,
} from "../../../test/harness/raw-http2.ts"
import { listen, type ServerOptions } from "../../server.ts"
import { BodyRefusal, readBody } from "../../wire/body.ts"
import type { HttpRequest, HttpResponse } from "../../wire/http.ts"
import { divertHttp2 } from "../protocol.ts"

const CALM = 0xb
const REFUSED = 0x7
const PROTOCOL = 0x1
const COMPRESSION = 0x9

async function serving(answer: (request: HttpRequest) => Promise<HttpResponse>, options: Partial<ServerOptions> = {}) {
  const faults: unknown[] = []
  const onFault = (error: unknown) => void faults.push(error)
  const server = await listen({ host: "127.0.0.1", port: 0, trustedProxies: [], answer, onFault, ...options })
  return { url: `http://127.0.0.1:${server.port}`, faults, [Symbol.asyncDispose]: () => server.close() }
}

const text = (status: number, body: string): HttpResponse => ({ status, headers: {}, body })

/** Answers with the body, or with what is wrong with it. */
const echo = async ({ body }: HttpRequest): Promise<HttpResponse> => {
  try {
    return text(200, Buffer.from(await readBody(body, 1024 * 1024)).toString())
  } catch (error) {
    if (!(error instanceof BodyRefusal)) throw error
    return text(error.status, error.problem)
  }
}

/** Another connection is answered. */
async function assertLives(url: string): Promise<void> {
  const session = connect(url)
  const stream = session.request({ ":method": "POST", ":path": "/" })
  stream.end("hello")
  const [headers] = await once(stream, "response")
  assert.equal(headers[":status"], 200)
  stream.resume()
  await once(stream, "end")
  session.destroy()
}

/** The status that a stream is answered with, and the body until now. */
async function answerTo(connection: RawHttp2, stream: number): Promise<{ body: string }> {
  const isEnd = ({ type, flags, stream: of }: { type: number; flags: number; stream: number }) =>
    of === stream && type === TYPE.data && (flags & END_STREAM) !== 0
  const frames = await connection.frames(isEnd)
  const pieces = frames.filter((one) => one.type === TYPE.data && one.stream === stream)
  return { body: Buffer.concat(pieces.map(({ payload }) => payload)).toString() }
}

const FLOODS: [what: string, send: (connection: RawHttp2) => void][] = [
  ["pings", ({ send }) => send(...Array.from({ length: 20_000 }, () => frame(TYPE.ping, 0, 0, Buffer.alloc(8))))],
  ["settings", ({ send }) => send(...Array.from({ length: 20_000 }, () => frame(TYPE.settings, 0, 0)))],
  [
    "continuations of a head",
    ({ send }) =>
      send(
        frame(TYPE.headers, 0, 1, fields(...REQUEST)),
        ...Array.from({ length: 5_000 }, (_, i) => frame(TYPE.continuation, 0, 1, fields([`h${i}`, "x"]))),
      ),
  ],
  [
    "empty continuations of a head",
    ({ send }) =>
      send(
        frame(TYPE.headers, 0, 1, fields(...REQUEST)),
        ...Array.from({ length: 5_000 }, () => frame(TYPE.continuation, 0, 1)),
      ),
  ],
  [
    "empty frames of a body",
    ({ send }) => send(head(1), ...Array.from({ length: 5_000 }, () => frame(TYPE.data, 0, 1))),
  ],
  [
    "requests that are taken back at once",
    ({ send }) => {
      for (let i = 0; i < 5_000; i++) send(head(2 * i + 1), frame(TYPE.reset, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8])))
    },
  ],
  ["what is no frame", ({ send }) => send(Buffer.alloc(100_000, "x"))],
  ["a window without end", ({ send }) => send(frame(TYPE.window, 0, 0, Buffer.from([127, 255, 255, 255])))],
]

describe("a connection that sends", () => {
  for (const [what, send] of FLOODS)
    test(`${what} ends, and the server lives`, async () => {
      let asked = 0
      await using server = await serving(async (request) => {
        asked++
        return echo(request)
      })
      await using connection = await rawHttp2(server.url)
      connection.socket.pause()
      send(connection)
      connection.socket.resume()
      await connection.closed()
      assert.ok(asked <= 600, `${asked} requests were answered`)
      await assertLives(server.url)
      assert.deepEqual(server.faults, [])
    })
})

const HEADS: [what: string, pairs: [string, string][], code: number][] = [
  ["a field of 70 KB", [...REQUEST, ["x", "y".repeat(70_000)]], COMPRESSION],
  ["2000 fields", [...REQUEST, ...Array.from({ length: 2000 }, (_, i): [string, string] => [`h${i}`, ""])], CALM],
  ["a field in capitals", [...REQUEST, ["Host", "localhost"]], PROTOCOL],
  ["a field of HTTP/1.1's connections", [...REQUEST, ["transfer-encoding", "chunked"]], PROTOCOL],
  ["no path", REQUEST.filter(([name]) => name !== ":path"), PROTOCOL],
  ["no host", REQUEST.filter(([name]) => name !== ":authority"), PROTOCOL],
]

describe("a head with", () => {
  for (const [what, pairs, code] of HEADS)
    test(`${what} is refused, and so is nothing else`, async () => {
      await using server = await serving(echo)
      await using connection = await rawHttp2(server.url)
      const block = fields(...pairs)
      const pieces: Buffer[] = []
      for (let at = 0; at < block.length; at += 16_000) pieces.push(block.subarray(at, at + 16_000))
      connection.send(
        ...pieces.map((piece, i) =>
          frame(i === 0 ? TYPE.headers : TYPE.continuation, i === pieces.length - 1 ? END_HEADERS : 0, 1, piece),
        ),
      )
      const frames = await connection.frames(({ type }) => type === TYPE.reset || type === TYPE.goaway)
      assert.equal(codeOf(frames, 1) ?? codeOf(frames, 0), code)
      await assertLives(server.url)
    })

  test("fields of 70 KB is answered with 431", async () => {
    await using server = await serving(echo)
    const session = connect(server.url, { maxSendHeaderBlockLength: 200_000 })
    const stream = session.request({
      ":path": "/",
      x: "y".repeat(30_000),
      y: "y".repeat(30_000),
      z: "y".repeat(10_000),
    })
    const [headers] = await once(stream, "response")
    assert.equal(headers[":status"], 431)
    session.destroy()
  })

  test("two hosts is answered with 400", async () => {
    await using server = await serving(echo)
    await using connection = await rawHttp2(server.url)
    connection.send(frame(TYPE.headers, END_HEADERS | END_STREAM, 1, fields(...REQUEST, ["host", "another"])))
    const frames = await connection.frames(({ type, stream }) => type === TYPE.headers && stream === 1)
    // `:status: 400` is entry 12 of HPACK's static table.
    assert.equal(frames.find(({ type }) => type === TYPE.headers)!.payload[0], 0x80 | 12)
  })

  test("a line break in a value has no such field", async () => {
    let sent: HttpRequest | undefined
    await using server = await serving(async (request) => {
      sent = request
      return text(200, "")
    })
    await using connection = await rawHttp2(server.url)
    const pairs: [string, string][] = [...REQUEST, ["x", "a\r\nhost: b"], ["y", "b"]]
    connection.send(frame(TYPE.headers, END_HEADERS | END_STREAM, 1, fields(...pairs)))
    await connection.frames(({ type, stream }) => type === TYPE.headers && stream === 1)
    assert.deepEqual(sent!.rawHeaders, ["host", "localhost", "y", "b"])
    assert.deepEqual({ ...sent!.headers }, { host: "localhost", y: "b" })
  })
})

test("a body in crumbs is refused, and its connection ends", async () => {
  await using server = await serving(echo)
  await using connection = await rawHttp2(server.url)
  connection.send(head(1), ...Array.from({ length: 3000 }, () => frame(TYPE.data, 0, 1, Buffer.from("a"))))
  assert.equal((await answerTo(connection, 1)).body, "in crumbs")
  const ends = (await connection.closed()).filter(({ type }) => type === TYPE.goaway)
  assert.equal(ends[0]!.payload.readUInt32BE(4), CALM)
  await assertLives(server.url)
})

for (const [what, length, body] of [
  ["longer", "3", "long"],
  ["shorter", "9", "short"],
] as const)
  test(`a body that is ${what} than it says is not taken`, async () => {
    await using server = await serving(echo)
    await using connection = await rawHttp2(server.url)
    connection.send(head(1, ["content-length", length]), frame(TYPE.data, END_STREAM, 1, Buffer.from(body)))
    const frames = await connection.frames(({ type }) => type === TYPE.reset || type === TYPE.goaway)
    assert.ok((codeOf(frames, 1) ?? codeOf(frames, 0))! > 0)
    assert.ok(!frames.some(({ type }) => type === TYPE.headers))
    await assertLives(server.url)
  })

test("a body that hardly comes is refused, though others of its connection do", async () => {
  const pace = { tickMilliseconds: 10, windowTicks: 5, leastBytesPerSecond: 1000 }
  await using server = await serving(echo, { pace })
  await using connection = await rawHttp2(server.url)
  connection.send(head(1, ["content-length", "1000"]), frame(TYPE.data, 0, 1, Buffer.from("a")))
  let stream = 3
  const others = setInterval(() => {
    connection.send(head(stream), frame(TYPE.data, END_STREAM, stream, Buffer.alloc(1000)))
    stream += 2
  }, 5)
  assert.equal((await answerTo(connection, 1)).body, "too slow")
  clearInterval(others)
})

test("bodies of both protocols share one memory", async () => {
  let isHeld = () => {}
  const held = new Promise<void>((resolve) => {
    isHeld = resolve
  })
  let bodies = 0
  await using server = await serving(async ({ body }) => {
    try {
      const whole = await readBody(body, 16 * 1024 * 1024)
      if (++bodies === 6) isHeld()
      await held
      return text(200, String(whole.length))
    } catch (error) {
      isHeld()
      return text(503, (error as BodyRefusal).problem)
    }
  })
  const session = connect(server.url)
  const bytes = Buffer.alloc(16 * 1024 * 1024)
  const all = Array.from({ length: 4 }, () => fetch(server.url, { method: "POST", body: bytes }))
  const answers = await Promise.all([
    ...all.map(async (answer) => (await answer).text()),
    ...Array.from({ length: 3 }, () => send(bytes)),
  ])
  assert.equal(answers.filter((answer) => answer === "too many").length > 0, true)
  session.destroy()

  async function send(body: Buffer): Promise<string> {
    const own = connect(server.url, { maxSessionMemory: 100 })
    const stream = own.request({ ":method": "POST", ":path": "/", "content-length": body.length })
    stream.end(body)
    let answer = ""
    for await (const piece of stream) answer += piece
    own.destroy()
    return answer
  }
})

test("no more streams are taken at once than the settings say", async () => {
  let waiting = 0
  const release: (() => void)[] = []
  await using server = await serving(async () => {
    waiting++
    await new Promise<void>((resolve) => release.push(resolve))
    return text(200, "")
  })
  await using connection = await rawHttp2(server.url)
  for (let i = 0; i < 200; i++)
    connection.send(frame(TYPE.headers, END_HEADERS | END_STREAM, 2 * i + 1, fields(...REQUEST)))
  const frames = await connection.frames(({ type, stream }) => type === TYPE.reset && stream === 399)
  assert.equal(codeOf(frames, 399), REFUSED)
  assert.equal(waiting, 128)
  for (const one of release) one()
})

test("a connection that takes no answers gets no more than so many to lie", async () => {
  const MEBIBYTE = 1024 * 1024
  let asked = 0
  await using server = await serving(async () => {
    asked++
    return { status: 200, headers: {}, body: Buffer.alloc(4 * MEBIBYTE) }
  })
  // SETTINGS_INITIAL_WINDOW_SIZE: nothing may be sent.
  await using connection = await rawHttp2(server.url, Buffer.from([0, 4, 0, 0, 0, 0]))
  for (let i = 0; i < 40; i++) {
    connection.send(frame(TYPE.headers, END_HEADERS | END_STREAM, 2 * i + 1, fields(...REQUEST)))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const frames = await connection.frames(({ type, stream }) => type === TYPE.reset && stream === 79)
  assert.equal(codeOf(frames, 79), REFUSED)
  assert.ok(asked < 15, `${asked} answers`)
  await using other = await rawHttp2(server.url)
  other.send(frame(TYPE.headers, END_HEADERS | END_STREAM, 1, fields(...REQUEST)))
  await other.frames(({ type }) => type === TYPE.data)
})

test("first bytes that come one by one are read as what they become", async () => {
  await using server = await serving(echo)
  const { hostname, port } = new URL(server.url)
  for (const [said, expected] of [
    ["PROPFIND / HTTP/1.1\r\nhost: a\r\n\r\n", /^HTTP\/1\.1 200/],
    ["PRIME / HTTP/1.1\r\nhost: a\r\n\r\n", /^.{9}/s],
    [PREFACE.toString("latin1") + frame(TYPE.settings, 0, 0).toString("latin1"), /^.{9}/s],
    ["P", /^$/],
  ] as const) {
    const socket = connectSocket(Number(port), hostname).setNoDelay(true)
    let heard = ""
    socket.setEncoding("latin1").on("data", (more) => {
      heard += more
    })
    for (const byte of said) {
      socket.write(byte, "latin1")
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (said === "P") socket.end()
    else await eventually(() => heard.length > 9 || socket.destroyed)
    if (said === "P") await once(socket, "close")
    assert.match(heard, expected)
    socket.destroy()
  }
})

test("a connection that says nothing ends, and one that was silent for a while is served", async () => {
  const server = createServer((_, outgoing) => outgoing.end("yes"))
  const unheard = divertHttp2(server, false, () => assert.fail(), 500)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as { port: number }
  const silent = connectSocket(port, "127.0.0.1")
  const beginning = connectSocket(port, "127.0.0.1")
  beginning.write("P")
  const late = connectSocket(port, "127.0.0.1").setEncoding("latin1")
  await new Promise((resolve) => setImmediate(resolve))
  late.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n")
  assert.match(String((await once(late, "data"))[0]), /^HTTP\/1\.1 200/)
  await Promise.all([once(silent, "close"), once(beginning, "close")])
  const waiting = connectSocket(port, "127.0.0.1")
  await once(server, "connection")
  unheard.close()
  await once(waiting, "close")
  late.destroy()
  await new Promise((resolve) => server.close(resolve))
})
