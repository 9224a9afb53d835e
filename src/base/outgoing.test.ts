import assert from "node:assert/strict"
import { test } from "node:test"
import { startJsonServer, startWebServer } from "../../test/harness/web-server.ts"
import { createOutgoing, UnreachableError } from "./outgoing.ts"

const outgoing = createOutgoing({ timeoutMilliseconds: 300, maximumBytes: 1000 })

test("an answer comes with its status, whatever it is", async () => {
  await using server = await startWebServer((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk) => chunks.push(chunk))
    request.on("end", () => response.writeHead(418).end(`${request.headers["x-who"]} ${Buffer.concat(chunks)}`))
  })
  const answer = await outgoing(server.url, { method: "POST", headers: { "x-who": "ann" }, body: "hello" })
  assert.deepEqual(answer, { status: 418, text: "ann hello" })
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
  await assert.rejects(outgoing(silent.url), { name: "UnreachableError", message: "does not answer in time" })
  await using slow = await startWebServer((_request, response) => void response.write("a"))
  await assert.rejects(outgoing(slow.url), { name: "UnreachableError", message: "does not answer in time" })
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
