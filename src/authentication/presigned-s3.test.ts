import assert from "node:assert/strict"
import { test } from "node:test"
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { makeRequest, presignedRequest } from "../../test/signed-requests.ts"
import { MasterKey } from "../base/master-key.ts"
import { WireError } from "../wire/errors.ts"
import type { HttpRequest } from "../wire/http.ts"
import { type AuthenticationDeps, authenticate } from "./authenticate.ts"

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" }
const scope = { name: "s3", errors: "s3" as const, regions: ["us-east-1"] }

const depsAt = (now: number): AuthenticationDeps => ({
  clock: { now: () => now },
  masterKey: new MasterKey(Buffer.alloc(32, 1)),
  findAccessKey: (id) =>
    id === credentials.accessKeyId
      ? {
          secretAccessKey: credentials.secretAccessKey,
          account: "123456789012",
          status: "Active",
          principal: { kind: "root" },
        }
      : undefined,
})

function refusal(request: HttpRequest, now = NOW): WireError {
  try {
    void authenticate(request, scope, depsAt(now))
  } catch (error) {
    assert.ok(error instanceof WireError, String(error))
    return error
  }
  throw new assert.AssertionError({ message: "it was let in" })
}

const client = new S3Client({
  region: "us-east-1",
  credentials,
  endpoint: "http://localhost:4566",
  forcePathStyle: true,
})

function fetched(url: string, method: string, headers: [string, string][] = [], body?: Uint8Array): HttpRequest {
  // Not by URL, which would take the dot segments out.
  const [, host, path, query] = /^https?:\/\/([^/]+)([^?]*)\?(.*)$/.exec(url) as unknown as [
    string,
    string,
    string,
    string,
  ]
  return makeRequest({ method, path, query, headers: [["host", host], ...headers], body })
}

test("the SDK's presigner: get and put, awkward keys", async () => {
  const time = { signingDate: new Date(NOW) }
  for (const Key of ["a.txt", "a b/ü+ç?&=.txt", "a//b/../c", "(x)!*'~$@", "%41%2F"]) {
    const get = await getSignedUrl(client, new GetObjectCommand({ Bucket: "b", Key }), time)
    assert.equal((await authenticate(fetched(get, "GET"), scope, depsAt(NOW))).kind, "root", Key)
    const put = await getSignedUrl(client, new PutObjectCommand({ Bucket: "b", Key }), time)
    const caller = await authenticate(fetched(put, "PUT", [], Buffer.from("body")), scope, depsAt(NOW))
    assert.equal(Buffer.from(caller.payload.body as Uint8Array).toString(), "body", Key)
    assert.equal(refusal(fetched(get, "PUT")).code, "SignatureDoesNotMatch")
  }
})

const presigned = (expiresIn: number) =>
  presignedRequest({ path: "/b/k" }, { service: "s3", credentials, time: NOW, expiresIn })

test("a URL is good until X-Amz-Expires, and not a millisecond longer", async () => {
  const request = await presigned(60)
  assert.equal((await authenticate(request, scope, depsAt(NOW + 60_000))).kind, "root")
  const { code, status, message, members } = refusal(request, NOW + 60_001)
  assert.deepEqual([code, status, message], ["AccessDenied", 403, "Request has expired"])
  assert.deepEqual(members, {
    "X-Amz-Expires": "60",
    Expires: "2026-01-02T03:05:05Z",
    ServerTime: "2026-01-02T03:05:05Z",
  })
})

test("seven days are the most, and hold for seven days", async () => {
  const week = 604_800
  assert.equal((await authenticate(await presigned(week), scope, depsAt(NOW + week * 1000))).kind, "root")
})

test("a URL of the future", async () => {
  const request = await presigned(60)
  const { code, message, members } = refusal(request, NOW - 901_000)
  assert.deepEqual([code, message], ["AccessDenied", "Request is not yet valid"])
  assert.equal(members["X-Amz-Date"], String(NOW))
})

const MALFORMED: [name: string, from: RegExp, to: string, message: RegExp][] = [
  [
    "no X-Amz-Expires",
    /&?X-Amz-Expires=\d+/,
    "",
    /^Query-string authentication version 4 requires the X-Amz-Algorithm, /,
  ],
  ["no X-Amz-Date", /&?X-Amz-Date=\w+/, "", /^Query-string authentication version 4 requires/],
  ["no X-Amz-Signature", /&?X-Amz-Signature=\w+/, "", /^Query-string authentication version 4 requires/],
  ["no X-Amz-Credential", /&?X-Amz-Credential=[^&]+/, "", /^Query-string authentication version 4 requires/],
  ["no X-Amz-Algorithm", /&?X-Amz-Algorithm=[^&]+/, "", /^Query-string authentication version 4 requires/],
  ["no X-Amz-SignedHeaders", /&?X-Amz-SignedHeaders=[^&]+/, "", /^Query-string authentication version 4 requires/],
  ["expires in words", /Expires=\d+/, "Expires=soon", /^X-Amz-Expires should be a number$/],
  ["expires in the past", /Expires=\d+/, "Expires=-1", /^X-Amz-Expires must be non-negative$/],
  [
    "expires in more than a week",
    /Expires=\d+/,
    "Expires=604801",
    /^X-Amz-Expires must be less than a week \(in seconds\); that is, /,
  ],
  ["expires at infinity", /Expires=\d+/, `Expires=${"9".repeat(400)}`, /^X-Amz-Expires must be less than a week/],
  [
    "a date of another form",
    /Date=\w+/,
    "Date=2026-01-02",
    /^X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"$/,
  ],
  [
    "a credential encoded twice",
    /%2F/g,
    "%252F",
    /^Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>\/YYYYMMDD\/REGION\/SERVICE\/aws4_request"\.$/,
  ],
  [
    "another region",
    /us-east-1/,
    "eu-west-1",
    /^Error parsing the X-Amz-Credential parameter; the region 'eu-west-1' is wrong; expecting 'us-east-1'$/,
  ],
  ["SigV4A", /AWS4-HMAC-SHA256/, "AWS4-ECDSA-P256-SHA256", /^X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"$/],
]

for (const [name, from, to, expected] of MALFORMED) {
  test(`malformed URL: ${name}`, async () => {
    const request = await presigned(60)
    const query = request.query.replace(from, to)
    assert.notEqual(query, request.query)
    const { code, status, message } = refusal({ ...request, query })
    assert.deepEqual([code, status], ["AuthorizationQueryParametersError", 400])
    assert.match(message, expected)
  })
}

test("a name that is written with escapes is that name", async () => {
  const request = await presigned(60)
  const query = request.query.replace("X-Amz-Signature", "X%2DAmz%2dSign%61ture")
  assert.equal((await authenticate({ ...request, query }, scope, depsAt(NOW))).kind, "root")
})
