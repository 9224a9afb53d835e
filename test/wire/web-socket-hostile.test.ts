import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { connect as connectTo, type Socket } from "node:net"
import { after, before, describe, it } from "node:test"
import { IAM } from "@aws-sdk/client-iam"
import { askControl } from "../harness/control.ts"
import { eventually } from "../harness/eventually.ts"
import { type Client, openWebSocketWorld, type SocketApi, type WebSocketWorld } from "./web-socket-world.ts"

const FRAME = 32 * 1024
const MESSAGE = 128 * 1024

let world: WebSocketWorld
let api: SocketApi
before(async () => {
  world = await openWebSocketWorld(["--clock-control"])
  api = await world.makeSocketApi()
  const IntegrationId = await api.integrate({
    IntegrationType: "MOCK",
    TemplateSelectionExpression: "\\$default",
    RequestTemplates: { $default: '{"statusCode":200}' },
  })
  await world.gateway.createIntegrationResponse({
    ApiId: api.ApiId,
    IntegrationId,
    IntegrationResponseKey: "$default",
    TemplateSelectionExpression: "\\$default",
    ResponseTemplates: { $default: '{"id":"$context.connectionId"}' },
  })
  await api.answer(await api.route("$default", IntegrationId))
})
after(() => world[Symbol.asyncDispose]())

async function idOf(client: Client): Promise<string> {
  client.send("who")
  return ((await client.next()) as { id: string }).id
}

/** A connection whose frames are made by hand. */
async function raw(headers: Record<string, string> = {}): Promise<{ socket: Socket; head: string }> {
  const { port, pathname, host } = new URL(api.url)
  const socket = connectTo(Number(port), "127.0.0.1")
  const lines = Object.entries({
    Host: host,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n`)
  let head = ""
  while (!head.includes("\r\n\r\n")) head += String((await once(socket, "data"))[0])
  return { socket, head }
}

/** Masked with nothing. */
function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = first
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127)
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, Buffer.alloc(4), payload])
}

/** The status of the close frame that comes, after whatever comes before it. */
async function closeOf(socket: Socket): Promise<number> {
  let bytes = Buffer.alloc(0)
  for await (const piece of socket) {
    bytes = Buffer.concat([bytes, piece as Buffer])
    while (bytes.length >= 2) {
      const length = bytes[1]! & 0x7f
      if (length > 125) throw new Error("a longer frame than was expected")
      if (bytes.length < 2 + length) break
      if (bytes[0] === 0x88) return bytes.readUInt16BE(2)
      bytes = bytes.subarray(2 + length)
    }
  }
  return 0
}

describe("hostile clients", () => {
  it("send as much as may be in frames as long as may be", async () => {
    const client = await api.connect()
    for (let i = 0; i < 4; i++) client.socket.send(Buffer.alloc(FRAME, "a"), { binary: false, fin: i === 3 })
    assert.ok(((await client.next()) as { id: string }).id)
    client.socket.close()
  })

  it("are told 1009 of a frame that is too long, before it is whole", async () => {
    const { socket } = await raw()
    socket.write(frame(0x81, Buffer.alloc(FRAME + 1, "a")).subarray(0, 100))
    assert.equal(await closeOf(socket), 1009)
    socket.destroy()
  })

  it("are told 1009 of a message that is too long", async () => {
    const client = await api.connect()
    for (let i = 0; i < 5; i++) client.socket.send(Buffer.alloc(FRAME, "a"), { binary: false, fin: false })
    assert.equal((await client.closed)[0], 1009)
  })

  it("are told 1003 of bytes", async () => {
    const client = await api.connect()
    client.socket.send(Buffer.from([1, 2, 3]))
    assert.equal((await client.closed)[0], 1003)
  })

  for (const [name, bytes, status] of [
    ["no UTF-8", frame(0x81, Buffer.from([0xc3, 0x28])), 1007],
    ["a reserved bit", frame(0xc1, Buffer.from("x")), 1002],
    ["a reserved opcode", frame(0x83, Buffer.from("x")), 1002],
    ["a frame that goes on with nothing", frame(0x80, Buffer.from("x")), 1002],
    ["a frame without a mask", Buffer.from([0x81, 1, 0x61]), 1002],
    ["a control frame in pieces", frame(0x09, Buffer.from("x")), 1002],
    ["a close frame of one byte", frame(0x88, Buffer.from("x")), 1002],
    ["a length of 2^63", Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 1009],
    [
      "a message of thousands of pieces",
      Buffer.concat([frame(1, Buffer.from("a")), ...Array(2_000).fill(frame(0, Buffer.from("a")))]),
      1008,
    ],
  ] as const)
    it(`are told ${status} of ${name}`, async () => {
      const { socket } = await raw()
      socket.write(bytes)
      assert.equal(await closeOf(socket), status)
      socket.destroy()
    })

  it("ask for WebSockets without knowing how, and are answered as anybody", async () => {
    for (const headers of [
      { "Sec-WebSocket-Key": "short" },
      { "Sec-WebSocket-Version": "12" },
      { Upgrade: "h2c" },
    ] as Record<string, string>[]) {
      const { socket, head } = await raw(headers)
      assert.match(head, /^HTTP\/1\.1 403 /)
      socket.destroy()
    }
  })

  it("ask for WebSockets where there are none", async () => {
    const { port, host } = new URL(api.url)
    const socket = connectTo(Number(port), "127.0.0.1")
    socket.write(
      `GET /some-bucket/key HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    )
    let text = ""
    for await (const piece of socket) text += piece
    assert.match(text, /^HTTP\/1\.1 40[34] /)
    assert.match(text, /<Error>/)
  })

  it("do not wait for the answer to the request before, and get neither", async () => {
    const { port, host, pathname } = new URL(api.url)
    const socket = connectTo(Number(port), "127.0.0.1")
    socket.write(
      `GET /bucket/key HTTP/1.1\r\nHost: ${host}\r\n\r\nGET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    )
    let text = ""
    for await (const piece of socket) text += piece
    assert.doesNotMatch(text, /HTTP\/1\.1 101/)
  })

  it("are told why a message was refused", async () => {
    const other = await world.makeSocketApi()
    await other.route("only", await other.integrate({ IntegrationType: "MOCK" }))
    const client = await other.connect()
    client.send({ action: "else" })
    const { requestId } = (await client.next()) as { requestId: string }
    const explained = await world.server.explain(requestId)
    assert.match(explained, /No route of the stage's deployment takes the message/)
    client.socket.close()
  })

  it("do not read, and are no burden to those who send to them", async () => {
    const { socket } = await raw()
    socket.write(frame(0x81, Buffer.from("who")))
    const [piece] = (await once(socket, "data")) as [Buffer]
    const { id: ConnectionId } = JSON.parse(piece.subarray(2).toString())
    socket.pause()
    const refused = await eventually(() =>
      api.management.postToConnection({ ConnectionId, Data: Buffer.alloc(MESSAGE, "a") }).then(
        () => undefined,
        (error: Error) => error,
      ),
    )
    assert.equal(refused.name, "LimitExceededException")
    socket.destroy()
  })

  it("send more than 128 KB to a connection", async () => {
    const client = await api.connect()
    const ConnectionId = await idOf(client)
    await api.management.postToConnection({ ConnectionId, Data: Buffer.alloc(MESSAGE, "a") })
    await assert.rejects(api.management.postToConnection({ ConnectionId, Data: Buffer.alloc(MESSAGE + 1, "a") }), {
      name: "PayloadTooLargeException",
    })
    client.socket.close()
  })
})

describe("who may use @connections", () => {
  it("is whom a policy lets, by method and connection", async () => {
    const client = await api.connect()
    const ConnectionId = await idOf(client)
    const { server } = world
    const iam = new IAM(server.client)
    await iam.createUser({ UserName: "bert" })
    const { AccessKey } = await iam.createAccessKey({ UserName: "bert" })
    const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
    const { ApiGatewayManagementApi } = await import("@aws-sdk/client-apigatewaymanagementapi")
    const bert = new ApiGatewayManagementApi({
      ...server.clientOf(credentials),
      endpoint: api.url.replace("ws", "http"),
    })
    const asked = { ConnectionId, Data: "x" }
    await assert.rejects(bert.postToConnection(asked), (error: Error) => {
      assert.equal(error.name, "AccessDeniedException")
      assert.match(
        error.message,
        /execute-api:ManageConnections on resource: .*\/prod\/POST\/@connections\/\{connectionId\}/,
      )
      return true
    })
    await iam.putUserPolicy({
      UserName: "bert",
      PolicyName: "send",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "execute-api:ManageConnections",
            Resource: `${api.arn}/prod/POST/@connections/${ConnectionId}`,
          },
        ],
      }),
    })
    await bert.postToConnection(asked)
    assert.equal(await client.next(), "x")
    await assert.rejects(bert.getConnection({ ConnectionId }), { name: "AccessDeniedException" })
    await assert.rejects(bert.deleteConnection({ ConnectionId }), { name: "AccessDeniedException" })
    client.socket.close()
  })

  it("is nobody who has not signed, and nobody by another stage", async () => {
    const client = await api.connect()
    const ConnectionId = await idOf(client)
    const answer = await fetch(`${api.url.replace("ws", "http")}/@connections/${ConnectionId}`)
    assert.equal(answer.status, 403)
    assert.deepEqual(await answer.json(), { message: "Missing Authentication Token" })
    const other = await world.makeSocketApi()
    await other.route("only", world.arn("nothing"))
    await assert.rejects(other.management.getConnection({ ConnectionId }), { name: "ForbiddenException" })
    await assert.rejects(api.management.getConnection({ ConnectionId: "AAAAAAAAAAAAAAA=" }), { name: "GoneException" })
    await assert.rejects(api.management.getConnection({ ConnectionId: "../x" }), {
      name: "BadRequestException",
      message: "Invalid connectionId: ../x",
    })
    client.socket.close()
  })
})

describe("how long a connection lasts", () => {
  const pass = async (minutes: number) => {
    const { now } = await askControl(world.server, "GET", "clock")
    await askControl(world.server, "POST", "clock", { now: new Date(Date.parse(now) + minutes * 60_000).toISOString() })
  }

  it("is ten minutes without a message", async () => {
    const client = await api.connect()
    await idOf(client)
    await pass(9)
    await idOf(client)
    await pass(9)
    await idOf(client)
    await pass(10)
    assert.deepEqual(await client.closed, [1001, "Going away"])
  })

  it("ends with the server", async () => {
    const other = await openWebSocketWorld()
    const chat = await other.makeSocketApi()
    await chat.route("only", other.arn("nothing"))
    const client = await chat.connect()
    await other[Symbol.asyncDispose]()
    assert.equal((await client.closed)[0], 1001)
  })
})
