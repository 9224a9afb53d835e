import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { describe, test } from "node:test"
import { Upload } from "@aws-sdk/lib-storage"
import { digest } from "../../src/base/digests/digested.ts"
import { ALGORITHMS, wholeChecksum } from "../../src/services/s3/checksums/algorithms.ts"
import { openWorld, refuses } from "./s3-world.ts"

const MEBIBYTE = 1024 * 1024
const Key = "folder/big"

describe("multipart uploads", () => {
  test("by lib-storage", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const bytes = randomBytes(13 * MEBIBYTE)
    const done = await new Upload({
      client: s3,
      params: { Bucket, Key, Body: bytes, Tagging: "a=1" },
      partSize: 5 * MEBIBYTE,
    }).done()
    assert.match(done.ETag!, /^"[0-9a-f]{32}-3"$/)
    const got = await s3.getObject({ Bucket, Key })
    assert.ok(bytes.equals(await got.Body!.transformToByteArray()))
    assert.equal(got.TagCount, 1)
    const [start, end] = [5 * MEBIBYTE - 3, 10 * MEBIBYTE + 3]
    const range = await s3.getObject({ Bucket, Key, Range: `bytes=${start}-${end - 1}` })
    assert.ok(bytes.subarray(start, end).equals(await range.Body!.transformToByteArray()))
    const part = await s3.getObject({ Bucket, Key, PartNumber: 2 })
    assert.equal(part.PartsCount, 3)
    assert.ok(bytes.subarray(5 * MEBIBYTE, 10 * MEBIBYTE).equals(await part.Body!.transformToByteArray()))
    await refuses(
      s3.getObject({ Bucket, Key, PartNumber: 4 }),
      "InvalidPartNumber",
      "The requested partnumber is not satisfiable",
      416,
    )
    await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/${Key}` })
    assert.equal(
      (await s3.headObject({ Bucket, Key: "copy" })).ETag,
      `"${createHash("md5").update(bytes).digest("hex")}"`,
    )
  })

  for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME"] as const)
    test(`the ${algorithm} of the whole is put together from the parts`, async () => {
      await using world = await openWorld({ requestChecksumCalculation: "WHEN_REQUIRED" })
      const { s3, bucket: Bucket } = world
      const bytes = randomBytes(5 * MEBIBYTE + 1000)
      const { value } = wholeChecksum(algorithm, await digest(bytes, [ALGORITHMS[algorithm].digest]))
      // CRC64NVME is what an upload gets that asks for none.
      const asked =
        algorithm === "CRC64NVME" ? {} : { ChecksumAlgorithm: algorithm, ChecksumType: "FULL_OBJECT" as const }
      const { UploadId } = await s3.createMultipartUpload({ Bucket, Key, ...asked })
      const Parts = []
      for (const [index, Body] of [bytes.subarray(0, 5 * MEBIBYTE), bytes.subarray(5 * MEBIBYTE)].entries()) {
        const { ETag } = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber: index + 1, Body })
        Parts.push({ ETag, PartNumber: index + 1 })
      }
      const done = await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
      assert.equal(done[`Checksum${algorithm}`], value)
      assert.equal(done.ChecksumType, "FULL_OBJECT")
      const attributes = await s3.getObjectAttributes({
        Bucket,
        Key,
        ObjectAttributes: ["Checksum", "ObjectParts", "ObjectSize", "ETag", "StorageClass"],
      })
      assert.equal(attributes.Checksum![`Checksum${algorithm}`], value)
      assert.equal(attributes.ObjectSize, bytes.length)
      assert.equal(attributes.ObjectParts!.TotalPartsCount, 2)
      assert.equal(`"${attributes.ETag}"`, done.ETag)
      // A client that missed the answer asks again.
      assert.equal(
        (await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } })).ETag,
        done.ETag,
      )
    })

  test("are composed where their checksums are", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const { UploadId, ChecksumType } = await s3.createMultipartUpload({ Bucket, Key, ChecksumAlgorithm: "SHA256" })
    assert.equal(ChecksumType, "COMPOSITE")
    await refuses(
      s3.uploadPart({ Bucket, Key, UploadId, PartNumber: 1, Body: "x" }),
      "InvalidRequest",
      "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32",
      400,
    )
    const part = await s3.uploadPart({
      Bucket,
      Key,
      UploadId,
      PartNumber: 1,
      Body: "hello",
      ChecksumAlgorithm: "SHA256",
    })
    const complete = (one: object, more: object = {}) =>
      s3.completeMultipartUpload({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ...one }] },
        ...more,
      })
    await refuses(
      complete({}),
      "InvalidRequest",
      "The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.",
      400,
    )
    await refuses(
      complete({ ChecksumSHA256: "x" }),
      "InvalidPart",
      /^One or more of the specified parts could not be found\./,
      400,
    )
    await refuses(
      complete({ ChecksumCRC32: "DUoRhQ==" }),
      "BadDigest",
      "The crc32 you specified for part 1 did not match what we received.",
      400,
    )
    await refuses(
      complete({ ChecksumSHA256: part.ChecksumSHA256 }, { ChecksumType: "FULL_OBJECT" }),
      "InvalidRequest",
      "The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.",
      400,
    )
    await refuses(
      complete({ ChecksumSHA256: part.ChecksumSHA256 }, { MpuObjectSize: 4 }),
      "InvalidRequest",
      "The provided 'x-amz-mp-object-size' header value 4 does not match what was computed: 5",
      400,
    )
    const done = await complete({ ChecksumSHA256: part.ChecksumSHA256 })
    const inner = createHash("sha256").update("hello").digest()
    assert.equal(done.ChecksumSHA256, `${createHash("sha256").update(inner).digest("base64")}-1`)
  })

  test("are listed and aborted", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const ids: string[] = []
    for (const key of ["a", "a", "b/1", "b/2", "c"])
      ids.push((await s3.createMultipartUpload({ Bucket, Key: key })).UploadId!)
    const whole = await s3.listMultipartUploads({ Bucket })
    assert.deepEqual(
      whole.Uploads!.map(({ UploadId }) => UploadId),
      ids,
    )
    const first = await s3.listMultipartUploads({ Bucket, MaxUploads: 1 })
    assert.equal(first.IsTruncated, true)
    const rest = await s3.listMultipartUploads({
      Bucket,
      KeyMarker: first.NextKeyMarker!,
      UploadIdMarker: first.NextUploadIdMarker!,
    })
    assert.deepEqual(
      rest.Uploads!.map(({ UploadId }) => UploadId),
      ids.slice(1),
    )
    const rolled = await s3.listMultipartUploads({ Bucket, Delimiter: "/" })
    assert.deepEqual(rolled.CommonPrefixes, [{ Prefix: "b/" }])
    await refuses(
      s3.listMultipartUploads({ Bucket, KeyMarker: "a", UploadIdMarker: "x" }),
      "InvalidArgument",
      "Invalid uploadId marker",
      400,
    )
    for (const PartNumber of [1, 2, 3])
      await s3.uploadPart({ Bucket, Key: "c", UploadId: ids[4]!, PartNumber, Body: "x" })
    await s3.uploadPart({ Bucket, Key: "c", UploadId: ids[4]!, PartNumber: 2, Body: "longer" })
    const parts = await s3.listParts({ Bucket, Key: "c", UploadId: ids[4]!, MaxParts: 2 })
    assert.deepEqual(
      parts.Parts!.map(({ PartNumber, Size }) => [PartNumber, Size]),
      [
        [1, 1],
        [2, 6],
      ],
    )
    assert.equal(parts.IsTruncated, true)
    const last = await s3.listParts({
      Bucket,
      Key: "c",
      UploadId: ids[4]!,
      PartNumberMarker: parts.NextPartNumberMarker!,
    })
    assert.deepEqual(
      last.Parts!.map(({ PartNumber }) => PartNumber),
      [3],
    )
    await s3.abortMultipartUpload({ Bucket, Key: "c", UploadId: ids[4]! })
    const text =
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
    await refuses(s3.abortMultipartUpload({ Bucket, Key: "c", UploadId: ids[4]! }), "NoSuchUpload", text, 404)
    await refuses(
      s3.uploadPart({ Bucket, Key: "c", UploadId: ids[4]!, PartNumber: 1, Body: "x" }),
      "NoSuchUpload",
      text,
      404,
    )
    await refuses(s3.listParts({ Bucket, Key: "other", UploadId: ids[0]! }), "NoSuchUpload", text, 404)
    // Uploads that were not completed do not keep a bucket.
    await s3.deleteBucket({ Bucket })
  })

  test("are refused", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key })
    const upload = (PartNumber: number, Body = "x") => s3.uploadPart({ Bucket, Key, UploadId, PartNumber, Body })
    await refuses(upload(0), "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", 400)
    await refuses(
      upload(10_001),
      "InvalidArgument",
      "Part number must be an integer between 1 and 10000, inclusive",
      400,
    )
    const one = { PartNumber: 1, ETag: (await upload(1)).ETag }
    const two = { PartNumber: 2, ETag: (await upload(2)).ETag }
    const complete = (Parts: object[], more: object = {}) =>
      s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more })
    await refuses(complete([]), "InvalidRequest", "You must specify at least one part", 400)
    await refuses(
      complete([two, one]),
      "InvalidPartOrder",
      "The list of parts was not in ascending order. Parts must be ordered by part number.",
      400,
    )
    await refuses(
      complete([one, { PartNumber: 3, ETag: '"x"' }]),
      "InvalidPart",
      /^One or more of the specified parts could not be found\./,
      400,
    )
    const small = await refuses(
      complete([one, two]),
      "EntityTooSmall",
      "Your proposed upload is smaller than the minimum allowed size",
      400,
    )
    assert.equal(small.ProposedSize, "1")
    await s3.putObject({ Bucket, Key, Body: "there" })
    await refuses(complete([one], { IfNoneMatch: "*" }), "PreconditionFailed", undefined, 412)
    const create = (more: object) => s3.createMultipartUpload({ Bucket, Key, ...more })
    await refuses(
      create({ ChecksumAlgorithm: "TEST" }),
      "InvalidRequest",
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
      400,
    )
    await refuses(
      create({ ChecksumAlgorithm: "SHA1", ChecksumType: "FULL_OBJECT" }),
      "InvalidRequest",
      "The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.",
      400,
    )
    await refuses(
      create({ ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" }),
      "InvalidRequest",
      "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.",
      400,
    )
    await complete([one])
    assert.equal((await s3.headObject({ Bucket, Key })).ContentLength, 1)
  })

  test("copy ranges of objects", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const bytes = randomBytes(6 * MEBIBYTE)
    await s3.putObject({ Bucket, Key: "source", Body: bytes })
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key })
    const copy = (PartNumber: number, CopySourceRange?: string) =>
      s3.uploadPartCopy({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        CopySource: `${Bucket}/source`,
        ...(CopySourceRange && { CopySourceRange }),
      })
    const one = await copy(1)
    const two = await copy(2, "bytes=10-19")
    await refuses(copy(3, "0-8"), "InvalidArgument", /^The x-amz-copy-source-range value must be of the form/, 400)
    const Parts = [one, two].map(({ CopyPartResult }, index) => ({ PartNumber: index + 1, ETag: CopyPartResult!.ETag }))
    await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } })
    const got = await (await s3.getObject({ Bucket, Key })).Body!.transformToByteArray()
    assert.ok(Buffer.concat([bytes, bytes.subarray(10, 20)]).equals(got))
  })
})
