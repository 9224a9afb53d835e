import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { request } from "node:http"
import { Readable } from "node:stream"
import { describe, test } from "node:test"
import { GetObjectCommand, PutObjectCommand, S3 } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { openWorld, refuses, textOf } from "./s3-world.ts"

describe("objects", () => {
  test("come back as they were put", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const put = await s3.putObject({
      Bucket,
      Key: "a b/ü+&?.txt",
      Body: "hello",
      ContentType: "text/plain",
      CacheControl: "no-cache",
      ContentDisposition: "inline",
      ContentEncoding: "identity",
      ContentLanguage: "de",
      Expires: new Date(Date.UTC(2030, 0, 1)),
      Metadata: { colour: "blue", __proto__x: "y" },
      StorageClass: "STANDARD_IA",
    })
    assert.equal(put.ETag, '"5d41402abc4b2a76b9719d911017c592"')
    assert.equal(put.ChecksumCRC32, "NhCmhg==")
    assert.equal(put.ServerSideEncryption, "AES256")
    assert.equal(put.VersionId, undefined)
    const got = await s3.getObject({ Bucket, Key: "a b/ü+&?.txt", ChecksumMode: "ENABLED" })
    assert.equal(await textOf(got), "hello")
    assert.equal(got.ContentType, "text/plain")
    assert.equal(got.CacheControl, "no-cache")
    assert.equal(got.ContentDisposition, "inline")
    assert.equal(got.ContentEncoding, "identity")
    assert.equal(got.ContentLanguage, "de")
    assert.equal(got.ExpiresString, "Tue, 01 Jan 2030 00:00:00 GMT")
    assert.deepEqual(got.Metadata, { colour: "blue", __proto__x: "y" })
    assert.equal(got.StorageClass, "STANDARD_IA")
    assert.equal(got.ChecksumCRC32, "NhCmhg==")
    assert.equal(got.AcceptRanges, "bytes")
    const head = await s3.headObject({ Bucket, Key: "a b/ü+&?.txt" })
    assert.equal(head.ContentLength, 5)
    assert.equal(head.ChecksumCRC32, undefined)
    assert.deepEqual(head.LastModified, got.LastModified)
  })

  for (const size of [0, 1, 65_536, 65_537, 1_048_576, 1_048_577, 3_500_000])
    test(`of ${size} bytes, and ranges of them`, async () => {
      await using world = await openWorld()
      const { s3, bucket: Bucket } = world
      const bytes = randomBytes(size)
      await s3.putObject({ Bucket, Key: "k", Body: bytes })
      const got = await s3.getObject({ Bucket, Key: "k" })
      assert.ok(bytes.equals(await got.Body!.transformToByteArray()))
      for (const [start, end] of [
        [0, 1],
        [size - 1, size],
        [Math.floor(size / 2), size],
        [1_048_570, 1_048_590],
      ] as const) {
        if (start < 0 || start >= end || end > size) continue
        const part = await s3.getObject({ Bucket, Key: "k", Range: `bytes=${start}-${end - 1}` })
        assert.equal(part.$metadata.httpStatusCode, 206)
        assert.equal(part.ContentRange, `bytes ${start}-${end - 1}/${size}`)
        assert.ok(bytes.subarray(start, end).equals(await part.Body!.transformToByteArray()))
      }
      const error = await refuses(
        s3.getObject({ Bucket, Key: "k", Range: `bytes=${size}-` }),
        "InvalidRange",
        "The requested range is not satisfiable",
        416,
      )
      assert.equal(error.ActualObjectSize, String(size))
    })

  test("are streamed in, by chunks that are signed or by a trailer", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const bytes = randomBytes(2_200_000)
    for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
      await s3.putObject({
        Bucket,
        Key: ChecksumAlgorithm,
        Body: Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]),
        ContentLength: bytes.length,
        ChecksumAlgorithm,
      })
      const got = await s3.getObject({ Bucket, Key: ChecksumAlgorithm, ChecksumMode: "ENABLED" })
      assert.ok(got[`Checksum${ChecksumAlgorithm}`])
      assert.equal(got.ChecksumType, "FULL_OBJECT")
      assert.ok(bytes.equals(await got.Body!.transformToByteArray()))
    }
  })

  test("get the default checksum where the client sends none", async () => {
    await using world = await openWorld({ requestChecksumCalculation: "WHEN_REQUIRED" })
    const { s3, bucket: Bucket } = world
    const put = await s3.putObject({ Bucket, Key: "k", Body: "123456789" })
    assert.equal(put.ChecksumCRC64NVME, Buffer.from("ae8b14860a799888", "hex").toString("base64"))
    await refuses(
      s3.putObject({ Bucket, Key: "k", Body: "x", ChecksumSHA256: "AAAA" }),
      "InvalidRequest",
      "Value for x-amz-checksum-sha256 header is invalid.",
      400,
    )
    await refuses(
      s3.putObject({ Bucket, Key: "k", Body: "x", ChecksumCRC32: "AAAAAA==" }),
      "BadDigest",
      "The CRC32 you specified did not match the calculated checksum.",
      400,
    )
    await refuses(
      s3.putObject({ Bucket, Key: "k", Body: "x", ChecksumCRC32: "AAAAAA==", ChecksumCRC32C: "AAAAAA==" }),
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
      400,
    )
    await refuses(
      s3.putObject({ Bucket, Key: "k", Body: "x", ContentMD5: "zzz" }),
      "InvalidDigest",
      "The Content-MD5 you specified was invalid.",
      400,
    )
    await refuses(
      s3.putObject({ Bucket, Key: "k", Body: "x", ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" }),
      "BadDigest",
      "The Content-MD5 you specified did not match what we received.",
      400,
    )
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "k" })), "123456789")
  })

  test("are refused where something is wrong with what comes along", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const put = (more: object) => s3.putObject({ Bucket, Key: "k", Body: "x", ...more })
    await refuses(put({ Key: "k".repeat(1025) }), "KeyTooLongError", "Your key is too long", 400)
    await refuses(put({ Metadata: { a: "b".repeat(2048) } }), "MetadataTooLarge", undefined, 400)
    await refuses(
      put({ StorageClass: "OUTPOSTS" }),
      "InvalidStorageClass",
      "The storage class you specified is not valid",
      400,
    )
    await refuses(put({ ServerSideEncryption: "aws:kms" }), "NotImplemented", undefined, 501)
    await refuses(put({ ServerSideEncryption: "KMS" }), "InvalidEncryptionAlgorithmError", undefined, 400)
    await refuses(
      put({ ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: new Date() }),
      "NotImplemented",
      undefined,
      501,
    )
    await refuses(put({ ACL: "public-read" }), "AccessControlListNotSupported", "The bucket does not allow ACLs", 400)
    await refuses(put({ Tagging: "a=1&a=2" }), "InvalidArgument", /^The header 'x-amz-tagging' shall be encoded/, 400)
    await refuses(put({ WebsiteRedirectLocation: "x" }), "InvalidRedirectLocation", undefined, 400)
    await refuses(put({ IfNoneMatch: '"x"' }), "NotImplemented", undefined, 501)
    await refuses(put({ IfMatch: '"x"' }), "NoSuchKey", "The specified key does not exist.", 404)
    await refuses(
      s3.putObject({ Bucket: "no-such-bucket", Key: "k" }),
      "NoSuchBucket",
      "The specified bucket does not exist",
      404,
    )
    await refuses(s3.getObject({ Bucket, Key: "k" }), "NoSuchKey", "The specified key does not exist.", 404)
    await put({ ACL: "bucket-owner-full-control" })
    await refuses(
      put({ IfNoneMatch: "*" }),
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      412,
    )
    await refuses(put({ IfMatch: '"x"' }), "PreconditionFailed", undefined, 412)
    await put({ IfMatch: '"9dd4e461268c8034f5c8564e155c67a6"' })
  })

  test("are read on conditions", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const { ETag } = await s3.putObject({ Bucket, Key: "k", Body: "x" })
    await refuses(s3.getObject({ Bucket, Key: "k", IfMatch: '"x"' }), "PreconditionFailed", undefined, 412)
    const response = await fetch(
      await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "k", IfNoneMatch: ETag! })),
      { headers: { "if-none-match": ETag! } },
    )
    assert.equal(response.status, 304)
    assert.equal(response.headers.get("etag"), ETag)
    assert.equal(await response.text(), "")
    await refuses(s3.headObject({ Bucket, Key: "k", IfNoneMatch: ETag! }), "Unknown", undefined, 304)
  })

  test("that are missing are missing to heads as well", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await refuses(s3.headObject({ Bucket, Key: "k" }), "NotFound", undefined, 404)
    await refuses(s3.headBucket({ Bucket: "no-such-bucket" }), "NotFound", undefined, 404)
    await refuses(
      s3.getObject({ Bucket, Key: "k", Range: "bytes=0-1", PartNumber: 1 }),
      "InvalidRequest",
      "Cannot specify both Range header and partNumber query parameter",
      400,
    )
  })

  test("are put and read by presigned URLs, with other headers where the reader is known", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const putUrl = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "k" }))
    assert.equal((await fetch(putUrl, { method: "PUT", body: "by a link" })).status, 200)
    const getUrl = await getSignedUrl(
      s3,
      new GetObjectCommand({
        Bucket,
        Key: "k",
        ResponseContentType: "text/html",
        ResponseContentDisposition: "attachment",
      }),
    )
    const response = await fetch(getUrl)
    assert.equal(await response.text(), "by a link")
    assert.equal(response.headers.get("content-type"), "text/html")
    assert.equal(response.headers.get("content-disposition"), "attachment")
    const refused = await fetch(getUrl.replace("text%2Fhtml", "text%2Fplain"))
    assert.equal(refused.status, 403)
    assert.match(await refused.text(), /<Code>SignatureDoesNotMatch<\/Code>/)
  })

  test("are found by virtual hosts", async () => {
    await using world = await openWorld()
    const { s3, server, bucket: Bucket } = world
    await s3.putObject({ Bucket, Key: "a/b", Body: "hosted" })
    const url = new URL(
      await getSignedUrl(
        new S3({
          ...server.client,
          endpoint: server.url.replace("127.0.0.1", "s3.localhost"),
        }),
        new GetObjectCommand({ Bucket, Key: "a/b" }),
      ),
    )
    assert.equal(url.hostname, "test-bucket.s3.localhost")
    const body = await new Promise<string>((resolve, reject) => {
      request(
        { host: "127.0.0.1", port: url.port, path: url.pathname + url.search, headers: { host: url.host } },
        (response) => {
          let text = ""
          response.on("data", (chunk) => (text += chunk)).on("end", () => resolve(`${response.statusCode} ${text}`))
        },
      )
        .on("error", reject)
        .end()
    })
    assert.equal(body, "200 hosted")
  })

  test("that are overwritten while they are read are read whole", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const bytes = randomBytes(8_000_000)
    await s3.putObject({ Bucket, Key: "k", Body: bytes })
    const got = await s3.getObject({ Bucket, Key: "k" })
    await s3.putObject({ Bucket, Key: "k", Body: randomBytes(2_000_000) })
    await s3.deleteObject({ Bucket, Key: "k" })
    assert.ok(bytes.equals(await got.Body!.transformToByteArray()))
  })

  test("whose upload breaks off are not there", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const url = new URL(await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "k" })))
    await new Promise<void>((resolve) => {
      const upload = request(url, { method: "PUT", headers: { "content-length": 5_000_000 } })
      upload.on("error", () => resolve())
      upload.write(randomBytes(2_500_000), () => setTimeout(() => upload.destroy(), 50))
    })
    await refuses(s3.getObject({ Bucket, Key: "k" }), "NoSuchKey")
  })
})

describe("copies", () => {
  test("bring metadata and tags along, or replace them", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await s3.putObject({
      Bucket,
      Key: "a b",
      Body: "hello",
      Metadata: { x: "1" },
      Tagging: "t=1",
      ContentType: "text/plain",
      StorageClass: "STANDARD_IA",
    })
    const copied = await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/a%20b` })
    assert.equal(copied.CopyObjectResult!.ETag, '"5d41402abc4b2a76b9719d911017c592"')
    const head = await s3.headObject({ Bucket, Key: "copy" })
    assert.deepEqual(head.Metadata, { x: "1" })
    assert.equal(head.ContentType, "text/plain")
    assert.equal(head.StorageClass, undefined)
    assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: "copy" })).TagSet, [{ Key: "t", Value: "1" }])
    await s3.copyObject({
      Bucket,
      Key: "copy",
      CopySource: `${Bucket}/a%20b`,
      MetadataDirective: "REPLACE",
      Metadata: { y: "2" },
      TaggingDirective: "REPLACE",
      Tagging: "u=2",
    })
    assert.deepEqual((await s3.headObject({ Bucket, Key: "copy" })).Metadata, { y: "2" })
    assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: "copy" })).TagSet, [{ Key: "u", Value: "2" }])
  })

  test("are refused", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const { ETag } = await s3.putObject({ Bucket, Key: "k", Body: "hello" })
    const copy = (more: object) => s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/k`, ...more })
    await refuses(
      copy({ Key: "k" }),
      "InvalidRequest",
      /^This copy request is illegal because it is trying to copy an object to itself/,
      400,
    )
    await refuses(copy({ CopySource: `${Bucket}/none` }), "NoSuchKey", "The specified key does not exist.", 404)
    await refuses(copy({ CopySource: "no-such-bucket/k" }), "NoSuchBucket", undefined, 404)
    await refuses(copy({ CopySource: Bucket }), "InvalidArgument", "Invalid copy source object key", 400)
    await refuses(copy({ CopySourceIfMatch: '"x"' }), "PreconditionFailed", undefined, 412)
    await refuses(copy({ CopySourceIfNoneMatch: ETag }), "PreconditionFailed", undefined, 412)
    await refuses(copy({ MetadataDirective: "NONE" }), "InvalidArgument", "Unknown metadata directive.", 400)
    await refuses(copy({ ExpectedSourceBucketOwner: "111111111111" }), "AccessDenied", "Access Denied", 403)
    await copy({ Key: "k", MetadataDirective: "REPLACE" })
  })
})
