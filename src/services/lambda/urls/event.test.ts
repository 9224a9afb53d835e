import assert from "node:assert/strict"
import { test } from "node:test"
import type { Caller } from "../../../authentication/caller.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import { queryParameters, urlEvent } from "./event.ts"

const ANONYMOUS: Caller = { kind: "anonymous", payload: { body: new Uint8Array(), trailers: {} } }

const SIGNED = {
  kind: "user",
  arn: "arn:aws:iam::111111111111:user/alice",
  account: "111111111111",
  userId: "AIDAEXAMPLE",
  accessKeyId: "AKIAEXAMPLE",
} as Caller

const circumstances = {
  urlId: "abc",
  domainName: "abc.lambda-url.us-east-1.localhost",
  account: "111111111111",
  caller: ANONYMOUS,
  requestId: "id",
  traceId: "Root=1-0-0",
  now: Date.UTC(2020, 2, 12, 19, 3, 58, 390),
}

const request = (over: Partial<HttpRequest> & { body?: Uint8Array } = {}): HttpRequest & { body: Uint8Array } => ({
  method: "GET",
  path: "/my/path",
  query: "",
  headers: { host: "abc.lambda-url.us-east-1.localhost:4566", "user-agent": "agent" },
  rawHeaders: [],
  remoteAddress: "192.0.2.1",
  secure: false,
  body: new Uint8Array(),
  ...over,
})

test("the event of a plain request has AWS's members and no others", () => {
  assert.deepEqual(urlEvent(request(), circumstances), {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/my/path",
    rawQueryString: "",
    headers: {
      host: "abc.lambda-url.us-east-1.localhost:4566",
      "user-agent": "agent",
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": "4566",
      "x-amzn-trace-id": "Root=1-0-0",
    },
    requestContext: {
      accountId: "anonymous",
      apiId: "abc",
      domainName: "abc.lambda-url.us-east-1.localhost",
      domainPrefix: "abc",
      http: {
        method: "GET",
        path: "/my/path",
        protocol: "HTTP/1.1",
        sourceIp: "192.0.2.1",
        userAgent: "agent",
      },
      requestId: "id",
      routeKey: "$default",
      stage: "$default",
      time: "12/Mar/2020:19:03:58 +0000",
      timeEpoch: 1584039838390,
    },
    isBase64Encoded: false,
  })
})

test("who signed is told, and the signature is not", () => {
  const event = urlEvent(request({ headers: { authorization: "AWS4-HMAC-SHA256 ..." } }), {
    ...circumstances,
    caller: SIGNED,
  }) as { headers: object; requestContext: { accountId: string; authorizer: unknown } }
  assert.deepEqual(event.requestContext.authorizer, {
    iam: {
      accessKey: "AKIAEXAMPLE",
      accountId: "111111111111",
      callerId: "AIDAEXAMPLE",
      cognitoIdentity: null,
      principalOrgId: null,
      userArn: "arn:aws:iam::111111111111:user/alice",
      userId: "AIDAEXAMPLE",
    },
  })
  assert.equal(event.requestContext.accountId, "111111111111")
  assert.ok(!("authorization" in event.headers))
})

test("a token of the function's own reaches it where nobody signs", () => {
  const event = urlEvent(request({ headers: { authorization: "Bearer token" } }), circumstances)
  assert.equal((event as { headers: Record<string, string> }).headers.authorization, "Bearer token")
})

test("cookies have a member of their own", () => {
  const event = urlEvent(request({ headers: { cookie: "a=1; b=2" } }), circumstances) as Record<string, object>
  assert.deepEqual(event.cookies, ["a=1", "b=2"])
  assert.ok(!("cookie" in event.headers!))
})

test("parameters of a query are decoded, and several of a name are joined", () => {
  assert.deepEqual(queryParameters("a=1&a=2&b=%20x+y&c"), { a: "1,2", b: " x y", c: "" })
  assert.deepEqual(Object.keys(queryParameters("__proto__=1")), ["__proto__"])
})

const BODIES: readonly [type: string | undefined, body: Uint8Array, told: object][] = [
  ["application/json; charset=utf-8", Buffer.from('{"a":"ü"}'), { body: '{"a":"ü"}', isBase64Encoded: false }],
  ["text/plain", Buffer.from("hello"), { body: "hello", isBase64Encoded: false }],
  ["application/vnd.api+json", Buffer.from("{}"), { body: "{}", isBase64Encoded: false }],
  ["text/plain", Buffer.from([0xff, 0xfe]), { body: "//4=", isBase64Encoded: true }],
  ["multipart/form-data; boundary=x", Buffer.from("--x"), { body: "LS14", isBase64Encoded: true }],
  ["application/x-www-form-urlencoded", Buffer.from("a=b"), { body: "YT1i", isBase64Encoded: true }],
  [undefined, Buffer.from("a"), { body: "YQ==", isBase64Encoded: true }],
]

for (const [type, body, told] of BODIES)
  test(`a body of ${type}, ${body.length} bytes long, is told as ${JSON.stringify(told)}`, () => {
    const event = urlEvent(request({ body, headers: { "content-type": type } }), circumstances)
    const { body: text, isBase64Encoded } = event as { body: string; isBase64Encoded: boolean }
    assert.deepEqual({ body: text, isBase64Encoded }, told)
  })
