import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { rawConnection } from "../test/harness/raw-http.ts"
import { listen, type ServerOptions } from "./server.ts"
import { BodyRefusal, readBody } from "./wire/body.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"

const MEBIBYTE = 1024 * 1024

/** A server that answers as it is told to, and what it did not expect. */
async function serving(answer: (request: HttpRequest) => Promise<HttpResponse>, options: Partial<ServerOptions> = {}) {
  const faults: unknown[] = []
  const server = await listen({
    host: "127.0.0.1",
    port: 0,
    trustedProxies: [],
    answer,
    onFault: (error) => void faults.push(error),
    ...options,
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    faults,
    [Symbol.asyncDispose]: () => server.close(),
  }
}

const text = (status: number, body: string): HttpResponse => ({ status, headers: {}, body })
const upload = (bytes: number, ...headers: string[]) =>
  `${["PUT /bucket/key HTTP/1.1", "host: a", `content-length: ${bytes}`, ...headers].join("\r\n")}\r\n\r\n`

/** What a handler may do with a body that it does not take to its end. */
const LEAVES: Record<string, (request: HttpRequest) => Promise<HttpResponse>> = {
  "asks for none of it": async () => text(403, "no"),
  "leaves its loop": async ({ body }) => {
    for await (const _ of body as AsyncIterable<Uint8Array>) break
    return text(403, "no")
  },
  "throws in its loop, and that is answered": async ({ body }) => {
    try {
      for await (const _ of body as AsyncIterable<Uint8Array>) throw new Error("the disk is full")
    } catch {}
    return text(503, "no")
  },
  "takes only so much of it": async ({ body }) => {
    await assert.rejects(async () => readBody(body, 1000), BodyRefusal)
    return text(413, "no")
  },
}

for (const [what, answer] of Object.entries(LEAVES))
  for (const [size, bytes] of [
    ["long", 13 * MEBIBYTE],
    ["short", 200_000],
  ] as const)
    test(`a handler that ${what}: the sender of a ${size} body hears the answer, and the connection closes`, async () => {
      await using server = await serving(answer)
      await using connection = await rawConnection(server.url)
      connection.send(upload(bytes))
      connection.send(Buffer.alloc(bytes / 2))
      // The other half is on its way while the answer is.
      const half = connection.answers(1)
      connection.send(Buffer.alloc(bytes / 2))
      const [heard] = await half
      assert.equal(heard?.body, "no")
      assert.match(heard.head, /^connection: close$/im)
      assert.doesNotMatch(heard.head, /keep-alive/i)
      await connection.closed()
      assert.deepEqual(server.faults, [])
    })

test("a handler that throws what nobody answers: the sender is told, and the connection does not hang", async () => {
  await using server = await serving(async ({ body }) => {
    for await (const _ of body as AsyncIterable<Uint8Array>) throw new Error("nobody expects this")
    return text(200, "")
  })
  await using connection = await rawConnection(server.url)
  connection.send(upload(MEBIBYTE))
  connection.send(Buffer.alloc(MEBIBYTE))
  assert.equal((await connection.answers(1))[0]?.status, 500)
  await connection.closed()
  assert.equal(server.faults.length, 1)
})

test("a body that is all here is nobody's trouble: the connection goes on", async () => {
  await using server = await serving(async () => text(403, "no"))
  await using connection = await rawConnection(server.url)
  connection.send(`${upload(5)}hello`)
  const [first] = await connection.answers(1)
  assert.doesNotMatch(first!.head, /connection: close/i)
  connection.send(`${upload(5)}hello`)
  assert.equal((await connection.answers(2)).length, 2)
})

test("an answer that streams is sent whole though the body was not taken", async () => {
  await using server = await serving(async () => ({
    status: 200,
    headers: { "content-length": 4 * 64 * 1024 },
    body: (async function* () {
      for (let i = 0; i < 4; i++) yield Buffer.alloc(64 * 1024, "x")
    })(),
  }))
  await using connection = await rawConnection(server.url)
  connection.send(upload(MEBIBYTE))
  connection.send(Buffer.alloc(MEBIBYTE))
  assert.equal((await connection.answers(1))[0]?.body.length, 4 * 64 * 1024)
  await connection.closed()
})

describe("who expects", () => {
  test("100-continue is answered at once where nobody wants the body", async () => {
    await using server = await serving(async () => text(403, "no"))
    await using connection = await rawConnection(server.url)
    connection.send(upload(5, "expect: 100-continue"))
    assert.deepEqual(
      (await connection.answers(1)).map(({ status }) => status),
      [403],
    )
  })

  test("100-continue gets it when the body is first asked for", async () => {
    let asked = false
    await using server = await serving(async ({ body }) => {
      asked = true
      return text(200, Buffer.from(await readBody(body, 100)).toString())
    })
    await using connection = await rawConnection(server.url)
    connection.send(upload(5, "expect: 100-Continue"))
    assert.deepEqual(
      (await connection.answers(1)).map(({ status }) => status),
      [100],
    )
    assert.ok(asked)
    connection.send("hello")
    assert.equal((await connection.answers(2))[1]?.body, "hello")
  })

  for (const expectation of ["200-ok", "", "100"])
    test(`'${expectation}' is answered as if that had not been said`, async () => {
      await using server = await serving(async ({ body }) =>
        text(200, Buffer.from(await readBody(body, 100)).toString()),
      )
      await using connection = await rawConnection(server.url)
      connection.send(`${upload(5, `expect: ${expectation}`)}hello`)
      assert.equal((await connection.answers(1))[0]?.body, "hello")
    })
})

test("two hosts are refused, whatever they are", async () => {
  await using server = await serving(async () => text(200, "yes"))
  for (const second of ["host: b", "Host: a", "HOST:"]) {
    await using connection = await rawConnection(server.url)
    connection.send(`GET / HTTP/1.1\r\nhost: a\r\n${second}\r\n\r\n`)
    assert.deepEqual(
      (await connection.answers(1)).map(({ status }) => status),
      [400],
    )
  }
})

test("a request whose body is longer than it says is answered, and what is left over is not a request", async () => {
  await using server = await serving(async ({ body }) => text(200, Buffer.from(await readBody(body, 100)).toString()))
  await using connection = await rawConnection(server.url)
  connection.send(`${upload(4)}hello`)
  const answers = await connection.answers(2)
  assert.deepEqual(
    answers.map(({ body }) => body),
    ["hell"],
  )
  assert.match(await connection.closed(), /connection: close/i)
})

test("a chunk that is none ends the body that it is in", async () => {
  let refusal: unknown
  await using server = await serving(async ({ body }) => {
    await Promise.resolve(readBody(body, 100)).catch((error) => (refusal = error))
    return text(400, "no")
  })
  await using connection = await rawConnection(server.url)
  connection.send("PUT /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n")
  assert.equal((await connection.answers(1))[0]?.body, "no")
  assert.equal((refusal as BodyRefusal).problem, "malformed")
  await connection.closed()
})

describe("how much of a body is taken", () => {
  /** The refusal of a body, and how many bytes of it had been read. */
  async function refusalOf(limitBytes: number, sent: (string | Uint8Array)[]) {
    let refused: { problem: string; read: number } | undefined
    await using server = await serving(async (request) => {
      const bytesBefore = 0
      try {
        await readBody(request.body, limitBytes)
      } catch (error) {
        refused = { problem: (error as BodyRefusal).problem, read: bytesBefore }
      }
      return text(413, "no")
    })
    await using connection = await rawConnection(server.url)
    for (const bytes of sent) connection.send(bytes)
    await connection.answers(1)
    return refused
  }

  test("none of one that says that it is longer than the limit", async () => {
    // Not one byte of it was sent, and it is answered.
    assert.equal((await refusalOf(1000, [upload(1001)]))?.problem, "too large")
  })

  test("no more than the limit of one that does not say", async () => {
    const head = "PUT /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
    // The end is never sent.
    assert.equal((await refusalOf(1000, [`${head}3e9\r\n${"a".repeat(1001)}`]))?.problem, "too large")
  })

  test("not one that comes in crumbs", async () => {
    const head = "PUT /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
    assert.equal((await refusalOf(MEBIBYTE, [head + "1\r\na\r\n".repeat(3000)]))?.problem, "in crumbs")
  })

  test("not one that comes in crumbs although nobody reads it", async () => {
    await using server = await serving(async () => text(403, "no"))
    await using connection = await rawConnection(server.url)
    connection.send(`PUT /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${"1\r\na\r\n".repeat(3000)}`)
    assert.equal((await connection.answers(1))[0]?.status, 403)
    // It has not ended, and is not waited for.
    await connection.closed()
  })

  test("not one whose chunks are small, as often as they come", async () => {
    const head = "PUT /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
    const chunk = `64\r\n${"a".repeat(100)}\r\n`
    assert.equal((await refusalOf(MEBIBYTE, [head + chunk.repeat(3000)]))?.problem, "in crumbs")
  })

  test("a stream whose sender has little at a time, for as long as it likes", async () => {
    await using server = await serving(async ({ body }) => {
      let bytes = 0
      for await (const piece of body as AsyncIterable<Uint8Array>) bytes += piece.length
      return text(200, String(bytes))
    })
    await using connection = await rawConnection(server.url)
    connection.socket.setNoDelay(true)
    connection.send("PUT /a HTTP/1.1\r\nhost: a\r\ncontent-length: 3000\r\n\r\n")
    for (let i = 0; i < 3000; i++) {
      connection.send("a")
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal((await connection.answers(1))[0]?.body, "3000")
  })

  test("one whose first thousands of pieces are small", async () => {
    await using server = await serving(async ({ body }) => text(200, String((await readBody(body, MEBIBYTE)).length)))
    await using connection = await rawConnection(server.url)
    const head = "PUT /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
    connection.send(`${head}${"1\r\na\r\n".repeat(1000)}${`190\r\n${"a".repeat(400)}\r\n`.repeat(1000)}0\r\n\r\n`)
    assert.equal((await connection.answers(1))[0]?.body, "401000")
  })
})

describe("a body that hardly comes", () => {
  const pace = { tickMilliseconds: 10, windowTicks: 5, leastBytesPerSecond: 1000 }

  for (const [how, read] of [
    ["whole", (body: HttpRequest["body"]) => readBody(body, MEBIBYTE)],
    [
      "piece by piece",
      async (body: HttpRequest["body"]) => {
        for await (const _ of body as AsyncIterable<Uint8Array>);
      },
    ],
  ] as const)
    test(`is refused to who reads it ${how}, and its connection ends`, async () => {
      let problem: string | undefined
      await using server = await serving(
        async ({ body }) => {
          await Promise.resolve(read(body)).catch((error) => (problem = (error as BodyRefusal).problem))
          return text(408, "no")
        },
        { pace },
      )
      await using connection = await rawConnection(server.url)
      connection.send(upload(1000))
      const drip = setInterval(() => connection.send("x"), 10)
      const [answer] = await connection.answers(1)
      clearInterval(drip)
      assert.equal(answer?.status, 408)
      assert.equal(problem, "too slow")
    })
})
