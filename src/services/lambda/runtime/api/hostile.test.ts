import assert from "node:assert/strict"
import { connect, createServer, type Socket } from "node:net"
import { after, before, test } from "node:test"
import { collect } from "./collect.ts"
import { serveConnection } from "./connection.ts"
import type { RequestHead } from "./head.ts"

interface Seen {
  method: string
  path: string
  body: string
  trailers: Readonly<Record<string, string>>
}

let seen: Seen[] = []
const accepted = new Set<Socket>()
const server = createServer((socket) => {
  accepted.add(socket)
  serveConnection(socket, {
    begin: ({ method, path }: RequestHead, exchange) =>
      collect(1000, {
        overflow: () => exchange.respond("413 Request Entity Too Large", "", ""),
        end(body, trailers) {
          seen.push({ method, path, body: body.toString(), trailers })
          exchange.respond("200 OK", "", `${seen.length}`)
        },
      }),
    onClose: () => accepted.delete(socket),
  })
})
let port: number
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  port = (server.address() as { port: number }).port
})
after(() => server.close())

/** What comes back until so much has come, or the connection is closed. */
async function send(pieces: readonly (string | Buffer)[], isEnough: (text: string) => boolean): Promise<string> {
  seen = []
  const socket: Socket = connect(port, "127.0.0.1")
  socket.setNoDelay(true)
  let text = ""
  const done = new Promise<void>((resolve) => {
    socket.on("data", (bytes) => {
      text += bytes
      if (isEnough(text)) resolve()
    })
    socket.on("close", () => resolve())
    socket.on("error", () => resolve())
  })
  for (const piece of pieces) {
    socket.write(piece)
    await new Promise(setImmediate)
  }
  await done
  socket.destroy()
  return text
}

const answers = (count: number) => (text: string) => text.split("HTTP/1.1 200 OK").length > count
const CHUNKED = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

const GOOD: readonly { what: string; text: string; seen: readonly Partial<Seen>[] }[] = [
  { what: "a GET", text: "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", seen: [{ method: "GET", path: "/a", body: "" }] },
  { what: "a query, which is passed over", text: "GET /a?b=c HTTP/1.1\r\n\r\n", seen: [{ path: "/a" }] },
  { what: "an absolute address", text: "GET http://127.0.0.1:1/a HTTP/1.1\r\n\r\n", seen: [{ path: "/a" }] },
  { what: "a body", text: "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", seen: [{ body: "abc" }] },
  { what: "chunks", text: `${CHUNKED}3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n`, seen: [{ body: "abc0123456789" }] },
  {
    what: "trailers",
    text: `${CHUNKED}0\r\nX-Error:  no \r\n\r\n`,
    seen: [{ body: "", trailers: { "x-error": "no" } }],
  },
  {
    what: "requests before the answers to those before them",
    text: "POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nxGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n",
    seen: [{ path: "/a", body: "x" }, { path: "/b" }, { path: "/c" }],
  },
]

for (const { what, text, seen: expected } of GOOD)
  for (const cut of [text.length, 1])
    test(`it reads ${what}, ${cut === 1 ? "byte by byte" : "at once"}`, async () => {
      const pieces = text.match(new RegExp(`[\\s\\S]{1,${cut}}`, "g"))!
      await send(pieces, answers(expected.length))
      assert.equal(seen.length, expected.length)
      for (const [index, one] of expected.entries()) assert.deepEqual({ ...seen[index], ...one }, seen[index])
    })

test("a sender that asks first is told to go on", async () => {
  const text = await send(["POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", "ok"], (come) =>
    come.includes("200 OK"),
  )
  assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
})

test("a connection is closed where its sender wants that", async () => {
  for (const head of ["GET /a HTTP/1.1\r\nConnection: close\r\n\r\n", "GET /a HTTP/1.0\r\n\r\n"])
    assert.match(
      await send([head], () => false),
      /^HTTP\/1\.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1$/,
    )
})

test("a body of more than is taken is refused once, and the next request is answered", async () => {
  const large = `POST /a HTTP/1.1\r\nContent-Length: 5000\r\n\r\n${"x".repeat(5000)}GET /b HTTP/1.1\r\n\r\n`
  const text = await send([large], (come) => come.includes("200 OK"))
  assert.equal(text.split("413 ").length, 2)
  assert.deepEqual(
    seen.map(({ path }) => path),
    ["/b"],
  )
})

const BAD: readonly { what: string; bytes: string | Buffer; status: number }[] = [
  { what: "no HTTP", bytes: "hello\r\n\r\n", status: 400 },
  { what: "zeros", bytes: Buffer.concat([Buffer.alloc(100), Buffer.from("\r\n\r\n")]), status: 400 },
  { what: "a header without a name", bytes: "GET / HTTP/1.1\r\n: x\r\n\r\n", status: 400 },
  { what: "a hundred headers and more", bytes: `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(120)}\r\n`, status: 400 },
  { what: "a length that is none", bytes: "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", status: 400 },
  { what: "an encoding that is not known", bytes: "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", status: 501 },
  { what: "a chunk of no size", bytes: `${CHUNKED}zz\r\n`, status: 400 },
  { what: "a chunk that ends elsewhere", bytes: `${CHUNKED}1\r\nabc\r\n`, status: 400 },
  { what: "a chunk's size without end", bytes: `${CHUNKED}${"0".repeat(70_000)}`, status: 400 },
  { what: "a head without end", bytes: `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(220_000)}`, status: 431 },
]

for (const { what, bytes, status } of BAD)
  test(`it refuses ${what} with ${status}, and closes`, async () => {
    const text = await send([bytes], () => false)
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.equal(seen.length, 0)
  })

test("who does not read the answers is not asked for more requests, and gets all answers later", async () => {
  seen = []
  const socket = connect(port, "127.0.0.1").pause()
  await new Promise((resolve) => socket.once("connect", resolve))
  const [peer] = accepted
  const count = 200_000
  let most = 0
  const look = setInterval(() => {
    most = Math.max(most, peer!.writableLength)
  }, 1)
  socket.write("GET /a HTTP/1.1\r\n\r\n".repeat(count))
  // Until neither side takes more.
  for (let before = -1; before !== seen.length || before === 0; ) {
    before = seen.length
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  clearInterval(look)
  assert.ok(seen.length < count, `${seen.length}`)
  assert.ok(most < 1024 * 1024, `${most}`)
  let text = ""
  socket.on("data", (bytes) => {
    text += bytes
    if (text.endsWith(`\r\n${count}`)) socket.destroy()
  })
  socket.resume()
  await new Promise((resolve) => socket.once("close", resolve))
  assert.equal(text.split("200 OK").length - 1, count)
})
