import assert from "node:assert/strict"
import { describe, test } from "node:test"
import * as s3 from "@aws-sdk/client-s3"
import { dialects } from "./dialects.ts"
import { commandRoute, type Route } from "./route.ts"
import { compileRouter } from "./router.ts"
import type { CommandWithSchema } from "./schema.ts"

const routes = Object.entries(s3)
  .filter(([name, Command]) => /^[A-Z]\w*Command$/.test(name) && typeof Command === "function")
  .map(([, Command]) => commandRoute(Command as unknown as CommandWithSchema, dialects.s3.options))
const router = compileRouter(routes.map((route) => [route, route.name] as const))

const found = (request: string, headers: Record<string, string> = {}): string | undefined => {
  const [method = "", target = ""] = request.split(" ")
  const [path = "", query = ""] = target.split("?")
  return router.match(method, path, query, headers)?.target
}

describe("S3's operations", () => {
  for (const [request, name, headers] of [
    ["GET /", "ListBuckets"],
    ["GET /?x-id=ListBuckets", "ListBuckets"],
    ["GET /?x-id=ListDirectoryBuckets", "ListDirectoryBuckets"],
    ["GET /bucket", "ListObjects"],
    ["GET /bucket/", "ListObjects"],
    ["GET /bucket?list-type=2", "ListObjectsV2"],
    ["GET /bucket/?list-type=2&prefix=a", "ListObjectsV2"],
    ["GET /bucket?list-type=1", "ListObjects"],
    ["GET /bucket?versions", "ListObjectVersions"],
    ["GET /bucket?uploads", "ListMultipartUploads"],
    ["GET /bucket?location", "GetBucketLocation"],
    ["GET /bucket?location=", "GetBucketLocation"],
    ["GET /bucket?policy", "GetBucketPolicy"],
    ["GET /bucket?policyStatus", "GetBucketPolicyStatus"],
    ["GET /bucket?analytics", "ListBucketAnalyticsConfigurations"],
    ["GET /bucket?analytics&id=1", "GetBucketAnalyticsConfiguration"],
    ["HEAD /bucket", "HeadBucket"],
    ["PUT /bucket", "CreateBucket"],
    ["PUT /bucket?website", "PutBucketWebsite"],
    ["PUT /bucket/?policy", "PutBucketPolicy"],
    ["DELETE /bucket", "DeleteBucket"],
    ["DELETE /bucket?tagging", "DeleteBucketTagging"],
    ["POST /bucket?delete", "DeleteObjects"],
    ["GET /bucket/key", "GetObject"],
    ["GET /bucket/key?x-id=GetObject&versionId=1", "GetObject"],
    ["GET /bucket/key?partNumber=1", "GetObject"],
    ["GET /bucket/key?uploadId=1", "ListParts"],
    ["GET /bucket/key?tagging", "GetObjectTagging"],
    ["GET /bucket/key?acl", "GetObjectAcl"],
    ["GET /bucket/key?attributes", "GetObjectAttributes"],
    ["HEAD /bucket/key", "HeadObject"],
    ["PUT /bucket/key", "PutObject"],
    ["PUT /bucket/key?partNumber=1&uploadId=u", "UploadPart"],
    ["PUT /bucket/key?uploadId=u", "PutObject"],
    ["PUT /bucket/key", "CopyObject", { "x-amz-copy-source": "/a/b" }],
    ["PUT /bucket/key?partNumber=1&uploadId=u", "UploadPartCopy", { "x-amz-copy-source": "/a/b" }],
    ["PUT /bucket/key?tagging", "PutObjectTagging"],
    ["PUT /bucket/key?retention", "PutObjectRetention"],
    ["POST /bucket/key?uploads", "CreateMultipartUpload"],
    ["POST /bucket/key?uploadId=u", "CompleteMultipartUpload"],
    ["POST /bucket/key?restore", "RestoreObject"],
    ["DELETE /bucket/key", "DeleteObject"],
    ["DELETE /bucket/key?uploadId=u", "AbortMultipartUpload"],
    ["POST /bucket/key", undefined],
    ["POST /bucket", undefined],
    ["PATCH /bucket/key", undefined],
    ["PUT /", undefined],
    ["GET //key", undefined],
  ] as [string, string | undefined, Record<string, string>?][]) {
    test(`${request} ${headers ? JSON.stringify(headers) : ""}`, () => assert.equal(found(request, headers), name))
  }
})

describe("an object's key", () => {
  for (const [path, key] of [
    ["/b/a/b/c", "a/b/c"],
    ["/b//a", "/a"],
    ["/b///", "//"],
    ["/b/a//b/", "a//b/"],
    ["/b/a%2Fb", "a/b"],
    ["/b/a%252Fb", "a%2Fb"],
    ["/b/a+b%20c", "a+b c"],
    ["/b/%C3%A9", "é"],
    ["/b/..%2f../x/./y", "../../x/./y"],
    ["/b/a&b=c;d", "a&b=c;d"],
  ] as const) {
    test(path, () => {
      const { labels } = router.match("GET", path, "", {})!.parameters
      assert.equal(labels!.get("Bucket"), "b")
      assert.equal(labels!.get("Key"), key)
    })
  }

  test("is refused where it is not UTF-8", () => {
    for (const path of ["/b/%ff", "/b/%", "/b/%zz"]) {
      assert.throws(() => router.match("GET", path, "", {}), { code: "InvalidURI", status: 400 })
    }
  })
})

describe("a JSON service's paths", () => {
  const route = (name: string, method: string, uri: string): [Route, string] => [
    {
      name,
      method,
      segments: uri
        .split("/")
        .slice(1)
        .map((part) => {
          const label = /^\{(\w+)(\+?)\}$/.exec(part)
          return label ? { label: label[1]!, greedy: label[2] === "+" } : { literal: part }
        }),
      literals: [],
      requiredQuery: [],
      requiredHeaders: [],
      s3: false,
    },
    name,
  ]
  const functions = compileRouter([
    route("GetFunction", "GET", "/functions/{Name}"),
    route("ListSettings", "GET", "/functions/settings"),
    route("GetPolicy", "GET", "/functions/{Name}/policy"),
    route("Any", "GET", "/{Path+}/end"),
  ])
  for (const [path, name, labels] of [
    ["/functions/settings", "ListSettings", {}],
    ["/functions/other/", "GetFunction", { Name: "other" }],
    ["/functions/a%2Fb/policy", "GetPolicy", { Name: "a/b" }],
    ["/x/y/z/end", "Any", { Path: "x/y/z" }],
    [`/x${"/".repeat(60_000)}y/end`, "Any", { Path: `x${"/".repeat(60_000)}y` }],
    ["/x//end", "Any", { Path: "x/" }],
    ["/functions/a/policy//", undefined, {}],
    ["/functions/a//", undefined, {}],
    [`/functions/a/policy${"/".repeat(60_000)}`, undefined, {}],
    ["/end", undefined, {}],
    ["//end", undefined, {}],
    ["/functions", undefined, {}],
    ["/functions/%ff", undefined, {}],
  ] as const) {
    test(path.slice(0, 30), () => {
      const match = functions.match("GET", path, "", {})
      assert.equal(match?.target, name)
      assert.deepEqual(Object.fromEntries(match?.parameters.labels ?? []), labels)
    })
  }
})
