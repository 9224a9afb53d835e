import { after, before, test } from "node:test"
import { S3 } from "@aws-sdk/client-s3"
import { service } from "../../src/services/s3/service.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { assertComplete, assertNeeds, type Caller, type Case, openCaller, titleOf } from "./actions-table.ts"

// Source: service authorization reference, Amazon S3; S3 user guide, "Required permissions for Amazon S3 API operations".

const Bucket = "actions-bucket"
const Key = "folder/key"
const VersionId = "null"
const UploadId = "upload"
const CopySource = `${Bucket}/source`
const bucket = `arn:aws:s3:::${Bucket}`
const object = `${bucket}/${Key}`
const source = `${bucket}/source`
const fresh = "arn:aws:s3:::fresh-bucket"
const ofObject = { Bucket, Key }
const ofVersion = { ...ofObject, VersionId }
const ofUpload = { ...ofObject, UploadId }
const TagSet = [{ Key: "a", Value: "b" }]
const Tagging = { TagSet }

const onBucket = (operation: string, action: string, input: object = {}): Case => [
  operation,
  { Bucket, ...input },
  [`s3:${action}`, bucket],
]
const onObject = (operation: string, action: string, input: object = {}): Case => [
  operation,
  { ...ofObject, ...input },
  [`s3:${action}`, object],
]

const CASES: readonly Case[] = [
  ["CreateBucket", { Bucket: "fresh-bucket" }, ["s3:CreateBucket", fresh]],
  [
    "CreateBucket",
    { Bucket: "fresh-bucket", ACL: "private", ObjectOwnership: "BucketOwnerEnforced" },
    ["s3:CreateBucket", fresh],
    ["s3:PutBucketAcl", fresh],
    ["s3:PutBucketOwnershipControls", fresh],
  ],
  [
    "CreateBucket",
    { Bucket: "fresh-bucket", CreateBucketConfiguration: { Tags: TagSet } },
    ["s3:CreateBucket", fresh],
    ["s3:TagResource", fresh],
  ],
  onBucket("HeadBucket", "ListBucket"),
  ["ListBuckets", {}, ["s3:ListAllMyBuckets", "*"]],
  onBucket("GetBucketLocation", "GetBucketLocation"),
  onBucket("PutBucketTagging", "PutBucketTagging", { Tagging }),
  onBucket("GetBucketTagging", "GetBucketTagging"),
  onBucket("DeleteBucketTagging", "PutBucketTagging"),
  onBucket("PutBucketVersioning", "PutBucketVersioning", { VersioningConfiguration: { Status: "Suspended" } }),
  onBucket("GetBucketVersioning", "GetBucketVersioning"),
  onBucket("PutBucketPolicy", "PutBucketPolicy", { Policy: "{}" }),
  onBucket("GetBucketPolicy", "GetBucketPolicy"),
  onBucket("DeleteBucketPolicy", "DeleteBucketPolicy"),
  onBucket("GetBucketPolicyStatus", "GetBucketPolicyStatus"),
  onBucket("PutPublicAccessBlock", "PutBucketPublicAccessBlock", { PublicAccessBlockConfiguration: {} }),
  onBucket("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
  onBucket("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
  onBucket("PutBucketOwnershipControls", "PutBucketOwnershipControls", {
    OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
  }),
  onBucket("GetBucketOwnershipControls", "GetBucketOwnershipControls"),
  onBucket("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
  onBucket("PutBucketEncryption", "PutEncryptionConfiguration", {
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
    },
  }),
  onBucket("GetBucketEncryption", "GetEncryptionConfiguration"),
  onBucket("DeleteBucketEncryption", "PutEncryptionConfiguration"),
  onBucket("PutBucketCors", "PutBucketCORS", {
    CORSConfiguration: { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] },
  }),
  onBucket("GetBucketCors", "GetBucketCORS"),
  onBucket("DeleteBucketCors", "PutBucketCORS"),
  onBucket("GetBucketAcl", "GetBucketAcl"),
  onBucket("PutBucketAcl", "PutBucketAcl", { ACL: "private" }),
  onObject("GetObjectAcl", "GetObjectAcl"),
  onObject("GetObjectAcl", "GetObjectVersionAcl", { VersionId }),
  onObject("PutObjectAcl", "PutObjectAcl", { ACL: "private" }),
  onObject("PutObjectAcl", "PutObjectVersionAcl", { ACL: "private", VersionId }),
  onBucket("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
  onBucket("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
  onBucket("GetBucketLogging", "GetBucketLogging"),
  onBucket("GetBucketNotificationConfiguration", "GetBucketNotification"),
  onBucket("GetBucketReplication", "GetReplicationConfiguration"),
  onBucket("GetBucketRequestPayment", "GetBucketRequestPayment"),
  onBucket("GetBucketWebsite", "GetBucketWebsite"),
  onBucket("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
  onBucket("ListObjects", "ListBucket"),
  onBucket("ListObjectsV2", "ListBucket", { FetchOwner: true }),
  onBucket("ListObjectVersions", "ListBucketVersions"),
  onObject("PutObject", "PutObject", { Body: "" }),
  [
    "PutObject",
    { ...ofObject, Body: "", ACL: "bucket-owner-full-control", Tagging: "a=b" },
    ["s3:PutObject", object],
    ["s3:PutObjectTagging", object],
    ["s3:PutObjectAcl", object],
  ],
  ["PutObject", { ...ofObject, Body: "", IfMatch: "*" }, ["s3:PutObject", object], ["s3:GetObject", object]],
  onObject("GetObject", "GetObject"),
  onObject("GetObject", "GetObjectVersion", { VersionId }),
  onObject("HeadObject", "GetObject"),
  onObject("HeadObject", "GetObjectVersion", { VersionId }),
  [
    "GetObjectAttributes",
    { ...ofObject, ObjectAttributes: ["ETag"] },
    ["s3:GetObject", object],
    ["s3:GetObjectAttributes", object],
  ],
  [
    "GetObjectAttributes",
    { ...ofVersion, ObjectAttributes: ["ETag"] },
    ["s3:GetObjectVersion", object],
    ["s3:GetObjectVersionAttributes", object],
  ],
  ["CopyObject", { ...ofObject, CopySource }, ["s3:GetObject", source], ["s3:PutObject", object]],
  [
    "CopyObject",
    { ...ofObject, CopySource: `${CopySource}?versionId=null`, TaggingDirective: "REPLACE", Tagging: "a=b" },
    ["s3:GetObjectVersion", source],
    ["s3:PutObject", object],
    ["s3:PutObjectTagging", object],
  ],
  onObject("CreateMultipartUpload", "PutObject"),
  [
    "CreateMultipartUpload",
    { ...ofObject, Tagging: "a=b", ACL: "private" },
    ["s3:PutObject", object],
    ["s3:PutObjectTagging", object],
    ["s3:PutObjectAcl", object],
  ],
  onObject("UploadPart", "PutObject", { UploadId, PartNumber: 1, Body: "" }),
  ["UploadPartCopy", { ...ofUpload, PartNumber: 1, CopySource }, ["s3:GetObject", source], ["s3:PutObject", object]],
  onObject("CompleteMultipartUpload", "PutObject", {
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: "a" }] },
  }),
  onObject("AbortMultipartUpload", "AbortMultipartUpload", { UploadId }),
  onObject("ListParts", "ListMultipartUploadParts", { UploadId }),
  onBucket("ListMultipartUploads", "ListBucketMultipartUploads"),
  onObject("PutObjectTagging", "PutObjectTagging", { Tagging }),
  onObject("PutObjectTagging", "PutObjectVersionTagging", { Tagging, VersionId }),
  onObject("GetObjectTagging", "GetObjectTagging"),
  onObject("GetObjectTagging", "GetObjectVersionTagging", { VersionId }),
  onObject("DeleteObjectTagging", "DeleteObjectTagging"),
  onObject("DeleteObjectTagging", "DeleteObjectVersionTagging", { VersionId }),
  ["DeleteObjects", { Bucket, Delete: { Objects: [{ Key }] } }, ["s3:DeleteObject", object]],
  ["DeleteObjects", { Bucket, Delete: { Objects: [{ Key, VersionId }] } }, ["s3:DeleteObjectVersion", object]],
  onObject("DeleteObject", "DeleteObject"),
  onObject("DeleteObject", "DeleteObjectVersion", { VersionId }),
  onBucket("DeleteBucket", "DeleteBucket"),
]

let server: TestServer
let caller: Caller
let root: S3
before(async () => {
  server = await startServer()
  const clientOf = (options: object) => new S3({ ...options, forcePathStyle: true })
  root = clientOf(server.client)
  await root.createBucket({ Bucket })
  caller = await openCaller(server, clientOf)
})
after(() => server[Symbol.asyncDispose]())

test("every operation has its row", () => assertComplete(CASES, service.operations))

for (const row of CASES)
  test(titleOf(row), async () => {
    await root.putObject({ Bucket, Key, Body: "content" })
    await root.putObject({ Bucket, Key: "source", Body: "content" })
    await assertNeeds(caller, row)
    await root.deleteBucket({ Bucket: "fresh-bucket" }).catch(() => undefined)
  })
