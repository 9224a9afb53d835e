import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { openWebSocketWorld, type Refused, type SocketApi, type WebSocketWorld } from "./web-socket-world.ts"

let world: WebSocketWorld
let echo: string
before(async () => {
  world = await openWebSocketWorld()
  echo = await world.makeFunction("echo", "return { statusCode: 200, body: JSON.stringify(event) }")
})
after(() => world[Symbol.asyncDispose]())

describe("a WebSocket API", () => {
  let api: SocketApi
  before(async () => {
    api = await world.makeSocketApi()
    await api.answer(await api.route("greet", echo))
    await api.answer(await api.route("$default", echo))
    await api.route("quiet", echo)
  })

  it("leads messages to the route that they name, and sends back what it answers", async () => {
    const client = await api.connect({ headers: { "User-Agent": "tester" } })
    client.send({ action: "quiet" })
    client.send({ action: "greet", n: 1 })
    const event = (await client.next()) as { requestContext: Record<string, unknown> } & Record<string, unknown>
    const { requestContext: context, ...rest } = event
    assert.deepEqual(rest, { body: '{"action":"greet","n":1}', isBase64Encoded: false })
    const { connectionId, requestId, extendedRequestId, messageId, connectedAt, requestTimeEpoch, ...told } = context
    assert.match(String(connectionId), /^[\w-]{15}=$/)
    assert.match(String(messageId), /^[\w-]{15}=$/)
    assert.equal(requestId, extendedRequestId)
    assert.ok(Number(requestTimeEpoch) >= Number(connectedAt))
    assert.match(String(told.requestTime), /^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
    delete told.requestTime
    assert.deepEqual(told, {
      routeKey: "greet",
      eventType: "MESSAGE",
      messageDirection: "IN",
      stage: "prod",
      identity: { sourceIp: "127.0.0.1", userAgent: "tester" },
      domainName: "127.0.0.1",
      apiId: api.ApiId,
    })
    client.socket.close()
  })

  for (const [name, message] of [
    ["what names no route", { action: "nothing" }],
    ["what names none at all", { other: 1 }],
    ["a name that is no text", { action: { toString: null } }],
    ["a reserved route", { action: "$connect" }],
    ["another reserved route", { action: "$disconnect" }],
    ["a name of every object", { action: "__proto__" }],
    ["what is no JSON", "hello"],
    ["a list", "[1]"],
    ["null", "null"],
  ] as const)
    it(`has $default take ${name}`, async () => {
      const client = await api.connect()
      client.send(message)
      const { requestContext, body } = (await client.next()) as {
        requestContext: { routeKey: string }
        body: string
      }
      assert.equal(requestContext.routeKey, "$default")
      assert.equal(body, typeof message === "string" ? message : JSON.stringify(message))
      client.socket.close()
    })

  it("sends, tells and ends by @connections", async () => {
    const client = await api.connect({ headers: { "User-Agent": "tester" } })
    client.send({ action: "greet" })
    const { requestContext } = (await client.next()) as { requestContext: { connectionId: string } }
    const { connectionId: ConnectionId } = requestContext
    await api.management.postToConnection({ ConnectionId, Data: "für dich" })
    assert.equal(await client.next(), "für dich")
    const { ConnectedAt, LastActiveAt, Identity } = await api.management.getConnection({ ConnectionId })
    assert.ok(ConnectedAt! <= LastActiveAt!)
    assert.deepEqual(Identity, { SourceIp: "127.0.0.1", UserAgent: "tester" })
    const { $metadata } = await api.management.deleteConnection({ ConnectionId })
    assert.equal($metadata.httpStatusCode, 204)
    assert.deepEqual(await client.closed, [1000, "Connection Closed Normally"])
    for (const refused of [
      () => api.management.postToConnection({ ConnectionId, Data: "x" }),
      () => api.management.getConnection({ ConnectionId }),
      () => api.management.deleteConnection({ ConnectionId }),
    ])
      await assert.rejects(refused(), (error: { name: string; $metadata: { httpStatusCode?: number } }) => {
        assert.deepEqual([error.name, error.$metadata.httpStatusCode], ["GoneException", 410])
        return true
      })
  })

  it("refuses what no route is for", async () => {
    const other = await world.makeSocketApi()
    await other.route("only", echo)
    const client = await other.connect()
    client.send({ action: "else" })
    const { message, connectionId, requestId } = (await client.next()) as Record<string, string>
    assert.equal(message, "Forbidden")
    assert.match(connectionId!, /^[\w-]{15}=$/)
    assert.ok(requestId)
    client.socket.close()
  })

  it("refuses handshakes of stages that are not there", async () => {
    await assert.rejects(api.connect({ query: "x" }), (error: Refused) => error.status === 403)
  })
})
