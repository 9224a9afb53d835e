import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { signedChunks } from "../harness/chunked-upload.ts"
import { type RawConnection, rawConnection } from "../harness/raw-http.ts"
import { startServer, type TestServer } from "../harness/server.ts"

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server[Symbol.asyncDispose]())

const HEALTH = "GET /_hallpass/health HTTP/1.1\r\nhost: localhost\r\n\r\n"

/** The answers to what is sent on a connection of its own. */
async function ask(count: number, ...texts: (string | Uint8Array)[]): Promise<[number, string][]> {
  await using connection = await rawConnection(server.url)
  for (const text of texts) connection.send(text)
  return (await connection.answers(count)).slice(0, count).map(({ status, body }) => [status, body])
}

const statuses = async (count: number, ...texts: string[]): Promise<number[]> =>
  (await ask(count, ...texts)).map(([status]) => status)

async function assertUsable(connection: RawConnection, answersBefore: number): Promise<void> {
  connection.send(HEALTH)
  const answers = await connection.answers(answersBefore + 1)
  assert.equal(answers.at(-1)?.status, 200)
  assert.match(answers.at(-1)!.body, /"ok"/)
}

test("pipelined requests are answered in their order", async () => {
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`
  assert.deepEqual(await statuses(4, get("/none/key") + HEALTH + get("/_hallpass/none") + HEALTH), [404, 200, 403, 200])
})

const MALFORMED: [string, string, number][] = [
  ["no HTTP", "\x00\x01\x02\r\n\r\n", 400],
  ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["a header without a colon", "GET / HTTP/1.1\r\nhost: a\r\nbad\r\n\r\n", 400],
  ["two lengths", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", 400],
  [
    "a length and chunks",
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
  ],
  ["headers without end", `GET / HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(70_000)}\r\n\r\n`, 431],
  ["two hosts", "GET /_hallpass/health HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400],
]
for (const [what, text, status] of MALFORMED)
  test(`${what} is refused with ${status}, and the server lives`, async () => {
    assert.deepEqual(await statuses(1, text), [status])
    assert.deepEqual(await statuses(1, HEALTH), [200])
  })

test("a signature over a header that node:http gives as a list is looked at like any other", async () => {
  const { accessKeyId } = server.client.credentials
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "")
  const credential = `${accessKeyId}/${date.slice(0, 8)}/us-east-1/sts/aws4_request`
  const [[status, body] = [0, ""]] = await ask(
    1,
    `GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1\r\nhost: localhost\r\nset-cookie:  a  b\r\nset-cookie: c\r\nx-amz-date: ${date}\r\nauthorization: AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;set-cookie, Signature=${"0".repeat(64)}\r\n\r\n`,
  )
  assert.equal(status, 403)
  assert.match(body, /<Code>SignatureDoesNotMatch</)
})

const ODD: [string, string, number][] = [
  ["an absolute URL", "GET http://localhost/_hallpass/health HTTP/1.1\r\nhost: localhost\r\n\r\n", 200],
  ["a host that is none", "GET / HTTP/1.1\r\nhost: [::1]:::@@/?%\r\n\r\n", 403],
  ["an empty host", "GET /none HTTP/1.1\r\nhost:\r\n\r\n", 404],
  ["a path that cannot be decoded", "GET /none/%zz%ff%c0%af HTTP/1.1\r\nhost: localhost\r\n\r\n", 400],
  ["a query that cannot be decoded", "GET /none?list-type=2&prefix=%zz%ff HTTP/1.1\r\nhost: localhost\r\n\r\n", 404],
  ["OPTIONS of everything", "OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n", 403],
  [
    "a preflight",
    "OPTIONS / HTTP/1.1\r\nhost: localhost\r\norigin: http://a\r\naccess-control-request-method: POST\r\n\r\n",
    200,
  ],
  ["HEAD of nothing", "HEAD /none HTTP/1.1\r\nhost: localhost\r\n\r\n", 404],
  ["a method that AWS does not have", "PROPFIND /none HTTP/1.1\r\nhost: localhost\r\n\r\n", 405],
  ["an expectation of its own", "GET /_hallpass/health HTTP/1.1\r\nhost: a\r\nexpect: miracles\r\n\r\n", 200],
  ["an empty expectation", "GET /_hallpass/health HTTP/1.1\r\nhost: a\r\nexpect:\r\n\r\n", 200],
  ["an upgrade", "GET /_hallpass/health HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n", 200],
]
for (const [what, text, status] of ODD)
  test(`${what} is answered with ${status}`, async () => {
    assert.deepEqual(await statuses(1, text), [status])
  })

test("an upload that waits for 100 Continue is refused without it", async () => {
  await using connection = await rawConnection(server.url)
  connection.send("PUT /none/key HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n")
  const [first] = await connection.answers(1)
  assert.equal(first?.status, 404)
  assert.match(first.head, /^connection: close$/im)
})

test("a refused upload that is not all here is answered, and what is left of it is no request", async () => {
  await using connection = await rawConnection(server.url)
  const body = HEALTH.repeat(50_000)
  connection.send(`PUT /none/key HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  const answers = await connection.answers(2)
  assert.deepEqual(
    answers.map(({ status }) => status),
    [404],
  )
  assert.match(answers[0]!.head, /^connection: close$/im)
})

test("a refused upload that is all here does not disturb the next request on its connection", async () => {
  await using connection = await rawConnection(server.url)
  connection.send("PUT /none/key HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nhello")
  assert.equal((await connection.answers(1))[0]?.status, 404)
  await assertUsable(connection, 1)
})

for (const [chunks, wrong] of [
  [3, 0],
  [40, 5],
  [200, 10],
] as const)
  test(`an upload of ${chunks} signed chunks whose chunk ${wrong} is wrong hears so, and its connection closes`, async () => {
    const Bucket = `chunks-${chunks}`
    await new S3Client({ ...server.client, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket }))
    await using connection = await rawConnection(server.url)
    for (const bytes of await signedChunks(server, `/${Bucket}/key`, chunks, wrong)) connection.send(bytes)
    const [answer] = await connection.answers(1)
    assert.equal(answer?.status, 403)
    assert.match(answer.body, /<Code>SignatureDoesNotMatch</)
    assert.match(answer.head, /^connection: close$/im)
    await connection.closed()
  })

test("uploads and downloads that are cut off leave nothing behind", async () => {
  const s3 = new S3Client({ ...server.client, forcePathStyle: true })
  const Bucket = "cut-off"
  await s3.send(new CreateBucketCommand({ Bucket }))
  const Body = Buffer.alloc(3 * 1024 * 1024, "x")
  await s3.send(new PutObjectCommand({ Bucket, Key: "large", Body }))
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 50 }, (_, i) => cutOff(i)))
  // What was cut off does not hold up what comes after it, and what was there is whole.
  const { Body: whole } = await s3.send(new GetObjectCommand({ Bucket, Key: "large" }))
  assert.equal((await whole!.transformToByteArray()).length, Body.length)
  await s3.send(new PutObjectCommand({ Bucket, Key: "after", Body: "x" }))

  async function cutOff(i: number): Promise<void> {
    const abort = new AbortController()
    const options = { abortSignal: abort.signal }
    const done =
      i % 2 === 0
        ? s3.send(new GetObjectCommand({ Bucket, Key: "large" }), options).then(({ Body: half }) => {
            const stream = half as unknown as NodeJS.ReadableStream & {
              destroy(): void
              on(event: string, f: () => void): void
            }
            stream.on("error", () => {})
            stream.destroy()
          })
        : s3.send(new PutObjectCommand({ Bucket, Key: `k${i}`, Body: Body.subarray(0, 500_000) }), options)
    if (i % 2 === 1) setTimeout(() => abort.abort(), i % 7)
    await done.catch(() => {})
  }
})
