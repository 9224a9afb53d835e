import assert from "node:assert/strict"
import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import { after, before, test } from "node:test"
import { collect } from "./collect.ts"
import { type Exchange, serveConnection } from "./connection.ts"

/** What was asked by GET, and waits. */
let asked: Exchange[] = []
let onAsked = () => {}
const server = createServer((socket) => {
  serveConnection(socket, {
    begin({ method }, exchange) {
      if (method === "GET") {
        asked.push(exchange)
        onAsked()
        return undefined
      }
      return collect(100_000, {
        overflow() {},
        end: (body) => exchange.respond("202 Accepted", "", body.subarray(0, 2)),
      })
    },
    onClose() {},
  })
})
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
})
after(() => server.close())

async function open(): Promise<{ socket: Socket; untilAsked: Promise<void>; come(end: string): Promise<string> }> {
  asked = []
  const untilAsked = new Promise<void>((resolve) => {
    onAsked = resolve
  })
  const socket = connect((server.address() as { port: number }).port, "127.0.0.1").setNoDelay(true)
  await once(socket, "connect")
  let text = ""
  socket.on("data", (bytes) => {
    text += bytes
  })
  return {
    socket,
    untilAsked,
    async come(end) {
      while (!text.endsWith(end)) await once(socket, "data")
      return text
    },
  }
}

const answerTo = (body: string, status = "202 Accepted") =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
const POST = "POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nok"
const GET = "GET /b HTTP/1.1\r\n\r\n"

test("who asks for more before an answer gets both answers, in their order and in one piece", async () => {
  const { socket, untilAsked, come } = await open()
  const pieces: string[] = []
  socket.on("data", (bytes) => pieces.push(`${bytes}`))
  socket.write(POST + GET)
  await untilAsked
  asked[0]!.respond("200 OK", "", "event")
  assert.equal(await come("event"), answerTo("ok") + answerTo("event", "200 OK"))
  assert.equal(pieces.length, 1)
  socket.destroy()
})

test("who waits for an answer has it before they ask for more", async () => {
  const { socket, untilAsked, come } = await open()
  socket.write(POST)
  await come("ok")
  socket.write(GET)
  await untilAsked
  asked[0]!.respond("200 OK", "", new Uint8Array([0x65, 0xc3, 0xa9]))
  const text = await come("é")
  assert.equal(text, `${answerTo("ok")}HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\neé`)
  socket.destroy()
})

test("texts and bytes go out as they are, short and long", async () => {
  for (const content of ["ü€", Buffer.from("ü€"), "€".repeat(20_000), Buffer.from("€".repeat(20_000))]) {
    const { socket, untilAsked, come } = await open()
    socket.setEncoding("utf8").write(POST + GET)
    await untilAsked
    asked[0]!.respond("200 OK", "", content)
    const text = `${content}`
    assert.equal(
      await come(text),
      `${answerTo("ok")}HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    )
    socket.destroy()
  }
})
