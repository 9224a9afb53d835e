import assert from "node:assert/strict"
import { describe, test } from "node:test"
import * as s3 from "@aws-sdk/client-s3"
import { compileCodec } from "./codec.ts"
import { dialects } from "./dialects.ts"
import type { HttpRequest } from "./http.ts"

const of = (Command: new (input: never) => object) => compileCodec("restXml", Command, dialects.s3.options)

const request = (body: string, query = "", headers: Record<string, string> = {}, path = "/bucket"): HttpRequest => ({
  method: "PUT",
  path,
  query,
  headers,
  rawHeaders: [],
  body: Buffer.from(body),
  remoteAddress: "192.0.2.1",
  secure: false,
})

const meta = { requestId: "id", hostId: "host" }

describe("a document", () => {
  const versioning = of(s3.PutBucketVersioningCommand)
  const tagging = of(s3.PutBucketTaggingCommand)

  test("with any prefix, or none", () => {
    for (const body of [
      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
      '<x:VersioningConfiguration xmlns:x="http://s3.amazonaws.com/doc/2006-03-01/"><x:Status>Enabled</x:Status><Other/></x:VersioningConfiguration>',
    ]) {
      assert.deepEqual(versioning.decode(request(body)).VersioningConfiguration, { Status: "Enabled" })
    }
  })

  for (const body of [
    "<VersioningConfiguration>",
    "<Other/>",
    "{}",
    "\xff",
    '<!DOCTYPE a [<!ENTITY b "c">]><VersioningConfiguration/>',
  ]) {
    test(`${JSON.stringify(body)} is malformed`, () => {
      assert.throws(() => versioning.decode(request(body)), {
        code: "MalformedXML",
        status: 400,
        message: "The XML you provided was not well-formed or did not validate against our published schema",
      })
    })
  }

  test("that lacks what its schema requires is malformed", () => {
    const body = "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>"
    assert.throws(() => tagging.decode(request(body)), { code: "MalformedXML" })
    assert.deepEqual(tagging.decode(request("<Tagging><TagSet/></Tagging>")).Tagging, { TagSet: [] })
  })

  test("that is missing", () => {
    assert.throws(() => tagging.decode(request("")), { code: "MissingRequestBodyError", status: 400 })
    assert.deepEqual(of(s3.CreateBucketCommand).decode(request("")), { Bucket: "bucket" })
  })

  test("with a boolean or a number that is none is malformed", () => {
    const body = (quiet: string) => `<Delete><Object><Key>a</Key></Object><Quiet>${quiet}</Quiet></Delete>`
    const remove = of(s3.DeleteObjectsCommand)
    assert.deepEqual(remove.decode(request(body(" true "))).Delete, { Objects: [{ Key: "a" }], Quiet: true })
    assert.throws(() => remove.decode(request(body("yes"))), { code: "MalformedXML" })
  })

  test("with the type of a grantee", () => {
    const body = `<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xsi:type="CanonicalUser"><ID>a</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`
    assert.deepEqual(of(s3.PutBucketAclCommand).decode(request(body)).AccessControlPolicy, {
      Grants: [{ Grantee: { Type: "CanonicalUser", ID: "a" }, Permission: "READ" }],
    })
  })
})

describe("headers and queries", () => {
  const put = of(s3.PutObjectCommand)
  const get = of(s3.GetObjectCommand)

  test("a conditional date that is none is ignored", () => {
    const input = get.decode(request("", "", { "if-modified-since": "yesterday" }, "/bucket/key"))
    assert.deepEqual(input, { Bucket: "bucket", Key: "key" })
  })

  test("any Expires is kept as text", () => {
    const { Expires, ExpiresString } = put.decode(request("", "", { expires: "never" }, "/bucket/key"))
    assert.deepEqual([Expires, ExpiresString], [undefined, "never"])
  })

  test("metadata, and a body that is not touched", () => {
    const made = request(
      "body",
      "",
      { "x-amz-meta-a": "1", "x-amz-meta-b": "2", "x-amz-acl": "private" },
      "/bucket/key",
    )
    const input = put.decode(made)
    assert.deepEqual({ ...(input.Metadata as object) }, { a: "1", b: "2" })
    assert.equal(input.ACL, "private")
    assert.equal(input.Body, made.body)
    assert.equal(put.streamingInput, "Body")
    assert.equal(get.streamingOutput, "Body")
  })

  test("numbers that are none", () => {
    const list = of(s3.ListObjectsV2Command)
    assert.throws(() => list.decode(request("", "list-type=2&max-keys=x")), {
      code: "InvalidArgument",
      message: "Provided max-keys not an integer or within integer range",
      members: { ArgumentName: "max-keys", ArgumentValue: "x" },
    })
    assert.equal(list.decode(request("", "list-type=2&max-keys=")).MaxKeys, undefined)
    const upload = of(s3.UploadPartCommand)
    assert.throws(() => upload.decode(request("", "partNumber=x&uploadId=u", {}, "/bucket/key")), {
      message: "Part number must be an integer between 1 and 10000, inclusive",
    })
  })

  test("what is required and missing", () => {
    const attributes = of(s3.GetObjectAttributesCommand)
    assert.throws(() => attributes.decode(request("", "attributes", {}, "/bucket/key")), {
      code: "InvalidRequest",
      message: "Missing required header for this request: x-amz-object-attributes",
    })
    const input = attributes.decode(
      request("", "attributes", { "x-amz-object-attributes": "ETag, ObjectSize" }, "/bucket/key"),
    )
    assert.deepEqual(input.ObjectAttributes, ["ETag", "ObjectSize"])
  })
})

describe("answers", () => {
  test("the location without a wrapper, empty for us-east-1", () => {
    const location = of(s3.GetBucketLocationCommand)
    const open =
      '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    assert.equal(
      location.encode({ LocationConstraint: "eu-west-1" }, meta).body,
      `${open}>eu-west-1</LocationConstraint>`,
    )
    assert.equal(location.encode({}, meta).body, `${open}/>`)
  })

  test("times with milliseconds in documents, and without in headers", () => {
    const LastModified = new Date(0)
    const list = of(s3.ListObjectsCommand).encode({ Contents: [{ Key: "a\r\u0001", LastModified }] }, meta)
    assert.match(String(list.body), /<Key>a&#xD;&#x1;<\/Key><LastModified>1970-01-01T00:00:00\.000Z<\/LastModified>/)
    const head = of(s3.HeadObjectCommand).encode({ LastModified, ContentLength: 5 }, meta)
    assert.equal(head.headers["Last-Modified"], "Thu, 01 Jan 1970 00:00:00 GMT")
    assert.equal(head.headers["Content-Length"], "5")
    assert.equal(head.body, undefined)
  })

  test("the status: a range's, the model's, and S3's own", () => {
    const get = of(s3.GetObjectCommand)
    assert.equal(get.encode({ ContentRange: "bytes 0-1/5" }, meta).status, 206)
    assert.equal(get.encode({}, meta).status, 200)
    assert.equal(of(s3.DeleteObjectCommand).encode({}, meta).status, 204)
    assert.equal(of(s3.PutBucketPolicyCommand).encode(undefined, meta).status, 204)
  })

  test("Expires as it was put", () => {
    const { headers } = of(s3.GetObjectCommand).encode({ ExpiresString: "never" }, meta)
    assert.equal(headers.Expires, "never")
    assert.equal(headers.ExpiresString, undefined)
  })

  test("nothing that breaks a header apart", () => {
    const { headers } = of(s3.GetObjectCommand).encode(
      { ContentType: "a\r\nSet-Cookie: b", Metadata: { a: "x\ny" } },
      meta,
    )
    assert.equal(headers["Content-Type"], "aSet-Cookie: b")
    assert.equal(headers["x-amz-meta-a"], "xy")
  })

  test("both ids", () => {
    const { headers } = of(s3.PutObjectCommand).encode({ ETag: '"e"' }, meta)
    assert.deepEqual(headers, { "x-amz-request-id": "id", "x-amz-id-2": "host", Server: "AmazonS3", ETag: '"e"' })
  })
})
