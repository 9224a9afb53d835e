import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { type ListObjectVersionsOutput, paginateListObjectsV2 } from "@aws-sdk/client-s3"
import { openWorld, refuses, type World } from "./s3-world.ts"

const KEYS = ["a.txt", "b/1", "b/2", "b/c/3", "ü x", "\u{1f600}", "\uffee"]

async function fill({ s3, bucket: Bucket }: World, keys: readonly string[] = KEYS) {
  for (const Key of keys) await s3.putObject({ Bucket, Key, Body: Key })
}

const namesOf = (page: { Contents?: { Key?: string }[]; CommonPrefixes?: { Prefix?: string }[] }) => [
  ...(page.Contents ?? []).map(({ Key }) => Key),
  ...(page.CommonPrefixes ?? []).map(({ Prefix }) => `${Prefix}*`),
]

describe("ListObjectsV2", () => {
  test("lists keys in the order of their bytes", async () => {
    await using world = await openWorld()
    await fill(world)
    const { s3, bucket: Bucket } = world
    const page = await s3.listObjectsV2({ Bucket })
    assert.deepEqual(namesOf(page), ["a.txt", "b/1", "b/2", "b/c/3", "ü x", "\uffee", "\u{1f600}"])
    assert.equal(page.KeyCount, 7)
    assert.equal(page.IsTruncated, false)
    assert.equal(page.Contents![0]!.Size, 5)
    assert.equal(page.Contents![0]!.StorageClass, "STANDARD")
    assert.equal(page.Contents![0]!.Owner, undefined)
    assert.match((await s3.listObjectsV2({ Bucket, FetchOwner: true })).Contents![0]!.Owner!.ID!, /^[0-9a-f]{64}$/)
    assert.deepEqual(namesOf(await s3.listObjectsV2({ Bucket, Delimiter: "/" })), [
      "a.txt",
      "ü x",
      "\uffee",
      "\u{1f600}",
      "b/*",
    ])
    assert.deepEqual(namesOf(await s3.listObjectsV2({ Bucket, Prefix: "b/", Delimiter: "/" })), ["b/1", "b/2", "b/c/*"])
    assert.deepEqual(namesOf(await s3.listObjectsV2({ Bucket, StartAfter: "b/1", Prefix: "b" })), ["b/2", "b/c/3"])
    const encoded = await s3.listObjectsV2({ Bucket, EncodingType: "url", Prefix: "ü " })
    assert.deepEqual(namesOf(encoded), ["%C3%BC+x"])
    assert.equal(encoded.Prefix, "%C3%BC+")
  })

  test("pages", async () => {
    await using world = await openWorld()
    await fill(world)
    const { s3, bucket: Bucket } = world
    for (const Delimiter of ["", "/"]) {
      const names: unknown[] = []
      for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket, Delimiter }))
        names.push(...namesOf(page))
      const whole = await s3.listObjectsV2({ Bucket, Delimiter })
      assert.deepEqual(names.sort(), namesOf(whole).sort())
    }
  })

  test("goes on where it stopped, whatever was written or deleted meanwhile", async () => {
    await using world = await openWorld()
    await fill(world, ["a", "b", "c", "d"])
    const { s3, bucket: Bucket } = world
    const first = await s3.listObjectsV2({ Bucket, MaxKeys: 2 })
    await s3.deleteObject({ Bucket, Key: "b" })
    await s3.putObject({ Bucket, Key: "aa", Body: "" })
    const second = await s3.listObjectsV2({ Bucket, ContinuationToken: first.NextContinuationToken! })
    assert.deepEqual(namesOf(second), ["c", "d"])
  })

  test("is refused", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await refuses(
      s3.listObjectsV2({ Bucket, ContinuationToken: "zzz" }),
      "InvalidArgument",
      "The continuation token provided is incorrect",
      400,
    )
    await refuses(
      s3.listObjectsV2({ Bucket, MaxKeys: -1 }),
      "InvalidArgument",
      "Argument max-keys must be an integer between 0 and 2147483647",
      400,
    )
    await refuses(
      s3.listObjectsV2({ Bucket, EncodingType: "value" as never }),
      "InvalidArgument",
      "Invalid Encoding Method specified in Request",
      400,
    )
    await refuses(s3.listObjectsV2({ Bucket: "no-such-bucket" }), "NoSuchBucket", undefined, 404)
    const none = await s3.listObjectsV2({ Bucket, MaxKeys: 0 })
    assert.equal(none.IsTruncated, false)
    assert.equal((await s3.listObjectsV2({ Bucket, MaxKeys: 5000 })).MaxKeys, 1000)
  })
})

describe("ListObjects", () => {
  test("pages by markers", async () => {
    await using world = await openWorld()
    await fill(world, ["a", "b/1", "b/2", "c", "d"])
    const { s3, bucket: Bucket } = world
    const first = await s3.listObjects({ Bucket, MaxKeys: 2, Delimiter: "/" })
    assert.deepEqual(namesOf(first), ["a", "b/*"])
    assert.equal(first.NextMarker, "b/")
    const second = await s3.listObjects({ Bucket, Marker: first.NextMarker!, Delimiter: "/" })
    assert.deepEqual(namesOf(second), ["c", "d"])
    const plain = await s3.listObjects({ Bucket, MaxKeys: 2 })
    assert.equal(plain.IsTruncated, true)
    assert.equal(plain.NextMarker, undefined)
    assert.deepEqual(namesOf(await s3.listObjects({ Bucket, Marker: "b/1" })), ["b/2", "c", "d"])
    assert.match(plain.Contents![0]!.Owner!.ID!, /^[0-9a-f]{64}$/)
  })
})

describe("versions", () => {
  test("are kept, listed and brought back", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    assert.equal((await s3.getBucketVersioning({ Bucket })).Status, undefined)
    await s3.putObject({ Bucket, Key: "k", Body: "null version" })
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } })
    const one = await s3.putObject({ Bucket, Key: "k", Body: "one" })
    const two = await s3.putObject({ Bucket, Key: "k", Body: "two" })
    assert.match(one.VersionId!, /^\w{32}$/)
    const marker = await s3.deleteObject({ Bucket, Key: "k" })
    assert.equal(marker.DeleteMarker, true)
    const gone = await refuses(s3.getObject({ Bucket, Key: "k" }), "NoSuchKey", undefined, 404)
    assert.equal(gone.$response?.headers["x-amz-delete-marker"], "true")
    await refuses(
      s3.getObject({ Bucket, Key: "k", VersionId: marker.VersionId! }),
      "MethodNotAllowed",
      "The specified method is not allowed against this resource.",
      405,
    )
    assert.deepEqual(namesOf(await s3.listObjectsV2({ Bucket })), [])
    const read = async (VersionId: string) =>
      (await s3.getObject({ Bucket, Key: "k", VersionId })).Body!.transformToString()
    assert.equal(await read(one.VersionId!), "one")
    assert.equal(await read("null"), "null version")
    const listed = await s3.listObjectVersions({ Bucket })
    assert.deepEqual(
      listed.Versions!.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [
        [two.VersionId, false],
        [one.VersionId, false],
        ["null", false],
      ],
    )
    assert.deepEqual(
      listed.DeleteMarkers!.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [[marker.VersionId, true]],
    )
    const undeleted = await s3.deleteObject({ Bucket, Key: "k", VersionId: marker.VersionId! })
    assert.equal(undeleted.DeleteMarker, true)
    assert.equal((await s3.headObject({ Bucket, Key: "k" })).VersionId, two.VersionId)
    await s3.deleteObject({ Bucket, Key: "k", VersionId: two.VersionId! })
    assert.equal(await (await s3.getObject({ Bucket, Key: "k" })).Body!.transformToString(), "one")
    await refuses(
      s3.getObject({ Bucket, Key: "k", VersionId: two.VersionId! }),
      "NoSuchVersion",
      "The specified version does not exist.",
      404,
    )
    await refuses(
      s3.getObject({ Bucket, Key: "k", VersionId: "nonsense" }),
      "InvalidArgument",
      "Invalid version id specified",
      400,
    )
    await refuses(
      s3.deleteBucket({ Bucket }),
      "BucketNotEmpty",
      "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
      409,
    )
  })

  test("of a suspended bucket replace the null version alone", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } })
    const one = await s3.putObject({ Bucket, Key: "k", Body: "one" })
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Suspended" } })
    assert.equal((await s3.putObject({ Bucket, Key: "k", Body: "two" })).VersionId, undefined)
    assert.equal((await s3.headObject({ Bucket, Key: "k" })).VersionId, "null")
    await s3.putObject({ Bucket, Key: "k", Body: "three" })
    const marker = await s3.deleteObject({ Bucket, Key: "k" })
    assert.equal(marker.VersionId, "null")
    const listed = await s3.listObjectVersions({ Bucket })
    assert.deepEqual(
      listed.Versions!.map(({ VersionId }) => VersionId),
      [one.VersionId],
    )
    assert.deepEqual(
      listed.DeleteMarkers!.map(({ VersionId }) => VersionId),
      ["null"],
    )
  })

  test("are listed in pages", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } })
    for (const Key of ["a", "a", "a", "b", "c/1", "c/2"]) await s3.putObject({ Bucket, Key, Body: "" })
    for (const Delimiter of ["", "/"]) {
      const whole = await s3.listObjectVersions({ Bucket, Delimiter })
      const ids: unknown[] = []
      let [KeyMarker, VersionIdMarker]: (string | undefined)[] = []
      for (let more = true; more; ) {
        const page: ListObjectVersionsOutput = await s3.listObjectVersions({
          Bucket,
          Delimiter,
          MaxKeys: 2,
          KeyMarker,
          VersionIdMarker,
        })
        ids.push(...(page.Versions ?? []).map(({ VersionId, IsLatest }) => `${VersionId} ${IsLatest}`))
        ids.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix))
        ;({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker, IsTruncated: more = false } = page)
      }
      const expected = [
        ...whole.Versions!.map(({ VersionId, IsLatest }) => `${VersionId} ${IsLatest}`),
        ...(whole.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ]
      assert.deepEqual(ids.sort(), expected.sort())
    }
    await refuses(
      s3.listObjectVersions({ Bucket, VersionIdMarker: "null" }),
      "InvalidArgument",
      "A version-id marker cannot be specified without a key marker.",
      400,
    )
    await refuses(
      s3.putBucketVersioning({ Bucket, VersioningConfiguration: {} }),
      "IllegalVersioningConfigurationException",
      "The Versioning element must be specified",
      400,
    )
  })
})

describe("DeleteObjects", () => {
  test("answers for each key", async () => {
    await using world = await openWorld()
    await fill(world, ["a", "b"])
    const { s3, bucket: Bucket } = world
    const answer = await s3.deleteObjects({
      Bucket,
      Delete: { Objects: [{ Key: "a" }, { Key: "none" }, { Key: "b", VersionId: "nonsense" }] },
    })
    assert.deepEqual(answer.Deleted, [{ Key: "a" }, { Key: "none" }])
    assert.deepEqual(answer.Errors, [
      { Key: "b", VersionId: "nonsense", Code: "InvalidArgument", Message: "Invalid version id specified" },
    ])
    assert.deepEqual(
      (await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: "b" }], Quiet: true } })).Deleted,
      undefined,
    )
    assert.deepEqual(namesOf(await s3.listObjectsV2({ Bucket })), [])
    const many = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }))
    await refuses(s3.deleteObjects({ Bucket, Delete: { Objects: many } }), "MalformedXML", undefined, 400)
    await refuses(s3.deleteObjects({ Bucket, Delete: { Objects: [] } }), "MalformedXML", undefined, 400)
  })
})
