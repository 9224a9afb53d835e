import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { crc32 } from "node:zlib"
import { dialects } from "./dialects.ts"
import { encodeError } from "./error-encode.ts"
import { WireError } from "./errors.ts"

function encoded(service: keyof typeof dialects, error: WireError, extra: { head?: boolean } = {}) {
  const { protocol, options } = dialects[service]
  return encodeError(protocol, error, { ...options, requestId: "id", hostId: "host", ...extra })
}

describe("DynamoDB", () => {
  for (const [code, message, body] of [
    // Its CRC-32 was recorded as 2088342776: `message` with a small letter.
    [
      "MissingAuthenticationTokenException",
      "Request is missing Authentication Token",
      '{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}',
    ],
    [
      "AccessDeniedException",
      "User: x",
      '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: x"}',
    ],
    ["SerializationException", "", '{"__type":"com.amazon.coral.service#SerializationException"}'],
    ["ValidationException", "no", '{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}'],
    [
      "ResourceNotFoundException",
      "gone",
      '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"gone"}',
    ],
    // A code is a key of a table in here: one that every object has must not be found.
    ["constructor", "x", '{"__type":"com.amazonaws.dynamodb.v20120810#constructor","message":"x"}'],
  ] as const) {
    test(code, () => {
      const response = encoded("dynamodb", new WireError(code, message))
      assert.equal(response.status, 400)
      assert.equal(response.body, body)
      assert.equal(response.headers["x-amz-crc32"], String(crc32(body)))
    })
  }

  test("the recorded checksum", () => {
    const error = new WireError("MissingAuthenticationTokenException", "Request is missing Authentication Token")
    assert.equal(encoded("dynamodb", error).headers["x-amz-crc32"], "2088342776")
  })

  test("members beside the text", () => {
    const reasons = [{ Code: "ConditionalCheckFailed" }]
    const error = new WireError("TransactionCanceledException", "no", { members: { CancellationReasons: reasons } })
    assert.match(
      String(encoded("dynamodb", error).body),
      /"CancellationReasons":\[\{"Code":"ConditionalCheckFailed"\}\]/,
    )
  })
})

describe("Cognito", () => {
  test("bare type, and both headers", () => {
    const { status, headers, body } = encoded("cognito-idp", new WireError("NotAuthorizedException", "Incorrect\nü"))
    assert.equal(status, 400)
    assert.equal(body, '{"__type":"NotAuthorizedException","message":"Incorrect\\nü"}')
    assert.equal(headers["x-amzn-ErrorType"], "NotAuthorizedException:")
    assert.equal(headers["x-amzn-ErrorMessage"], "Incorrect??")
    assert.equal(headers["Content-Type"], "application/x-amz-json-1.1")
  })

  test("a text too long for a header is cut there, and one of any length everywhere", () => {
    const { headers, body } = encoded("cognito-idp", new WireError("X", "a".repeat(5_000)))
    assert.equal(String(headers["x-amzn-ErrorMessage"]).length, 1024)
    assert.ok(String(body).length > 5_000)
    assert.ok(String(encoded("cognito-idp", new WireError("X", "a".repeat(100_000))).body).length < 9_000)
  })
})

describe("IAM and STS", () => {
  test("sender", () => {
    const { status, headers, body } = encoded("iam", new WireError("NoSuchEntity", "a <b> & c", { status: 404 }))
    assert.equal(status, 404)
    assert.equal(headers["Content-Type"], "text/xml")
    assert.equal(
      body,
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
        "<Code>NoSuchEntity</Code><Message>a &lt;b&gt; &amp; c</Message></Error><RequestId>id</RequestId></ErrorResponse>",
    )
  })

  test("receiver", () => {
    const { body } = encoded("sts", new WireError("InternalFailure", "", { status: 500 }))
    assert.match(String(body), /<Type>Receiver<\/Type>/)
  })
})

describe("S3", () => {
  const error = new WireError("NoSuchBucket", "The specified bucket does not exist", {
    status: 404,
    members: { BucketName: "a&b" },
  })

  test("no namespace, members, both ids", () => {
    const { status, headers, body } = encoded("s3", error)
    assert.equal(status, 404)
    assert.equal(headers["x-amz-request-id"], "id")
    assert.equal(headers["x-amz-id-2"], "host")
    assert.equal(
      body,
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code>' +
        "<Message>The specified bucket does not exist</Message><BucketName>a&amp;b</BucketName>" +
        "<RequestId>id</RequestId><HostId>host</HostId></Error>",
    )
  })

  test("no body to a HEAD, nor with 304", () => {
    assert.equal(encoded("s3", error, { head: true }).body, undefined)
    assert.equal(encoded("s3", new WireError("NotModified", "", { status: 304 })).body, undefined)
  })
})

describe("Lambda", () => {
  test("the text under the name that the members give it", () => {
    const members = { Type: "User", Message: "Function not found: x" }
    const error = new WireError("ResourceNotFoundException", "Function not found: x", { status: 404, members })
    const { headers, body } = encoded("lambda", error)
    assert.equal(headers["x-amzn-ErrorType"], "ResourceNotFoundException")
    assert.equal(body, '{"Type":"User","Message":"Function not found: x"}')
  })
})

test("neither the cause nor the reason gets out", () => {
  const error = new WireError("X", "public", { cause: new Error("secret"), because: { password: "secret" } })
  for (const service of Object.keys(dialects) as (keyof typeof dialects)[]) {
    assert.doesNotMatch(JSON.stringify(encoded(service, error)), /secret/)
  }
})
