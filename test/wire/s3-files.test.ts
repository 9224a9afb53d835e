import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { get, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { GetObjectCommand, PutObjectCommand, S3 } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { start, type TestServer } from "../../src/testing/index.ts"
import { eventually } from "../harness/eventually.ts"
import { refuses } from "./s3-world.ts"

const MEBIBYTE = 1024 * 1024
const Bucket = "files-bucket"
const directory = mkdtempSync(join(tmpdir(), "hallpass-s3-files-"))
after(() => rmSync(directory, { recursive: true, force: true }))

interface World extends AsyncDisposable {
  server: TestServer
  s3: S3
  objects: string
  /** The files of bodies, those that were begun too. */
  files(): string[]
  /** Ends the server, which has to have met errors of its own that match these. */
  closeWith(...faults: RegExp[]): Promise<void>
}

let worlds = 0

/** A server that keeps its objects in files. */
async function openFilesWorld(flags: string[] = []): Promise<World> {
  const dataDirectory = join(directory, String(worlds++))
  const server = await start({ dataDirectory, flags })
  const s3 = new S3({ ...server.client, forcePathStyle: true, maxAttempts: 1 })
  await s3.createBucket({ Bucket })
  const objects = join(dataDirectory, "objects")
  return {
    server,
    s3,
    objects,
    files: () =>
      readdirSync(objects, { recursive: true, encoding: "utf8" }).filter(
        (name) => statSync(join(objects, name)).isFile() && !name.endsWith("hallpass-place"),
      ),
    async closeWith(...faults) {
      const met = await server.close().then(
        () => [],
        (error: AggregateError) => error.errors.map(String),
      )
      assert.equal(met.length, faults.length, met.join("\n"))
      for (const [index, fault] of faults.entries()) assert.match(met[index]!, fault)
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const bytesOf = async (s3: S3, Key: string, Range?: string) =>
  Buffer.from(await (await s3.getObject({ Bucket, Key, Range })).Body!.transformToByteArray())

test("large objects lie in files, are read in ranges, copied, and removed when nobody names them any more", async () => {
  await using world = await openFilesWorld()
  const { s3, server } = world
  const bytes = randomBytes(3 * MEBIBYTE + 17)
  const put = await s3.putObject({ Bucket, Key: "a", Body: bytes, ChecksumAlgorithm: "SHA256" })
  assert.equal(put.ETag, `"${createHash("md5").update(bytes).digest("hex")}"`)
  assert.equal(put.ChecksumSHA256, createHash("sha256").update(bytes).digest("base64"))
  assert.ok(bytes.equals(await bytesOf(s3, "a")))
  const half = MEBIBYTE / 2
  for (const [first, last] of [
    [0, 0],
    [half - 1, half],
    [half, 2 * half - 1],
    [half + 1, 3 * MEBIBYTE],
    [3 * MEBIBYTE + 16, 3 * MEBIBYTE + 16],
  ] as const)
    assert.ok(bytes.subarray(first, last + 1).equals(await bytesOf(s3, "a", `bytes=${first}-${last}`)))
  const { CopyObjectResult } = await s3.copyObject({ Bucket, Key: "b", CopySource: `${Bucket}/a` })
  assert.equal(CopyObjectResult!.ETag, put.ETag)
  assert.equal(CopyObjectResult!.ChecksumSHA256, put.ChecksumSHA256)
  await s3.putObject({ Bucket, Key: "a", Body: "small" })
  assert.equal(world.files().length, 2)
  for (let times = 0; times < 2; times++) {
    await server.clock.advance({ hours: 1 })
    await server.work.settle()
  }
  assert.equal(world.files().length, 1)
  // Its clock has to be corrected first.
  assert.ok(bytes.equals(await bytesOf(new S3({ ...server.client, forcePathStyle: true }), "b")))
})

test("an upload that is refused in the end leaves no file", async () => {
  await using world = await openFilesWorld()
  const { s3, server } = world
  await s3.putObject({ Bucket, Key: "k", Body: "here" })
  const Body = randomBytes(2 * MEBIBYTE)
  await refuses(s3.putObject({ Bucket, Key: "k", Body, IfNoneMatch: "*" }), "PreconditionFailed")
  const ContentMD5 = createHash("md5").update("other").digest("base64")
  await refuses(s3.putObject({ Bucket, Key: "k", Body, ContentMD5 }), "BadDigest")
  // What was signed is another hash than that of what comes.
  const tampering = new S3({
    ...server.client,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: "WHEN_REQUIRED",
  })
  tampering.middlewareStack.add(
    (next) => (given) => {
      ;(given.request as { body: unknown }).body = randomBytes(2 * MEBIBYTE)
      return next(given)
    },
    { step: "finalizeRequest", priority: "low", name: "tamper" },
  )
  await refuses(tampering.putObject({ Bucket, Key: "k", Body }), "XAmzContentSHA256Mismatch")
  assert.deepEqual(world.files(), [])
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "k" })
  await refuses(s3.uploadPart({ Bucket, Key: "k", UploadId, PartNumber: 1, Body, ContentMD5 }), "BadDigest")
  assert.deepEqual(world.files(), [])
})

test("an upload whose sender goes away leaves no file", async () => {
  await using world = await openFilesWorld()
  const { s3 } = world
  const url = new URL(await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "k" })))
  const upload = request(url, { method: "PUT", headers: { "content-length": 5 * MEBIBYTE } })
  upload.on("error", () => {})
  upload.write(randomBytes(2 * MEBIBYTE))
  await eventually(() => world.files().length === 1)
  upload.destroy()
  await eventually(() => world.files().length === 0)
})

test("a disk that fails in the middle of an upload is answered with 503, and nothing of it is there", async () => {
  const world = await openFilesWorld()
  const { s3, objects } = world
  const bytes = randomBytes(2 * MEBIBYTE)
  await s3.putObject({ Bucket, Key: "k", Body: bytes })
  const url = new URL(await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "k" })))
  const upload = request(url, { method: "PUT", headers: { "content-length": 2 * MEBIBYTE } })
  const answered = once(upload, "response")
  upload.write(randomBytes(MEBIBYTE))
  await eventually(() => world.files().length === 2)
  renameSync(objects, `${objects}-away`)
  upload.end(randomBytes(MEBIBYTE))
  const [answer] = await answered
  assert.equal(answer.statusCode, 503)
  let text = ""
  for await (const piece of answer) text += piece
  assert.match(text, /<Code>ServiceUnavailable<\/Code>/)
  renameSync(`${objects}-away`, objects)
  assert.ok(bytes.equals(await bytesOf(s3, "k")))

  rmSync(objects, { recursive: true })
  writeFileSync(objects, "")
  await refuses(s3.putObject({ Bucket, Key: "k", Body: bytes }), "ServiceUnavailable", undefined, 503)
  await refuses(s3.getObject({ Bucket, Key: "k" }), "ServiceUnavailable", undefined, 503)
  await world.closeWith(/cannot be written: ENOENT/, /cannot be written: E/, /cannot be read: ENOTDIR/)
})

test("a file that is missing is told of before the answer, one that is damaged cuts the connection", async () => {
  const world = await openFilesWorld()
  const { s3, objects } = world
  await s3.putObject({ Bucket, Key: "missing", Body: randomBytes(MEBIBYTE) })
  rmSync(join(objects, world.files()[0]!))
  await refuses(s3.getObject({ Bucket, Key: "missing" }), "ServiceUnavailable", undefined, 503)
  await refuses(s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/missing` }), "ServiceUnavailable")

  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "damaged" })
  const Parts = []
  for (const [index, size] of [5 * MEBIBYTE, 2 * MEBIBYTE].entries()) {
    const part = await s3.uploadPart({
      Bucket,
      Key: "damaged",
      UploadId,
      PartNumber: index + 1,
      Body: randomBytes(size),
    })
    Parts.push({ PartNumber: index + 1, ETag: part.ETag })
  }
  await s3.completeMultipartUpload({ Bucket, Key: "damaged", UploadId, MultipartUpload: { Parts } })
  const second = world.files().find((name) => statSync(join(objects, name)).size === 2 * MEBIBYTE)!
  truncateSync(join(objects, second), MEBIBYTE)
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "damaged" }))
  let received = 0
  await assert.rejects(
    new Promise((resolve, reject) => {
      get(url, (answer) => {
        assert.equal(answer.statusCode, 200)
        answer.on("data", (piece: Buffer) => {
          received += piece.length
        })
        answer.on("end", resolve).on("error", reject)
      }).on("error", reject)
    }),
    { code: "ECONNRESET" },
  )
  assert.ok(received >= 5 * MEBIBYTE && received < 7 * MEBIBYTE)
  await world.closeWith(/missing or damaged/, /missing or damaged/, /its file is too short/)
})
