import assert from "node:assert/strict"
import { type AddressInfo, createServer, isIP, type LookupFunction } from "node:net"
import { test } from "node:test"
import { startJsonServer, startWebServer } from "../../test/harness/web-server.ts"
import { createOutgoing, lookupWithin, type Reach, UnreachableError } from "./outgoing.ts"

const anywhere = () => "anywhere" as const
const outgoing = createOutgoing({ reachOf: anywhere, maximumBytes: 1000 })
/** For those that would not answer at all: however slow the machine, they do not answer sooner. */
const hasty = createOutgoing({ reachOf: anywhere, timeoutMilliseconds: 500 })

test("an answer comes with its status, whatever it is", async () => {
  await using server = await startWebServer((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk) => chunks.push(chunk))
    request.on("end", () => response.writeHead(418).end(`${request.headers["x-who"]} ${Buffer.concat(chunks)}`))
  })
  const answer = await outgoing(server.url, { method: "POST", headers: { "x-who": "ann" }, body: "hello" })
  assert.deepEqual(answer, { status: 418, text: "ann hello", contentType: "" })
})

test("a redirect is followed within its origin, and nowhere else", async () => {
  await using elsewhere = await startJsonServer({ "/": "secret" })
  await using server = await startWebServer((request, response) => {
    const targets: Record<string, string> = { "/here": "/there", "/away": `${elsewhere.url}/`, "/round": "/round" }
    const to = targets[request.url!]
    if (to) response.writeHead(302, { location: to }).end()
    else response.end("arrived")
  })
  assert.equal((await outgoing(`${server.url}/here`)).text, "arrived")
  await assert.rejects(outgoing(`${server.url}/away`), UnreachableError)
  assert.deepEqual(elsewhere.requests, [])
  await assert.rejects(outgoing(`${server.url}/round`), UnreachableError)
  await assert.rejects(outgoing(`${server.url}/here`, { method: "POST" }), UnreachableError)
})

test("whoever does not answer, or does not stop, is unreachable", async () => {
  await using silent = await startWebServer(() => {})
  await assert.rejects(hasty(silent.url), { name: "UnreachableError", message: "does not answer in time" })
  await using slow = await startWebServer((_request, response) => void response.write("a"))
  await assert.rejects(hasty(slow.url), { name: "UnreachableError", message: "does not answer in time" })
  await using long = await startWebServer((_request, response) => void response.end("a".repeat(1001)))
  await assert.rejects(outgoing(long.url), { message: "answers with more than 1000 bytes" })
  await using broken = await startWebServer((_request, response) => {
    response.writeHead(200, { "content-length": 100 })
    response.write("a")
    response.socket!.destroy()
  })
  await assert.rejects(outgoing(broken.url), UnreachableError)
  const { url } = broken
  await broken[Symbol.asyncDispose]()
  await assert.rejects(outgoing(url), { name: "UnreachableError", message: "ECONNREFUSED" })
  await assert.rejects(outgoing("no url?token=secret"), (error: Error) => !error.message.includes("secret"))
})

/** This machine and what is near it, as a URL may write it. */
const NEAR = [
  "127.0.0.1",
  "127.0.0.1.",
  "127.1",
  "127.0.1",
  "127.0.0.2",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "0177.0.0.1",
  "017700000001",
  "１２７.０.０.１",
  "127。0。0。1",
  "%31%32%37.0.0.1",
  "0",
  "0.0.0.0",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "ｌocalhost",
  "[::1]",
  "[0:0::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:2]",
  "[64:ff9b::127.0.0.1]",
  "[2002:7f00:1::]",
  "user:pw@127.0.0.1",
  "10.0.0.1",
  "169.254.169.254",
  "192.168.1.1",
  "[fe80::1]",
  "[fd00::1]",
]

test("no way to write this machine, or its network, leads there", async (t) => {
  const server = createServer((socket) => socket.destroy())
  let connections = 0
  server.on("connection", () => connections++)
  await new Promise<void>((resolve) => server.listen(0, "::", resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const strict = createOutgoing({ port })
  for (const host of NEAR)
    await assert.rejects(
      strict(`https://${host}:${port}/`),
      // Not every resolver knows localhost with a dot.
      {
        name: "UnreachableError",
        message: host.endsWith("t.") ? /not asked|ENOTFOUND/ : /^is at an address that is not asked$/,
      },
      host,
    )
  assert.equal(connections, 0)
  // To see that somebody was there all the time.
  await assert.rejects(createOutgoing({ port, reachOf: () => "loopback" })(`https://localhost:${port}/`))
  assert.ok(connections > 0)
})

test("a public place is https, at its own port", async () => {
  const strict = createOutgoing()
  await assert.rejects(strict("http://example.com/"), { message: "is not https" })
  await assert.rejects(strict("https://example.com:22/"), { message: "is not at port 443" })
  await assert.rejects(strict("ftp://example.com/"), { message: "is not https" })
})

test("what a name means is decided by the addresses that are connected to", async () => {
  const meaning =
    (...addresses: string[]): LookupFunction =>
    (_name, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      )
  const look = (reach: Reach, ...addresses: string[]) =>
    new Promise<unknown>((resolve) =>
      lookupWithin(reach, meaning(...addresses))("name", { all: true }, (error, found) =>
        resolve(error ? error.message : (found as { address: string }[]).map(({ address }) => address)),
      ),
    )
  assert.deepEqual(await look("public", "1.1.1.1", "10.0.0.1", "::1"), ["1.1.1.1"])
  assert.equal(await look("public", "127.0.0.1", "::ffff:169.254.169.254"), "is at an address that is not asked")
  assert.deepEqual(await look("loopback", "1.1.1.1", "127.0.0.1"), ["127.0.0.1"])
  assert.deepEqual(await look("anywhere", "10.0.0.1"), ["10.0.0.1"])
  // A name that means this machine when it is connected to, whatever it meant when somebody looked.
  await using web = await startJsonServer({ "/": "secret" })
  const port = Number(new URL(web.url).port)
  const rebinding = createOutgoing({ port, lookup: meaning("127.0.0.1") })
  await assert.rejects(rebinding(`https://rebinding.example:${port}/`), {
    message: "is at an address that is not asked",
  })
  assert.deepEqual(web.requests, [])
})
