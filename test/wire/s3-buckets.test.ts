import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { S3 } from "@aws-sdk/client-s3"
import { openWorld, refuses } from "./s3-world.ts"

describe("buckets", () => {
  test("are made, found, listed and deleted", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const head = await s3.headBucket({ Bucket })
    assert.equal(head.BucketRegion, "us-east-1")
    assert.equal(head.AccessPointAlias, false)
    assert.equal((await s3.getBucketLocation({ Bucket })).LocationConstraint, undefined)
    await s3.createBucket({ Bucket: "far-bucket", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } })
    assert.equal((await s3.getBucketLocation({ Bucket: "far-bucket" })).LocationConstraint, "eu-central-1")
    assert.equal((await s3.headBucket({ Bucket: "far-bucket" })).BucketRegion, "eu-central-1")
    const { Buckets, Owner } = await s3.listBuckets()
    assert.deepEqual(
      Buckets!.map(({ Name }) => Name),
      ["far-bucket", Bucket],
    )
    assert.match(Owner!.ID!, /^[0-9a-f]{64}$/)
    await s3.deleteBucket({ Bucket })
    await refuses(s3.deleteBucket({ Bucket }), "NoSuchBucket", "The specified bucket does not exist", 404)
  })

  test("are listed in pages", async () => {
    await using world = await openWorld()
    const { s3 } = world
    for (const Bucket of ["page-a", "page-b", "page-c"]) await s3.createBucket({ Bucket })
    const first = await s3.listBuckets({ MaxBuckets: 2, Prefix: "page-" })
    assert.deepEqual(
      first.Buckets!.map(({ Name }) => Name),
      ["page-a", "page-b"],
    )
    assert.equal(first.Buckets![0]!.BucketRegion, "us-east-1")
    const second = await s3.listBuckets({ MaxBuckets: 2, Prefix: "page-", ContinuationToken: first.ContinuationToken! })
    assert.deepEqual(
      second.Buckets!.map(({ Name }) => Name),
      ["page-c"],
    )
    assert.equal(second.ContinuationToken, undefined)
    await refuses(
      s3.listBuckets({ ContinuationToken: "zzz" }),
      "InvalidArgument",
      "The continuation token provided is incorrect",
      400,
    )
    await refuses(
      s3.listBuckets({ BucketRegion: "eu-east-1" }),
      "InvalidArgument",
      "Argument value eu-east-1 is not a valid AWS Region",
      400,
    )
  })

  test("are refused", async () => {
    await using world = await openWorld()
    const { s3, server, bucket: Bucket } = world
    await refuses(
      s3.createBucket({ Bucket: "Bad_Name" }),
      "InvalidBucketName",
      "The specified bucket is not valid.",
      400,
    )
    await refuses(
      s3.createBucket({
        Bucket: "new-bucket",
        CreateBucketConfiguration: { LocationConstraint: "us-east-1" as never },
      }),
      "InvalidLocationConstraint",
      "The specified location-constraint is not valid",
      400,
    )
    const far = new S3({ ...server.client, region: "eu-west-1", forcePathStyle: true })
    await refuses(
      far.createBucket({ Bucket: "new-bucket", CreateBucketConfiguration: { LocationConstraint: "us-west-2" } }),
      "IllegalLocationConstraintException",
      /^The us-west-2 location constraint is incompatible/,
      400,
    )
    await refuses(
      far.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
      409,
    )
    // us-east-1 says nothing to the owner who creates a bucket again.
    await s3.createBucket({ Bucket })
    await s3.putObject({ Bucket, Key: "k", Body: "" })
    await refuses(s3.deleteBucket({ Bucket }), "BucketNotEmpty", "The bucket you tried to delete is not empty", 409)
    await refuses(
      s3.createBucket({ Bucket: "new-bucket", ACL: "public-read" }),
      "InvalidBucketAclWithObjectOwnership",
      undefined,
      400,
    )
    await refuses(
      s3.createBucket({ Bucket: "new-bucket", ObjectLockEnabledForBucket: true }),
      "NotImplemented",
      undefined,
      501,
    )
    await refuses(s3.headBucket({ Bucket, ExpectedBucketOwner: "111111111111" }), "Unknown", undefined, 403)
    await refuses(s3.putBucketWebsite({ Bucket, WebsiteConfiguration: {} }), "NotImplemented", undefined, 501)
  })

  test("have tags", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await refuses(s3.getBucketTagging({ Bucket }), "NoSuchTagSet", "The TagSet does not exist", 404)
    await s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "1" }] } })
    assert.deepEqual((await s3.getBucketTagging({ Bucket })).TagSet, [{ Key: "a", Value: "1" }])
    await refuses(
      s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "aws:a", Value: "1" }] } }),
      "InvalidTag",
      "System tags cannot be added/updated by requester",
      400,
    )
    await s3.deleteBucketTagging({ Bucket })
    await refuses(s3.getBucketTagging({ Bucket }), "NoSuchTagSet", undefined, 404)
    await s3.createBucket({ Bucket: "tagged", CreateBucketConfiguration: { Tags: [{ Key: "b", Value: "2" }] } })
    assert.deepEqual((await s3.getBucketTagging({ Bucket: "tagged" })).TagSet, [{ Key: "b", Value: "2" }])
  })

  test("start with everything public blocked, owner-enforced and encrypted", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    assert.deepEqual((await s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    })
    assert.equal(
      (await s3.getBucketOwnershipControls({ Bucket })).OwnershipControls!.Rules![0]!.ObjectOwnership,
      "BucketOwnerEnforced",
    )
    const { Rules } = (await s3.getBucketEncryption({ Bucket })).ServerSideEncryptionConfiguration!
    assert.equal(Rules![0]!.ApplyServerSideEncryptionByDefault!.SSEAlgorithm, "AES256")
    const acl = await s3.getBucketAcl({ Bucket })
    assert.deepEqual(acl.Grants, [
      { Grantee: { ID: acl.Owner!.ID, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" },
    ])
    await refuses(
      s3.putBucketAcl({ Bucket, ACL: "public-read" }),
      "AccessControlListNotSupported",
      "The bucket does not allow ACLs",
      400,
    )
    await refuses(s3.putBucketAcl({ Bucket, ACL: "fake-acl" as never }), "InvalidArgument", undefined, 400)
    await refuses(
      s3.putBucketAcl({ Bucket }),
      "MissingSecurityHeader",
      "Your request was missing a required header",
      400,
    )
    await s3.deletePublicAccessBlock({ Bucket })
    await refuses(
      s3.getPublicAccessBlock({ Bucket }),
      "NoSuchPublicAccessBlockConfiguration",
      "The public access block configuration was not found",
      404,
    )
    await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: { BlockPublicPolicy: true } })
    assert.deepEqual((await s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration, {
      BlockPublicAcls: false,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    })
    await s3.deleteBucketOwnershipControls({ Bucket })
    await refuses(
      s3.getBucketOwnershipControls({ Bucket }),
      "OwnershipControlsNotFoundError",
      "The bucket ownership controls were not found",
      404,
    )
    await refuses(
      s3.putBucketEncryption({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256", KMSMasterKeyID: "x" } }],
        },
      }),
      "InvalidArgument",
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
      400,
    )
  })

  test("have none of what cannot be configured", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await refuses(s3.getBucketWebsite({ Bucket }), "NoSuchWebsiteConfiguration", undefined, 404)
    await refuses(s3.getBucketLifecycleConfiguration({ Bucket }), "NoSuchLifecycleConfiguration", undefined, 404)
    await refuses(s3.getBucketReplication({ Bucket }), "ReplicationConfigurationNotFoundError", undefined, 404)
    await refuses(s3.getObjectLockConfiguration({ Bucket }), "ObjectLockConfigurationNotFoundError", undefined, 404)
    await refuses(s3.getBucketCors({ Bucket }), "NoSuchCORSConfiguration", "The CORS configuration does not exist", 404)
    await refuses(s3.getBucketPolicy({ Bucket }), "NoSuchBucketPolicy", "The bucket policy does not exist", 404)
    assert.equal((await s3.getBucketRequestPayment({ Bucket })).Payer, "BucketOwner")
    assert.equal((await s3.getBucketLogging({ Bucket })).LoggingEnabled, undefined)
  })
})

describe("pages of other origins", () => {
  const rule = {
    AllowedMethods: ["GET", "PUT"],
    AllowedOrigins: ["https://*.example"],
    AllowedHeaders: ["*"],
    ExposeHeaders: ["ETag"],
    MaxAgeSeconds: 60,
  }
  const ask = (url: string, origin: string, method = "PUT") =>
    fetch(url, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": method, "access-control-request-headers": "x-amz-date" },
    })

  test("are let in as the bucket says", async () => {
    await using world = await openWorld()
    const { s3, server, bucket: Bucket } = world
    const url = `${server.url}/${Bucket}/k`
    assert.match(
      await (await ask(url, "https://a.example")).text(),
      /CORSResponse: CORS is not enabled for this bucket\./,
    )
    await s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: [rule] } })
    assert.deepEqual((await s3.getBucketCors({ Bucket })).CORSRules, [rule])
    const allowed = await ask(url, "https://a.example")
    assert.equal(allowed.status, 200)
    assert.match(allowed.headers.get("x-amz-request-id")!, /^[A-Z0-9]{16}$/)
    assert.equal(allowed.headers.get("x-amzn-requestid"), null)
    const ofNoMethod = await fetch(url, { method: "OPTIONS", headers: { origin: "https://a.example" } })
    assert.equal(ofNoMethod.status, 403)
    const ofNoPage = await fetch(url, { method: "OPTIONS" })
    assert.equal(ofNoPage.status, 400)
    assert.match(
      await ofNoPage.text(),
      /<Code>BadRequest<\/Code><Message>Insufficient information\. Origin request header needed\.<\/Message>/,
    )
    assert.equal(allowed.headers.get("access-control-allow-origin"), "https://a.example")
    assert.equal(allowed.headers.get("access-control-allow-headers"), "x-amz-date")
    assert.equal(allowed.headers.get("access-control-max-age"), "60")
    const refused = await ask(url, "https://evil.test")
    assert.equal(refused.status, 403)
    assert.equal(refused.headers.get("access-control-allow-origin"), null)
    assert.match(await refused.text(), /<Code>AccessForbidden<\/Code>/)
    assert.match(
      await (await ask(`${server.url}/no-such-bucket/k`, "https://a.example")).text(),
      /CORSResponse: Bucket not found/,
    )
    // An error is shown to the page too.
    const denied = await fetch(url, { headers: { origin: "https://a.example" } })
    assert.equal(denied.status, 403)
    assert.equal(denied.headers.get("access-control-allow-origin"), "https://a.example")
    await s3.deleteBucketCors({ Bucket })
    assert.equal((await ask(url, "https://a.example")).status, 403)
  })

  test("are configured within limits", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const put = (more: object) => s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: [{ ...rule, ...more }] } })
    await refuses(
      put({ AllowedMethods: ["MYMETHOD"] }),
      "InvalidRequest",
      "Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD",
      400,
    )
    await refuses(
      put({ AllowedOrigins: ["*a*"] }),
      "InvalidRequest",
      'AllowedOrigin "*a*" can not have more than one wildcard.',
      400,
    )
    await refuses(put({ ExposeHeaders: ["x-*"] }), "InvalidRequest", /^ExposeHeader "x-\*" contains wildcard/, 400)
    await refuses(put({ AllowedOrigins: [] }), "MalformedXML", undefined, 400)
    await refuses(s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: [] } }), "MalformedXML", undefined, 400)
  })
})
