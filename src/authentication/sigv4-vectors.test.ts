import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { parseRequest } from "../../test/signed-requests.ts"
import { MasterKey } from "../base/master-key.ts"
import { authenticate } from "./authenticate.ts"
import type { Caller } from "./caller.ts"
import { canonicalRequest, hashOfText, parseQuery } from "./canonical-request.ts"
import { chunkSigner } from "./chunk-signer.ts"
import { refusalsOf } from "./errors.ts"
import { findClaim } from "./find-claim.ts"
import { scopeOf } from "./signature-claim.ts"
import { parseTimestamp } from "./signing-date.ts"
import { deriveSigningKey, isSameSignature, sign } from "./signing-key.ts"

interface Vector {
  suite: string
  name: string
  mode: "header" | "query" | "chunked"
  credentials: { access_key_id: string; secret_access_key: string }
  region: string
  service: string
  timestamp: string
  normalize?: boolean
  canonical_request: string
  string_to_sign: string
  signature: string
  signed_request: string
  chunk?: { size: number; previous_signature: string }
}

const source = new URL("../../test/vectors/sigv4-vectors.json", import.meta.url)
const vectors: Vector[] = JSON.parse(readFileSync(source, "utf8"))
const label = (vector: Vector) => `${vector.suite} ${vector.name} (${vector.mode})`

/** Vectors whose signature this server is not to take, and why. */
const NOT_OURS: Record<string, string> = {
  "aws-c-auth/v4 post-sts-header-after (query)":
    "the session token joins the query after signing, which only AWS IoT takes; here every parameter is signed",
}

/** Vectors whose signed request carries another signature than the vector says. */
const MISQUOTED: Record<string, string> = {
  "botocore/aws4_testsuite get-vanilla-with-session-token (header)":
    "its signed request repeats the signature of get-vanilla; the canonical request and the signature are right",
}

/** Vectors that are right in every byte of their signature, and still refused by `authenticate`. */
const FOREIGN_TOKEN = /session-token|post-sts-header/

test("all the vectors are there", () => {
  assert.equal(vectors.length, 119)
  for (const name of Object.keys({ ...NOT_OURS, ...MISQUOTED }))
    assert.ok(
      vectors.some((vector) => label(vector) === name),
      name,
    )
})

for (const vector of vectors.filter((one) => one.mode !== "chunked" && !NOT_OURS[label(one)])) {
  test(label(vector), () => {
    const request = parseRequest(vector.signed_request)
    const query = parseQuery(request.query)
    const claim = findClaim(request, query, refusalsOf("query"))
    assert.ok(claim)
    const payloadHash = vector.canonical_request.slice(vector.canonical_request.lastIndexOf("\n") + 1)
    const canonical = canonicalRequest(request, {
      pathStyle: vector.normalize ? "normalized" : "as-is",
      signedHeaders: claim.signedHeaders,
      query,
      payloadHash,
    })
    assert.equal(Buffer.from(canonical, "latin1").toString(), vector.canonical_request)
    const stringToSign = `AWS4-HMAC-SHA256\n${claim.timestamp}\n${scopeOf(claim)}\n${hashOfText(canonical)}`
    assert.equal(stringToSign, vector.string_to_sign)
    const key = deriveSigningKey(vector.credentials.secret_access_key, claim)
    assert.equal(sign(key, stringToSign), vector.signature)
    assert.equal(isSameSignature(claim.signature, vector.signature), MISQUOTED[label(vector)] === undefined)
  })
}

/** S3's own, and those of other services that are signed as other services sign. */
const whole = vectors.filter((vector) => {
  if (vector.mode === "chunked" || NOT_OURS[label(vector)]) return false
  return vector.service === "s3" || vector.normalize
})

const masterKey = new MasterKey(new Uint8Array(32))

function authenticateVector(vector: Vector): Caller {
  const request = parseRequest(vector.signed_request)
  if (vector.name === "put-object") request.body = Buffer.from("Welcome to Amazon S3.")
  if (vector.name === "put-chunked-seed") request.body = chunkedBody()
  const caller = authenticate(
    request,
    { name: vector.service, errors: vector.service === "s3" ? "s3" : "query", regions: [vector.region] },
    {
      clock: { now: () => parseTimestamp(vector.timestamp)! },
      masterKey,
      findAccessKey: (id) =>
        id === vector.credentials.access_key_id
          ? {
              secretAccessKey: vector.credentials.secret_access_key,
              account: "123456789012",
              status: "Active",
              principal: { kind: "root" },
            }
          : undefined,
    },
  )
  assert.ok(!(caller instanceof Promise))
  return caller
}

for (const vector of whole) {
  test(`authenticate ${label(vector)}`, () => {
    if (FOREIGN_TOKEN.test(vector.name) && vector.signed_request.toLowerCase().includes("security-token")) {
      assert.throws(() => authenticateVector(vector), { code: "InvalidClientTokenId" })
      return
    }
    const caller = authenticateVector(vector)
    assert.equal(caller.kind, "root")
    assert.equal(caller.accessKeyId, vector.credentials.access_key_id)
    assert.equal(caller.signatureAgeMilliseconds, 0)
    assert.equal(caller.authType, vector.mode === "header" ? "REST-HEADER" : "REST-QUERY-STRING")
  })
}

const chunks = vectors.filter(({ mode }) => mode === "chunked")

function chunkedBody(): Buffer {
  return Buffer.concat(
    chunks.map(({ chunk, signature }) =>
      Buffer.from(`${chunk!.size.toString(16)};chunk-signature=${signature}\r\n${"a".repeat(chunk!.size)}\r\n`),
    ),
  )
}

test("the chunks of S3's example are signed each on the one before", () => {
  const [first] = chunks
  const scope = { accessKeyId: first!.credentials.access_key_id, date: "20130524", region: "us-east-1", service: "s3" }
  const signer = chunkSigner({
    key: deriveSigningKey(first!.credentials.secret_access_key, scope),
    timestamp: first!.timestamp,
    scope: "20130524/us-east-1/s3/aws4_request",
    signature: first!.chunk!.previous_signature,
  })
  for (const { chunk, signature } of chunks) {
    assert.ok(signer.isNextChunk(signature, hashOfText("a".repeat(chunk!.size))), String(chunk!.size))
  }
})

test("S3's example of a chunked upload comes out whole", () => {
  const seed = vectors.find(({ name }) => name === "put-chunked-seed")
  const caller = authenticateVector(seed!)
  assert.equal(Buffer.from(caller.payload.body as Uint8Array).toString(), "a".repeat(66_560))
  assert.equal(caller.payload.contentLength, 66_560)
})
