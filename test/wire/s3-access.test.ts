import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { allow, deny, openWorld, refuses, textOf, type World } from "./s3-world.ts"

const bucketArn = "arn:aws:s3:::test-bucket"
const objects = `${bucketArn}/*`

const policyOf = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement })

const putPolicy = ({ s3, bucket: Bucket }: World, ...statements: object[]) =>
  s3.putBucketPolicy({ Bucket, Policy: policyOf(...statements) })

describe("users", () => {
  test("get in where a policy lets them, and are told why not", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await s3.putObject({ Bucket, Key: "a", Body: "x" })
    const nobody = await world.user("nobody", [])
    const because = (action: string, resource: string) =>
      `User: ${nobody.arn} is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action`
    await refuses(
      nobody.s3.getObject({ Bucket, Key: "a" }),
      "AccessDenied",
      because("s3:GetObject", `${bucketArn}/a`),
      403,
    )
    await refuses(nobody.s3.listObjectsV2({ Bucket }), "AccessDenied", because("s3:ListBucket", bucketArn), 403)
    await refuses(
      nobody.s3.listBuckets(),
      "AccessDenied",
      `User: ${nobody.arn} is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action`,
      403,
    )
    await refuses(nobody.s3.getObject({ Bucket: "no-such-bucket", Key: "a" }), "NoSuchBucket", undefined, 404)
    await refuses(
      nobody.s3.createBucket({ Bucket: "their-bucket" }),
      "AccessDenied",
      because("s3:CreateBucket", "arn:aws:s3:::their-bucket"),
      403,
    )
    const reader = await world.user("reader", [allow("s3:GetObject", objects)])
    assert.equal(await textOf(await reader.s3.getObject({ Bucket, Key: "a" })), "x")
    // What is missing is told to those alone who may list the bucket.
    await refuses(
      reader.s3.getObject({ Bucket, Key: "none" }),
      "AccessDenied",
      /s3:ListBucket on resource: "arn:aws:s3:::test-bucket"/,
      403,
    )
    await refuses(reader.s3.headObject({ Bucket, Key: "none" }), "Unknown", undefined, 403)
    const lister = await world.user("lister", [allow(["s3:GetObject", "s3:ListBucket"], [bucketArn, objects])])
    await refuses(lister.s3.getObject({ Bucket, Key: "none" }), "NoSuchKey", undefined, 404)
  })

  test("keep to their folder", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    for (const Key of ["home/ann/1", "home/bob/1"]) await s3.putObject({ Bucket, Key, Body: "" })
    const ann = await world.user("ann", [
      allow("s3:ListBucket", bucketArn, { StringLike: { "s3:prefix": ["home/${aws:username}/*"] } }),
      allow(["s3:GetObject", "s3:PutObject"], `${bucketArn}/home/\${aws:username}/*`),
    ])
    assert.equal((await ann.s3.listObjectsV2({ Bucket, Prefix: "home/ann/" })).KeyCount, 1)
    for (const Prefix of ["home/bob/", "home/", "", "home/ann"])
      await refuses(ann.s3.listObjectsV2({ Bucket, Prefix }), "AccessDenied")
    await refuses(ann.s3.listObjectsV2({ Bucket }), "AccessDenied")
    await refuses(ann.s3.listObjects({ Bucket, Prefix: "home/bob/" }), "AccessDenied")
    await ann.s3.putObject({ Bucket, Key: "home/ann/2", Body: "" })
    await refuses(ann.s3.putObject({ Bucket, Key: "home/bob/2", Body: "" }), "AccessDenied")
    await refuses(
      ann.s3.copyObject({ Bucket, Key: "home/ann/3", CopySource: `${Bucket}/home/bob/1` }),
      "AccessDenied",
      /s3:GetObject on resource: "arn:aws:s3:::test-bucket\/home\/bob\/1"/,
    )
    await refuses(
      ann.s3.copyObject({ Bucket, Key: "home/bob/3", CopySource: `${Bucket}/home/ann/1` }),
      "AccessDenied",
      /s3:PutObject/,
    )
    await ann.s3.copyObject({ Bucket, Key: "home/ann/3", CopySource: `${Bucket}/home/ann/1` })
  })

  test("need a permission of its own for tags, versions and each deleted key", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const writer = await world.user("writer", [
      allow(["s3:PutObject", "s3:GetObject"], objects),
      allow("s3:DeleteObject", `${bucketArn}/mine/*`),
    ])
    await refuses(writer.s3.putObject({ Bucket, Key: "k", Tagging: "a=1" }), "AccessDenied", /s3:PutObjectTagging/)
    await refuses(writer.s3.getObject({ Bucket, Key: "k", VersionId: "null" }), "AccessDenied", /s3:GetObjectVersion /)
    await s3.putObject({ Bucket, Key: "mine/1", Body: "" })
    await s3.putObject({ Bucket, Key: "theirs/1", Body: "" })
    const { Deleted, Errors } = await writer.s3.deleteObjects({
      Bucket,
      Delete: { Objects: [{ Key: "mine/1" }, { Key: "theirs/1" }] },
    })
    assert.deepEqual(Deleted, [{ Key: "mine/1" }])
    assert.equal(Errors!.length, 1)
    assert.equal(Errors![0]!.Key, "theirs/1")
    assert.equal(Errors![0]!.Code, "AccessDenied")
    assert.match(
      Errors![0]!.Message!,
      /s3:DeleteObject on resource: "arn:aws:s3:::test-bucket\/theirs\/1" because no identity-based policy allows/,
    )
    assert.equal((await s3.headObject({ Bucket, Key: "theirs/1" })).ContentLength, 0)
    // The number of tags is shown to those who may see the tags.
    await s3.putObject({ Bucket, Key: "tagged", Tagging: "a=1" })
    assert.equal((await writer.s3.headObject({ Bucket, Key: "tagged" })).TagCount, undefined)
    assert.equal((await s3.headObject({ Bucket, Key: "tagged" })).TagCount, 1)
  })

  test("are judged by the tags that objects have and get", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const tagger = await world.user("tagger", [
      allow("s3:GetObject", objects, { StringEquals: { "s3:ExistingObjectTag/team": "blue" } }),
      allow(["s3:PutObject", "s3:PutObjectTagging"], objects, {
        StringEquals: { "s3:RequestObjectTag/team": "blue" },
        "ForAllValues:StringEquals": { "s3:RequestObjectTagKeys": ["team"] },
      }),
    ])
    await tagger.s3.putObject({ Bucket, Key: "k", Body: "x", Tagging: "team=blue" })
    await refuses(tagger.s3.putObject({ Bucket, Key: "k", Tagging: "team=red" }), "AccessDenied")
    await refuses(tagger.s3.putObject({ Bucket, Key: "k", Tagging: "team=blue&x=1" }), "AccessDenied")
    await refuses(tagger.s3.putObject({ Bucket, Key: "k", Body: "" }), "AccessDenied")
    assert.equal(await textOf(await tagger.s3.getObject({ Bucket, Key: "k" })), "x")
    await s3.putObjectTagging({ Bucket, Key: "k", Tagging: { TagSet: [{ Key: "team", Value: "red" }] } })
    await refuses(tagger.s3.getObject({ Bucket, Key: "k" }), "AccessDenied")
    await s3.deleteObjectTagging({ Bucket, Key: "k" })
    await refuses(tagger.s3.getObject({ Bucket, Key: "k" }), "AccessDenied")
  })

  test("are judged by the tags of the version that is copied", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } })
    const { VersionId } = await s3.putObject({ Bucket, Key: "k", Body: "x", Tagging: "team=red" })
    await s3.putObject({ Bucket, Key: "k", Body: "x", Tagging: "team=blue" })
    const copier = await world.user("copier", [
      allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectTagging"], objects),
      allow(["s3:GetObjectTagging", "s3:GetObjectVersionTagging"], objects, {
        StringEquals: { "s3:ExistingObjectTag/team": "blue" },
      }),
    ])
    const copy = (CopySource: string) => copier.s3.copyObject({ Bucket, Key: "copy", CopySource })
    await copy(`${Bucket}/k`)
    await refuses(copy(`${Bucket}/k?versionId=${VersionId}`), "AccessDenied", /s3:GetObjectVersionTagging/)
  })

  test("are judged by what they ask for", async () => {
    await using world = await openWorld()
    const { bucket: Bucket } = world
    const user = await world.user("user", [
      allow("s3:*", [bucketArn, objects]),
      deny("s3:PutObject", objects, { StringEquals: { "s3:x-amz-storage-class": "GLACIER" } }),
      deny("s3:PutObject", objects, { Null: { "s3:x-amz-server-side-encryption": "true" } }),
      deny("s3:ListBucket", bucketArn, { NumericGreaterThan: { "s3:max-keys": "10" } }),
    ])
    await user.s3.putObject({ Bucket, Key: "k", ServerSideEncryption: "AES256" })
    await refuses(
      user.s3.putObject({ Bucket, Key: "k", Body: "" }),
      "AccessDenied",
      /with an explicit deny in an identity-based policy/,
    )
    await refuses(
      user.s3.putObject({ Bucket, Key: "k", ServerSideEncryption: "AES256", StorageClass: "GLACIER" }),
      "AccessDenied",
    )
    await user.s3.listObjectsV2({ Bucket, MaxKeys: 10 })
    await refuses(user.s3.listObjectsV2({ Bucket, MaxKeys: 11 }), "AccessDenied")
  })
})

describe("bucket policies", () => {
  test("let in those they name, and shut out whom they deny", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await s3.putObject({ Bucket, Key: "a", Body: "x" })
    const ann = await world.user("ann", [])
    await putPolicy(world, { Effect: "Allow", Principal: { AWS: ann.arn }, Action: "s3:GetObject", Resource: objects })
    assert.equal(await textOf(await ann.s3.getObject({ Bucket, Key: "a" })), "x")
    assert.equal(JSON.parse((await s3.getBucketPolicy({ Bucket })).Policy!).Statement[0].Principal.AWS, ann.arn)
    assert.equal((await s3.getBucketPolicyStatus({ Bucket })).PolicyStatus!.IsPublic, false)
    await putPolicy(world, { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: objects })
    await refuses(
      s3.getObject({ Bucket, Key: "a" }),
      "AccessDenied",
      /with an explicit deny in a resource-based policy$/,
      403,
    )
    await s3.deleteBucketPolicy({ Bucket })
    await refuses(ann.s3.getObject({ Bucket, Key: "a" }), "AccessDenied", undefined, 403)
  })

  test("never shut out the root that owns the bucket from the policy itself", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await putPolicy(world, { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, objects] })
    await refuses(s3.listObjectsV2({ Bucket }), "AccessDenied")
    await s3.getBucketPolicy({ Bucket })
    await s3.deleteBucketPolicy({ Bucket })
    await s3.listObjectsV2({ Bucket })
  })

  test("that are public are blocked until their bucket allows them", async () => {
    await using world = await openWorld()
    const { s3, anonymous, bucket: Bucket } = world
    await s3.putObject({ Bucket, Key: "a", Body: "x" })
    const open = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: objects }
    await refuses(
      putPolicy(world, open),
      "AccessDenied",
      /s3:PutBucketPolicy on resource: "arn:aws:s3:::test-bucket" because public policies are blocked by the BlockPublicPolicy block public access setting\.$/,
      403,
    )
    await s3.deletePublicAccessBlock({ Bucket })
    await putPolicy(world, open)
    assert.equal((await s3.getBucketPolicyStatus({ Bucket })).PolicyStatus!.IsPublic, true)
    assert.equal(await textOf(await anonymous.getObject({ Bucket, Key: "a" })), "x")
    await refuses(anonymous.getObject({ Bucket, Key: "none" }), "AccessDenied", "Access Denied", 403)
    await refuses(anonymous.putObject({ Bucket, Key: "b", Body: "x" }), "AccessDenied", "Access Denied", 403)
    await refuses(anonymous.listObjectsV2({ Bucket }), "AccessDenied", "Access Denied", 403)
    await refuses(
      anonymous.getObject({ Bucket, Key: "a", ResponseContentType: "text/html" }),
      "InvalidRequest",
      "Request specific response headers cannot be used for anonymous GET requests.",
      400,
    )
    await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } })
    await refuses(anonymous.getObject({ Bucket, Key: "a" }), "AccessDenied", "Access Denied", 403)
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "a" })), "x")
  })

  test("are refused where they are not well formed", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const put = (Policy: string) => s3.putBucketPolicy({ Bucket, Policy })
    await refuses(put("x"), "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'", 400)
    await refuses(put("{}"), "MalformedPolicy", "Missing required field Statement", 400)
    const good = { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "s3:GetObject", Resource: objects }
    await refuses(
      put(policyOf({ ...good, Resource: "arn:aws:s3:::other/*" })),
      "MalformedPolicy",
      "Policy has invalid resource",
      400,
    )
    await refuses(put(policyOf({ ...good, Action: "s3:Nothing" })), "MalformedPolicy", "Policy has invalid action", 400)
    await refuses(
      put(policyOf({ ...good, Action: "s3:ListBucket" })),
      "MalformedPolicy",
      "Action does not apply to any resource(s) in statement",
      400,
    )
    await refuses(
      put(policyOf({ ...good, Principal: { AWS: "arn:aws:iam::123456789012:user/nobody" } })),
      "MalformedPolicy",
      "Invalid principal in policy",
      400,
    )
    await refuses(
      put(policyOf({ ...good, Sid: "x".repeat(21_000) })),
      "MalformedPolicy",
      "Policy exceeds the maximum allowed document size.",
      400,
    )
    await refuses(s3.getBucketPolicyStatus({ Bucket }), "NoSuchBucketPolicy", undefined, 404)
    await refuses(
      s3.getBucketPolicy({ Bucket, ExpectedBucketOwner: "abcd" }),
      "InvalidBucketOwnerAWSAccountID",
      "The value of the expected bucket owner parameter must be an AWS Account ID... [abcd]",
      400,
    )
  })

  test("name a user, not whoever bears the name later", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket, server } = world
    const { IAM } = await import("@aws-sdk/client-iam")
    const iam = new IAM(server.client)
    const { User } = await iam.createUser({ UserName: "twice" })
    await putPolicy(world, {
      Effect: "Allow",
      Principal: { AWS: User!.Arn },
      Action: "s3:GetObject",
      Resource: objects,
    })
    await s3.putObject({ Bucket, Key: "a", Body: "x" })
    await iam.deleteUser({ UserName: "twice" })
    const again = await world.user("twice", [])
    await refuses(again.s3.getObject({ Bucket, Key: "a" }), "AccessDenied")
    assert.equal(JSON.parse((await s3.getBucketPolicy({ Bucket })).Policy!).Statement[0].Principal.AWS, User!.UserId)
  })
})
