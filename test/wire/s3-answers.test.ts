import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { ListBucketsCommand, ListObjectsV2Command, S3 } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { openWorld, refuses, textOf, type World } from "./s3-world.ts"

/** Answers that S3 was recorded to give where one would expect others. */
describe("S3 answers as it was recorded to", () => {
  let world: World
  let s3: S3
  let Bucket: string
  before(async () => {
    world = await openWorld({ requestChecksumCalculation: "WHEN_REQUIRED" })
    ;({ s3, bucket: Bucket } = world)
  })
  after(() => world[Symbol.asyncDispose]())

  /** The answer as it came. */
  async function raw(client: S3, call: (client: S3) => Promise<unknown>) {
    let seen: { statusCode: number; headers: Record<string, string>; body?: { transformToString?(): Promise<string> } }
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        seen = result.response as typeof seen
        return result
      },
      { step: "deserialize", name: "seen", override: true, priority: "low" },
    )
    await call(client)
    client.middlewareStack.remove("seen")
    return seen!
  }
  const put = (Key: string, Body = "x", more: object = {}) => s3.putObject({ Bucket, Key, Body, ...more })

  /** A bucket that everybody may write to. */
  async function openBucket(name: string): Promise<string> {
    await s3.createBucket({ Bucket: name })
    await s3.deletePublicAccessBlock({ Bucket: name })
    const Statement = [{ Effect: "Allow", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${name}/*` }]
    await s3.putBucketPolicy({ Bucket: name, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) })
    return name
  }

  describe("a part's checksum in CompleteMultipartUpload", () => {
    const notFound =
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."

    test("of an upload without any is a part that is not there, right or wrong", async () => {
      const Key = "no-algorithm"
      const { UploadId } = await s3.createMultipartUpload({ Bucket, Key })
      const part = await s3.uploadPart({
        Bucket,
        Key,
        UploadId,
        PartNumber: 1,
        Body: "hello",
        ChecksumAlgorithm: "SHA256",
      })
      for (const ChecksumSHA256 of [part.ChecksumSHA256!, "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCR="]) {
        const Parts = [{ PartNumber: 1, ETag: part.ETag, ChecksumSHA256 }]
        const call = s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
        const error = await refuses(call, "InvalidPart", notFound, 400)
        assert.deepEqual(
          [error.UploadId, error.PartNumber, error.ETag],
          [UploadId, "1", part.ETag!.replaceAll('"', "")],
        )
      }
    })

    test("of the whole is of the type that its algorithm has by default, unless one is said", async () => {
      const Key = "full-object"
      const { UploadId } = await s3.createMultipartUpload({
        Bucket,
        Key,
        ChecksumAlgorithm: "CRC32C",
        ChecksumType: "FULL_OBJECT",
      })
      const part = await s3.uploadPart({
        Bucket,
        Key,
        UploadId,
        PartNumber: 1,
        Body: "hello",
        ChecksumAlgorithm: "CRC32C",
      })
      const ChecksumCRC32C = part.ChecksumCRC32C!
      const Parts = [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32C }]
      const complete = (more: object) =>
        s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ChecksumCRC32C, ...more })
      await refuses(complete({}), "BadDigest", "The crc32c you specified did not match the calculated checksum.", 400)
      assert.equal((await complete({ ChecksumType: "FULL_OBJECT" })).ChecksumCRC32C, ChecksumCRC32C)
    })

    test("is what a get of that part shows, whatever the case of the mode", async () => {
      const Key = "composite"
      const { UploadId } = await s3.createMultipartUpload({ Bucket, Key, ChecksumAlgorithm: "CRC32" })
      const part = await s3.uploadPart({
        Bucket,
        Key,
        UploadId,
        PartNumber: 1,
        Body: "hello",
        ChecksumAlgorithm: "CRC32",
      })
      const Parts = [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }]
      const done = await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
      assert.equal(done.ChecksumType, "COMPOSITE")
      for (const ChecksumMode of ["ENABLED", "enabled"] as const) {
        const one = await s3.headObject({ Bucket, Key, PartNumber: 1, ChecksumMode: ChecksumMode as "ENABLED" })
        assert.deepEqual([one.ChecksumCRC32, one.ChecksumType], [part.ChecksumCRC32, "COMPOSITE"])
        const whole = await s3.headObject({ Bucket, Key, ChecksumMode: ChecksumMode as "ENABLED" })
        assert.equal(whole.ChecksumCRC32, done.ChecksumCRC32)
      }
    })
  })

  test("an upload that must find nothing conflicts with a deletion meanwhile", async () => {
    const Key = "deleted-meanwhile"
    await put(Key)
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key })
    const { ETag } = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber: 1, Body: "hello" })
    await s3.deleteObject({ Bucket, Key })
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    const call = s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload, IfNoneMatch: "*" })
    const error = await refuses(
      call,
      "ConditionalRequestConflict",
      "The conditional request cannot succeed due to a conflicting operation against this resource.",
      409,
    )
    assert.deepEqual([error.Condition, error.Key], ["If-None-Match", Key])
    await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload })
  })

  test("who began an upload has a name", async () => {
    const user = await world.user("uploader", [{ Effect: "Allow", Action: "s3:*", Resource: "*" }])
    const { UploadId } = await user.s3.createMultipartUpload({ Bucket, Key: "named" })
    const { Initiator, Owner } = await s3.listParts({ Bucket, Key: "named", UploadId })
    assert.deepEqual(Initiator, { ID: user.arn, DisplayName: "uploader" })
    assert.deepEqual(Object.keys(Owner!), ["ID"])
    await s3.abortMultipartUpload({ Bucket, Key: "named", UploadId })
  })

  test("nobody begins an upload unsigned, though the bucket lets them write", async () => {
    const name = await openBucket("open-bucket")
    await world.anonymous.putObject({ Bucket: name, Key: "k", Body: "x" })
    await refuses(
      world.anonymous.createMultipartUpload({ Bucket: name, Key: "k" }),
      "AccessDenied",
      "Anonymous users cannot initiate multipart uploads.  Please authenticate.",
      403,
    )
  })

  describe("copies onto themselves", () => {
    const illegal =
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."
    const copy = (Key: string, more: object = {}) =>
      s3.copyObject({ Bucket, Key, CopySource: `${Bucket}/${Key}`, ...more })

    test("change something where a storage class is said", async () => {
      await put("same")
      await copy("same", { StorageClass: "STANDARD" })
      const { ETag } = await s3.headObject({ Bucket, Key: "same" })
      await copy("same", { StorageClass: "STANDARD_IA", IfMatch: ETag })
      await refuses(copy("same"), "InvalidRequest", illegal, 400)
    })
    test("are refused by what must not be there first", async () => {
      await put("none-match")
      const error = await refuses(copy("none-match", { IfNoneMatch: "*" }), "PreconditionFailed", undefined, 412)
      assert.equal(error.Condition, "If-None-Match")
    })
    test("are encrypted anew in a bucket that was told to encrypt", async () => {
      const name = "encrypting"
      await s3.createBucket({ Bucket: name })
      await s3.putObject({ Bucket: name, Key: "k", Body: "x" })
      const itself = { Bucket: name, Key: "k", CopySource: `${name}/k` }
      await refuses(s3.copyObject(itself), "InvalidRequest", illegal, 400)
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }]
      await s3.putBucketEncryption({ Bucket: name, ServerSideEncryptionConfiguration: { Rules } })
      await s3.copyObject(itself)
    })
  })

  test("a plus in the source of a copy is a space", async () => {
    await put("test key.txt", "spaced")
    await s3.copyObject({ Bucket, Key: "from-plus", CopySource: `${Bucket}%2Ftest+key.txt` })
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "from-plus" })), "spaced")
    await put("a+b", "plus")
    await refuses(s3.copyObject({ Bucket, Key: "c", CopySource: `${Bucket}/a+b` }), "NoSuchKey")
    await s3.copyObject({ Bucket, Key: "c", CopySource: `${Bucket}/a%2Bb` })
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "d" })
    const part = { Bucket, Key: "d", UploadId, PartNumber: 1 }
    await s3.uploadPartCopy({ ...part, CopySource: `${Bucket}/test+key.txt` })
    await refuses(s3.uploadPartCopy({ ...part, CopySource: `${Bucket}/a+b` }), "NoSuchKey")
  })

  test("a version that has no id of its own is not named as copied", async () => {
    const name = "suspended"
    await s3.createBucket({ Bucket: name })
    await s3.putBucketVersioning({ Bucket: name, VersioningConfiguration: { Status: "Suspended" } })
    assert.equal((await s3.putObject({ Bucket: name, Key: "k", Body: "x" })).VersionId, undefined)
    const copied = await s3.copyObject({ Bucket: name, Key: "copy", CopySource: `${name}/k?versionId=null` })
    assert.deepEqual([copied.CopySourceVersionId, copied.VersionId], [undefined, "null"])
    const { UploadId } = await s3.createMultipartUpload({ Bucket: name, Key: "parts" })
    const { ETag } = await s3.uploadPart({ Bucket: name, Key: "parts", UploadId, PartNumber: 1, Body: "x" })
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    const done = await s3.completeMultipartUpload({ Bucket: name, Key: "parts", UploadId, MultipartUpload })
    assert.equal(done.VersionId, undefined)
  })

  describe("a marker below a common prefix passes over all of it", () => {
    const name = "folders"
    before(async () => {
      await s3.createBucket({ Bucket: name })
      for (const Key of ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"]) {
        await s3.putObject({ Bucket: name, Key, Body: "x" })
        await s3.createMultipartUpload({ Bucket: name, Key })
      }
    })
    const query = { Bucket: name, Prefix: "folder/", Delimiter: "/" }
    const marker = "folder/aSubfolder/subFile1"
    const keys = (list: { Key?: string }[] | undefined) => list?.map(({ Key }) => Key)

    test("of ListObjects", async () => {
      const page = await s3.listObjects({ ...query, MaxKeys: 1, Marker: marker })
      assert.deepEqual(
        [page.CommonPrefixes, keys(page.Contents), page.NextMarker],
        [undefined, ["folder/file1"], "folder/file1"],
      )
    })
    test("of ListObjectVersions", async () => {
      const page = await s3.listObjectVersions({ ...query, KeyMarker: marker })
      assert.deepEqual([page.CommonPrefixes, keys(page.Versions)], [undefined, ["folder/file1", "folder/file2"]])
    })
    test("of ListMultipartUploads", async () => {
      const page = await s3.listMultipartUploads({ ...query, KeyMarker: marker })
      assert.deepEqual([page.CommonPrefixes, keys(page.Uploads)], [undefined, ["folder/file1", "folder/file2"]])
    })
  })

  test("headers beyond ASCII", async () => {
    const name = await openBucket("open-for-headers")
    const url = `${world.server.client.endpoint}/${name}/headers`
    const asBytes = (text: string) => Buffer.from(text).toString("latin1")
    const headers = {
      "x-amz-meta-q": asBytes("ÄMÄZÕÑ S3"),
      "x-amz-meta-b": asBytes("日本"),
      "cache-control": asBytes("é…!"),
    }
    assert.equal((await fetch(url, { method: "PUT", body: "x", headers })).status, 200)
    const { Metadata, CacheControl } = await s3.headObject({ Bucket: name, Key: "headers" })
    assert.deepEqual(Metadata, { q: "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=", b: "=?UTF-8?B?5pel5pys?=" })
    assert.equal(CacheControl, "é !")
    await s3.copyObject({ Bucket, Key: "headers-copy", CopySource: `${name}/headers` })
    assert.deepEqual((await s3.headObject({ Bucket, Key: "headers-copy" })).Metadata, Metadata)
  })

  describe("what comes beside the answers", () => {
    test("times in documents are of whole seconds, with a fraction of zeros", async () => {
      await put("timed")
      const url = await getSignedUrl(s3, new ListObjectsV2Command({ Bucket }))
      const text = await (await fetch(url)).text()
      const times = [...text.matchAll(/<LastModified>([^<]+)</g)].map(([, time]) => time!)
      assert.ok(times.length > 0)
      for (const time of times) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
    })
    test("a new bucket's ARN, and the type of what HEAD leaves out", async () => {
      assert.equal((await s3.createBucket({ Bucket: "arn-bucket" })).BucketArn, "arn:aws:s3:::arn-bucket")
      const { headers } = await raw(s3, (client) => client.headBucket({ Bucket }))
      assert.equal(headers["content-type"], "application/xml")
    })
    test("listings say where the bucket is", async () => {
      const west = new S3({ ...world.server.client, region: "us-west-2", forcePathStyle: true })
      await west.createBucket({ Bucket: "west", CreateBucketConfiguration: { LocationConstraint: "us-west-2" } })
      for (const list of [
        (client: S3) => client.listObjects({ Bucket: "west" }),
        (client: S3) => client.listObjectsV2({ Bucket: "west" }),
      ]) {
        const { headers } = await raw(s3, (client) => list(client))
        assert.equal(headers["x-amz-bucket-region"], "us-west-2")
      }
    })
    test("the list of buckets begins with its owner", async () => {
      const url = await getSignedUrl(s3, new ListBucketsCommand({}))
      const text = await (await fetch(url)).text()
      assert.match(text, /<ListAllMyBucketsResult[^>]*><Owner>/)
    })
    test("bucket tags are put with 204, and may be none", async () => {
      const { statusCode } = await raw(s3, (client) =>
        client.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }),
      )
      assert.equal(statusCode, 204)
      await s3.putBucketTagging({ Bucket, Tagging: {} as { TagSet: [] } })
      await refuses(s3.getBucketTagging({ Bucket }), "NoSuchTagSet")
      await put("tagged")
      await s3.putObjectTagging({ Bucket, Key: "tagged", Tagging: {} as { TagSet: [] } })
      assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: "tagged" })).TagSet, [])
    })
  })

  test("tags of AWS's own are refused in other words at the start", async () => {
    const CreateBucketConfiguration = { Tags: [{ Key: "aws:x", Value: "y" }] }
    await refuses(
      s3.createBucket({ Bucket: "tagged-bucket", CreateBucketConfiguration }),
      "InvalidTag",
      'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
      400,
    )
  })

  test("a bucket that is not there is told of before what is wrong with the document", async () => {
    const missing = { Bucket: "no-such-bucket" }
    await refuses(
      s3.putBucketEncryption({ ...missing, ServerSideEncryptionConfiguration: { Rules: [] } }),
      "NoSuchBucket",
    )
    await refuses(s3.putBucketOwnershipControls({ ...missing, OwnershipControls: { Rules: [] } }), "NoSuchBucket")
    await refuses(s3.putBucketCors({ ...missing, CORSConfiguration: { CORSRules: [] } }), "NoSuchBucket")
    await refuses(s3.putBucketVersioning({ ...missing, VersioningConfiguration: {} }), "NoSuchBucket")
    await refuses(
      s3.putBucketTagging({ ...missing, Tagging: { TagSet: [{ Key: "aws:x", Value: "" }] } }),
      "NoSuchBucket",
    )
    await refuses(s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules: [] } }), "MalformedXML")
  })

  test("a version id that AWS could have issued names a version that is not there", async () => {
    await put("versioned")
    const VersionId = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"
    const Objects = [
      { Key: "versioned", VersionId },
      { Key: "versioned", VersionId: "short" },
    ]
    const { Errors } = await s3.deleteObjects({ Bucket, Delete: { Objects } })
    assert.deepEqual(
      Errors!.map(({ Code, Message }) => [Code, Message]),
      [
        ["NoSuchVersion", "The specified version does not exist."],
        ["InvalidArgument", "Invalid version id specified"],
      ],
    )
  })

  describe("grants that nobody could mean are told of first", () => {
    for (const [name, input, code, message, members] of [
      ["an id", { GrantRead: "id=wrong-id" }, "InvalidArgument", "Invalid id", ["id", "wrong-id"]],
      [
        "a group",
        { GrantWriteACP: 'uri="http://acs.amazonaws.com/groups/s3/FakeGroup"' },
        "InvalidArgument",
        "Invalid group uri",
        ["uri", "http://acs.amazonaws.com/groups/s3/FakeGroup"],
      ],
      [
        "a kind",
        { GrantWrite: 'fakekey="1234"' },
        "InvalidArgument",
        "Argument format not recognized",
        ["x-amz-grant-write", 'fakekey="1234"'],
      ],
      [
        "a document of nothing",
        { AccessControlPolicy: {} },
        "MalformedACLError",
        "The XML you provided was not well-formed or did not validate against our published schema",
        [undefined, undefined],
      ],
      [
        "a permission",
        { AccessControlPolicy: { Owner: { ID: "x" }, Grants: [{ Permission: "NOTHING" as "READ" }] } },
        "MalformedACLError",
        undefined,
        [undefined, undefined],
      ],
      [
        "log delivery",
        { ACL: "log-delivery-write" as "private" },
        "AccessControlListNotSupported",
        "The bucket does not allow ACLs",
        [undefined, undefined],
      ],
      [
        "what is well formed",
        { GrantRead: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' },
        "AccessControlListNotSupported",
        undefined,
        [undefined, undefined],
      ],
    ] as const)
      test(`by ${name}`, async () => {
        const error = await refuses(s3.putBucketAcl({ Bucket, ...(input as object) }), code, message, 400)
        assert.deepEqual([error.ArgumentName, error.ArgumentValue], members)
      })
  })
})
