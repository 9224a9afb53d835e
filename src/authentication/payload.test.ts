import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { test } from "node:test"
import { makeRequest, signedRequest } from "../../test/signed-requests.ts"
import { MasterKey } from "../base/master-key.ts"
import type { HttpRequest } from "../wire/http.ts"
import { type AuthenticationDeps, authenticate } from "./authenticate.ts"
import { deriveSigningKey } from "./signing-key.ts"

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const TIMESTAMP = "20260102T030405Z"
const SCOPE = "20260102/us-east-1/s3/aws4_request"
const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" }
const scope = { name: "s3", errors: "s3" as const, regions: ["us-east-1"] }
const deps: AuthenticationDeps = {
  clock: { now: () => NOW },
  masterKey: new MasterKey(Buffer.alloc(32, 1)),
  findAccessKey: () => ({
    secretAccessKey: credentials.secretAccessKey,
    account: "123456789012",
    status: "Active",
    principal: { kind: "root" },
  }),
}

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex")
const key = deriveSigningKey("secret", { accessKeyId: "", date: "20260102", region: "us-east-1", service: "s3" })
const hmac = (text: string) => key.sign(text, "hex")

interface Upload {
  sha?: string
  chunks: string[]
  trailer?: [string, string][]
  headers?: Record<string, string>
  /** What happens to the body on its way. */
  alter?(body: string): string
}

const SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
const SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
const UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

/** An upload put together by hand, from S3's description of the coding and nothing of ours but the derived key. */
async function upload({ sha = SIGNED, chunks, trailer = [], headers = {}, alter }: Upload): Promise<HttpRequest> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const request = await signedRequest(
    {
      method: "PUT",
      path: "/b/k",
      headers: {
        "x-amz-content-sha256": sha,
        "x-amz-decoded-content-length": String(length),
        ...(trailer.length > 0 ? { "x-amz-trailer": trailer.map(([name]) => name).join(",") } : {}),
        ...headers,
      },
    },
    { service: "s3", credentials, time: NOW },
  )
  let previous = /Signature=(.*)$/.exec(request.headers.authorization!)![1]!
  const isSigned = sha !== UNSIGNED_TRAILER
  let body = ""
  for (const chunk of [...chunks, ""]) {
    previous = hmac(`AWS4-HMAC-SHA256-PAYLOAD\n${TIMESTAMP}\n${SCOPE}\n${previous}\n${sha256("")}\n${sha256(chunk)}`)
    body += `${chunk.length.toString(16)}${isSigned ? `;chunk-signature=${previous}` : ""}\r\n`
    if (chunk !== "") body += `${chunk}\r\n`
  }
  for (const [name, value] of trailer) body += `${name}:${value}\r\n`
  if (sha === SIGNED_TRAILER) {
    const lines = trailer.map(([name, value]) => `${name}:${value}\n`).join("")
    previous = hmac(`AWS4-HMAC-SHA256-TRAILER\n${TIMESTAMP}\n${SCOPE}\n${previous}\n${sha256(lines)}`)
    body += `x-amz-trailer-signature:${previous}\r\n`
  }
  body += "\r\n"
  request.body = Buffer.from(alter ? alter(body) : body)
  return request
}

/** Reads the payload to its end: the body whole, and in pieces of so many bytes. */
async function read(request: HttpRequest, pieceBytes?: number) {
  const whole = request.body as Uint8Array
  const body = pieceBytes === undefined ? whole : pieces(whole, pieceBytes)
  const { payload } = await authenticate({ ...request, body }, scope, deps)
  const read: Uint8Array[] = []
  if (payload.body instanceof Uint8Array) read.push(payload.body)
  else for await (const bytes of payload.body) read.push(bytes)
  return { text: Buffer.concat(read).toString(), trailers: { ...payload.trailers }, length: payload.contentLength }
}

async function* pieces(body: Uint8Array, bytes: number) {
  for (let at = 0; at < body.length; at += bytes) yield body.subarray(at, at + bytes)
}

const BIG = "x".repeat(8192)
const CHECKSUM: [string, string][] = [["x-amz-checksum-crc32", "AAAAAA=="]]
const SIZES = [undefined, 1, 7, 1000, 100_000]

for (const sha of [SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER]) {
  const trailer = sha === SIGNED ? [] : CHECKSUM
  test(`${sha}, in pieces of every size`, async () => {
    for (const chunks of [[], ["a"], [BIG, "tail"], [BIG, BIG, BIG]]) {
      const request = await upload({ sha, chunks, trailer })
      for (const size of SIZES) {
        const { text, trailers, length } = await read(request, size)
        assert.equal(text, chunks.join(""))
        assert.equal(length, text.length)
        assert.deepEqual(trailers, Object.fromEntries(trailer))
      }
    }
  })
}

test("a trailer whose lines end as its signed text does", async () => {
  const request = await upload({
    sha: SIGNED_TRAILER,
    chunks: ["a"],
    trailer: CHECKSUM,
    alter: (body) => body.replace("AAAAAA==\r\n", "AAAAAA==\n\r\n"),
  })
  assert.deepEqual((await read(request)).trailers, { "x-amz-checksum-crc32": "AAAAAA==" })
})

const one = { chunks: ["hello"] }
const two = { chunks: [BIG, "hello"] }
const signedTrailer = { ...one, sha: SIGNED_TRAILER, trailer: CHECKSUM }
const unsigned = { ...one, sha: UNSIGNED_TRAILER, trailer: CHECKSUM }

const BAD: [name: string, upload: Upload, code: string, status?: number][] = [
  ["a byte of a chunk", { ...one, alter: (b) => b.replace("hello", "hellp") }, "SignatureDoesNotMatch", 403],
  ["chunks swapped", { chunks: [BIG, "y".repeat(8192)], alter: swapChunks }, "SignatureDoesNotMatch", 403],
  [
    "a chunk left out",
    { ...two, headers: { "x-amz-decoded-content-length": "5" }, alter: (b) => b.slice(b.indexOf("5;")) },
    "SignatureDoesNotMatch",
    403,
  ],
  [
    "the last chunk's signature",
    { ...one, alter: (b) => b.replace(/0;chunk-signature=.{64}/, `0;chunk-signature=${"0".repeat(64)}`) },
    "SignatureDoesNotMatch",
    403,
  ],
  ["no signature", { ...one, alter: (b) => b.replace(/;chunk-signature=\w+/, "") }, "IncompleteBody"],
  ["a short signature", { ...one, alter: (b) => b.replace(/(;chunk-signature=\w{63})\w/, "$1") }, "IncompleteBody"],
  ["cut in the data", { ...one, alter: (b) => b.slice(0, b.indexOf("hello") + 3) }, "IncompleteBody"],
  ["cut before the last chunk", { ...one, alter: (b) => b.slice(0, b.indexOf("hello") + 7) }, "IncompleteBody"],
  ["cut in the last line", { ...one, alter: (b) => b.slice(0, -1) }, "IncompleteBody"],
  ["nothing at all", { ...one, alter: () => "" }, "IncompleteBody"],
  ["no delimiter", { ...one, alter: (b) => b.replace("hello\r\n", "hello") }, "IncompleteBody"],
  ["another delimiter", { ...one, alter: (b) => b.replace("hello\r\n", "hello\n\n") }, "IncompleteBody"],
  ["a size in words", { ...unsigned, alter: (b) => b.replace("5\r\n", "five\r\n") }, "IncompleteBody"],
  ["a negative size", { ...unsigned, alter: (b) => b.replace("5\r\n", "-5\r\n") }, "IncompleteBody"],
  ["an endless size", { ...unsigned, alter: (b) => b.replace("5\r\n", "f".repeat(400)) }, "IncompleteBody"],
  ["a smaller size", { ...unsigned, alter: (b) => b.replace("5\r\n", "3\r\n") }, "IncompleteBody"],
  ["a larger size", { ...unsigned, alter: (b) => b.replace("5\r\n", "6\r\n") }, "IncompleteBody"],
  ["more than was declared", { ...one, headers: { "x-amz-decoded-content-length": "3" } }, "IncompleteBody"],
  ["less than was declared", { ...one, headers: { "x-amz-decoded-content-length": "6" } }, "IncompleteBody"],
  ["a length in words", { ...one, headers: { "x-amz-decoded-content-length": "abc" } }, "MissingContentLength", 411],
  ["a small chunk before the last", { chunks: ["hel", "lo"] }, "InvalidChunkSizeError", 403],
  [
    "a trailer where none may be",
    { ...one, alter: (b) => b.replace(/\r\n$/, "x-amz-checksum-crc32:AA==\r\n\r\n") },
    "MalformedTrailerError",
  ],
  ["a trailer that was not announced", { ...unsigned, headers: { "x-amz-trailer": "" } }, "MalformedTrailerError"],
  [
    "a trailer other than announced",
    { ...unsigned, headers: { "x-amz-trailer": "x-amz-checksum-sha1" } },
    "MalformedTrailerError",
  ],
  ["no trailer, but announced", { ...unsigned, alter: (b) => b.replace(/x-amz-.*\r\n/, "") }, "MalformedTrailerError"],
  [
    "a trailer without a name",
    { ...unsigned, alter: (b) => b.replace("x-amz-checksum-crc32:", ":") },
    "MalformedTrailerError",
  ],
  ["a trailer without a colon", { ...unsigned, alter: (b) => b.replace("crc32:", "crc32") }, "MalformedTrailerError"],
  [
    "a trailer of a prototype",
    { ...unsigned, alter: (b) => b.replace("x-amz-checksum-crc32", "__proto__") },
    "MalformedTrailerError",
  ],
  ["an endless trailer", { ...unsigned, alter: (b) => b + "x".repeat(20_000) }, "MalformedTrailerError"],
  ["a trailer cut short", { ...unsigned, alter: (b) => b.slice(0, -2) }, "IncompleteBody"],
  [
    "a trailer altered",
    { ...signedTrailer, alter: (b) => b.replace("AAAAAA==", "AAAAAB==") },
    "SignatureDoesNotMatch",
    403,
  ],
  [
    "a trailer unsigned",
    { ...signedTrailer, alter: (b) => b.replace(/x-amz-trailer-signature.*\r\n/, "") },
    "MalformedTrailerError",
  ],
  [
    "a trailer's signature altered",
    { ...signedTrailer, alter: (b) => b.replace(/(x-amz-trailer-signature:)\w{64}/, `$1${"0".repeat(64)}`) },
    "SignatureDoesNotMatch",
    403,
  ],
]

function swapChunks(body: string): string {
  const size = body.indexOf("\r\n") + 2 + 8192 + 2
  return body.slice(size, 2 * size) + body.slice(0, size) + body.slice(2 * size)
}

for (const [name, made, code, status = 400] of BAD) {
  test(`a chunked upload with ${name}`, async () => {
    const request = await upload(made)
    for (const size of SIZES)
      await assert.rejects(read(request, size), { name: "WireError", code, status }, `pieces of ${size}`)
  })
}

test("the members of body errors", async () => {
  const small = await upload({ chunks: ["hel", "lo"] })
  await assert.rejects(read(small), { members: { Chunk: "2", BadChunkSize: "3" } })
  const long = await upload({ ...one, headers: { "x-amz-decoded-content-length": "3" } })
  await assert.rejects(read(long), { members: { NumberBytesExpected: "3", NumberBytesProvided: "5" } })
})

test("a stream whose hash was given fails at its end, a whole body at once", async () => {
  const signing = { service: "s3", credentials, time: NOW }
  const request = await signedRequest({ method: "PUT", path: "/b/k", body: "hello" }, signing)
  for (const size of SIZES) assert.equal((await read(request, size)).text, "hello")
  request.body = Buffer.from("hellp")
  const mismatch = {
    code: "XAmzContentSHA256Mismatch",
    message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
    members: { ClientComputedContentSHA256: sha256("hello"), S3ComputedContentSHA256: sha256("hellp") },
  }
  for (const size of SIZES) await assert.rejects(read(request, size), mismatch)
})

test("x-amz-content-sha256: what S3 does not know, and what it must have", async () => {
  const headers = (sha: string) => ({ "x-amz-content-sha256": sha })
  const signing = { service: "s3", credentials, time: NOW }
  const put = async (sha: string) => signedRequest({ method: "PUT", path: "/b/k", headers: headers(sha) }, signing)
  await assert.rejects(read(await put("GIBBERISH")), {
    code: "InvalidArgument",
    members: { ArgumentName: "x-amz-content-sha256", ArgumentValue: "GIBBERISH" },
  })
  await assert.rejects(read(await put("__proto__")), { code: "InvalidArgument" })
  await assert.rejects(read(await put("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")), { code: "InvalidRequest" })
  const unsignedPayload = await put("UNSIGNED-PAYLOAD")
  unsignedPayload.body = Buffer.from("anything")
  for (const size of SIZES) assert.equal((await read(unsignedPayload, size)).text, "anything")
  const bare = await put("UNSIGNED-PAYLOAD")
  delete bare.headers["x-amz-content-sha256"]
  await assert.rejects(read(bare), {
    code: "InvalidRequest",
    message: "Missing required header for this request: x-amz-content-sha256",
  })
})

test("nobody's upload: unsigned chunks are decoded, signed ones refused", async () => {
  const headers: [string, string][] = [
    ["x-amz-content-sha256", UNSIGNED_TRAILER],
    ["x-amz-decoded-content-length", "5"],
  ]
  const request = makeRequest({ method: "PUT", path: "/b/k", headers, body: Buffer.from("5\r\nhello\r\n0\r\n\r\n") })
  assert.equal((await read(request)).text, "hello")
  request.headers["x-amz-content-sha256"] = SIGNED
  await assert.rejects(read(request), { code: "AccessDenied", status: 403 })
})
