import assert from "node:assert/strict"
import { Readable } from "node:stream"
import { test } from "node:test"
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { makeRequest } from "../../test/signed-requests.ts"
import { credentials, deps } from "../../test/signing-world.ts"
import { authenticate } from "./authenticate.ts"

test("the SDK's own chunked upload, with its checksum in the trailer", async () => {
  let sent:
    | { method: string; path: string; query: Record<string, string>; headers: Record<string, string>; body: Readable }
    | undefined
  const client = new S3Client({
    region: "us-east-1",
    credentials,
    endpoint: "https://localhost:4566",
    forcePathStyle: true,
    maxAttempts: 1,
    requestHandler: {
      async handle(request: never) {
        sent = request
        throw new Error("caught")
      },
    } as never,
  })
  const Body = Readable.from([Buffer.alloc(10_000, "a"), Buffer.from("tail")])
  await assert.rejects(
    client.send(new PutObjectCommand({ Bucket: "b", Key: "k", Body, ContentLength: 10_004 })),
    /caught/,
  )
  assert.ok(sent)
  assert.equal(sent.headers["x-amz-content-sha256"], "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
  const query = Object.entries(sent.query)
    .map(([name, value]) => `${name}=${value}`)
    .join("&")
  const request = makeRequest({
    method: sent.method,
    path: sent.path,
    query,
    headers: Object.entries(sent.headers),
    body: sent.body,
  })
  const now = Date.parse(sent.headers["x-amz-date"]!.replace(/^(....)(..)(..T..)(..)/, "$1-$2-$3:$4:"))
  const { payload } = await authenticate(request, { name: "s3", errors: "s3" }, { ...deps, clock: { now: () => now } })
  let length = 0
  for await (const bytes of payload.body as AsyncIterable<Uint8Array>) length += bytes.length
  assert.equal(length, 10_004)
  assert.deepEqual(Object.keys(payload.trailers), ["x-amz-checksum-crc32"])
})
