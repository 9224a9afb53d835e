import assert from "node:assert/strict"
import { test } from "node:test"
import { presignedRequest, signedRequest, withHeader } from "../../test/signed-requests.ts"
import {
  account,
  alice,
  type Codes,
  credentials,
  deps,
  edit,
  families,
  INCOMPLETE,
  INVALID_TOKEN,
  keys,
  PARTS,
  refusal,
  SCOPE,
  scopes,
  signing,
  UNKNOWN,
  WRONG,
} from "../../test/signing-world.ts"
import type { HttpRequest } from "../wire/http.ts"
import { type AuthenticationDeps, authenticate } from "./authenticate.ts"

for (const family of families) {
  test(`${family}: what the SDK signs is verified, at once`, async () => {
    const caller = authenticate(await signedRequest(PARTS, signing(family)), scopes[family], deps)
    assert.ok(!(caller instanceof Promise))
    assert.deepEqual(
      { ...caller, payload: undefined },
      {
        kind: "user",
        arn: `arn:aws:iam::${account}:user/x/alice`,
        account,
        userId: "AIDAALICE",
        userName: "alice",
        path: "/x/",
        session: undefined,
        accessKeyId: "AKIAEXAMPLE",
        region: "us-east-1",
        signingName: scopes[family].name,
        authType: "REST-HEADER",
        signatureVersion: "AWS4-HMAC-SHA256",
        signatureAgeMilliseconds: 0,
        payload: undefined,
      },
    )
    assert.equal(Buffer.from(caller.payload.body as Uint8Array).toString(), "hello")
    assert.equal(caller.payload.contentLength, 5)
  })

  test(`${family}: what the SDK presigns is verified`, async () => {
    const request = await presignedRequest({ path: "/x", query: { a: "b c" } }, signing(family))
    const caller = await authenticate(request, scopes[family], deps)
    assert.equal(caller.kind !== "anonymous" && caller.authType, "REST-QUERY-STRING")
  })

  test(`${family}: no signature is nobody`, async () => {
    const request = withHeader(await signedRequest(PARTS, signing(family)), "authorization", undefined)
    assert.equal((await authenticate(request, scopes[family], deps)).kind, "anonymous")
  })
}

test("a key that has to be looked up makes a promise, and is verified all the same", async () => {
  const slow: AuthenticationDeps = { ...deps, findAccessKey: async (id) => keys[id] }
  const request = await signedRequest(
    PARTS,
    signing("json", { credentials: { ...credentials, accessKeyId: "AKIAROOT" } }),
  )
  const caller = authenticate(request, scopes.json, slow)
  assert.ok(caller instanceof Promise)
  const { kind, ...rest } = await caller
  assert.equal(kind, "root")
  assert.ok("arn" in rest && rest.arn === `arn:aws:iam::${account}:root` && rest.userId === account)
  request.body = Buffer.from("other")
  await assert.rejects(async () => authenticate(request, scopes.json, slow), { code: "InvalidSignatureException" })
})

/** Every component of a signed request, altered after signing. */
const ALTERATIONS: [name: string, alter: (request: HttpRequest) => HttpRequest, codes: Codes][] = [
  ["method", (r) => ({ ...r, method: "POST" }), WRONG],
  ["path", (r) => ({ ...r, path: "/a%20b/d" }), WRONG],
  ["path, one slash more", (r) => ({ ...r, path: "/a%20b/c/" }), WRONG],
  ["query value", (r) => ({ ...r, query: r.query.replace("a=2", "a=3") }), WRONG],
  ["query, one more", (r) => ({ ...r, query: `${r.query}&b=1` }), WRONG],
  ["query, one less", (r) => ({ ...r, query: r.query.replace("&a=1", "") }), WRONG],
  ["signed header", (r) => withHeader(r, "content-type", "text/html"), WRONG],
  ["signed header, gone", (r) => withHeader(r, "content-type", undefined), WRONG],
  ["signed x-amz- header", (r) => withHeader(r, "x-amz-meta-a", "three spaces"), WRONG],
  ["host", (r) => withHeader(r, "host", "localhost:4567"), WRONG],
  ["body", (r) => ({ ...r, body: Buffer.from("hellp") }), { ...WRONG, s3: ["XAmzContentSHA256Mismatch", 400] }],
  ["body, gone", (r) => ({ ...r, body: Buffer.from("") }), { ...WRONG, s3: ["XAmzContentSHA256Mismatch", 400] }],
  ["date within the day", (r) => withHeader(r, "x-amz-date", "20260102T030406Z"), WRONG],
  ["signature", (r) => edit(r, /Signature=./, "Signature=x"), WRONG],
  ["signature, shorter", (r) => edit(r, /.$/, ""), WRONG],
  ["signature, in capitals", (r) => edit(r, /Signature=(.*)$/, `Signature=${"A".repeat(64)}`), WRONG],
  ["signed headers, one less", (r) => edit(r, "content-type;", ""), WRONG],
  ["signed headers, one of a prototype more", (r) => edit(r, "SignedHeaders=", "SignedHeaders=__proto__;"), WRONG],
  ["signed headers without host", (r) => edit(r, "host;", ""), { ...WRONG, s3: ["AccessDenied", 403] }],
  ["access key", (r) => edit(r, "AKIAEXAMPLE", "AKIANOBODY"), UNKNOWN],
  ["access key of a prototype", (r) => edit(r, "AKIAEXAMPLE", "__proto__"), UNKNOWN],
  ["access key that is inactive", (r) => edit(r, "AKIAEXAMPLE", "AKIAINACTIVE"), UNKNOWN],
  ["credential's day", (r) => edit(r, "/20260102/", "/20260101/"), SCOPE],
  ["credential's region", (r) => edit(r, "/us-east-1/", "/../"), SCOPE],
  ["credential's service", (r) => edit(r, /us-east-1\/[^/]+/, "us-east-1/ec2"), SCOPE],
  ["credential's terminator", (r) => edit(r, "aws4_request", "aws5_request"), SCOPE],
  ["credential of four parts", (r) => edit(r, "/aws4_request", ""), INCOMPLETE],
  ["no Credential", (r) => edit(r, /Credential=[^,]*, /, ""), INCOMPLETE],
  ["no SignedHeaders", (r) => edit(r, /SignedHeaders=[^,]*, /, ""), INCOMPLETE],
  ["no Signature", (r) => edit(r, /, Signature=.*/, ""), INCOMPLETE],
  ["no equals sign", (r) => edit(r, "Signature=", "Signature"), INCOMPLETE],
  ["no date", (r) => withHeader(r, "x-amz-date", undefined), { ...INCOMPLETE, s3: ["AccessDenied", 403] }],
  ["malformed date", (r) => withHeader(r, "x-amz-date", "2026-01-02"), { ...INCOMPLETE, s3: ["AccessDenied", 403] }],
  [
    "the 30th of February",
    (r) => withHeader(r, "x-amz-date", "20260230T000000Z"),
    { ...INCOMPLETE, s3: ["AccessDenied", 403] },
  ],
  [
    "SigV4A",
    (r) => edit(r, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
    { ...INCOMPLETE, s3: ["InvalidRequest", 400] },
  ],
  [
    "SigV2",
    (r) => withHeader(r, "authorization", "AWS AKIAEXAMPLE:abc="),
    { ...INCOMPLETE, s3: ["SignatureDoesNotMatch", 403] },
  ],
  [
    "a bearer token",
    (r) => withHeader(r, "authorization", "Bearer abc"),
    { ...INCOMPLETE, s3: ["InvalidArgument", 400] },
  ],
  [
    "an empty Authorization",
    (r) => withHeader(r, "authorization", ""),
    { ...INCOMPLETE, s3: ["InvalidArgument", 400] },
  ],
  ["two signatures", (r) => ({ ...r, query: "X-Amz-Algorithm=x" }), { ...WRONG, s3: ["InvalidArgument", 400] }],
  [
    "a session token of nobody",
    (r) => edit(withHeader(r, "x-amz-security-token", "x"), "host;", "host;x-amz-security-token;"),
    INVALID_TOKEN,
  ],
]

for (const [name, alter, codes] of ALTERATIONS) {
  test(`altered: ${name}`, async () => {
    for (const family of families) {
      const request = await signedRequest(PARTS, signing(family))
      await authenticate(request, scopes[family], deps)
      const { code, status } = refusal(alter(request), family)
      assert.deepEqual([code, status], codes[family], family)
    }
  })
}

test("repeated headers, folded spaces and +, bytewise order", async () => {
  for (const family of families) {
    const request = await signedRequest({ ...PARTS, headers: { "x-amz-meta-b": "1,2" } }, signing(family))
    request.headers["x-amz-meta-b"] = "1, 2"
    const at = request.rawHeaders.indexOf("x-amz-meta-b")
    request.rawHeaders = [
      ...request.rawHeaders.slice(0, at),
      "X-Amz-Meta-B",
      " 1",
      "x-amz-meta-b",
      "2 ",
      ...request.rawHeaders.slice(at + 2),
    ]
    request.query = request.query.replaceAll("%20", "+").split("&").reverse().join("&")
    assert.equal((await authenticate(request, scopes[family], deps)).kind, "user", family)
  }
})

test("headers that a proxy changes matter only where they are signed", async () => {
  for (const family of families) {
    const request = await signedRequest(PARTS, signing(family))
    const changed = withHeader(withHeader(request, "user-agent", "proxy"), "expect", "100-continue")
    assert.equal((await authenticate(changed, scopes[family], deps)).kind, "user", family)
  }
})

test("S3 wants its x-amz- headers signed, others do not", async () => {
  for (const family of families) {
    const request = withHeader(await signedRequest(PARTS, signing(family)), "x-amz-acl", "public-read")
    if (family !== "s3") assert.equal((await authenticate(request, scopes[family], deps)).kind, "user")
    else {
      const { code, status, message, members } = refusal(request, family)
      assert.deepEqual([code, status, members], ["AccessDenied", 403, { HeadersNotSigned: "x-amz-acl" }])
      assert.equal(message, "There were headers present in the request which were not signed")
    }
  }
})

test("query parameters are ordered by their names first, whatever is lower than an equals sign", async () => {
  for (const family of families) {
    const query = { "a-b": "1", a: ["3", "2"], "a.b": "4", "a b": "5", A: "6" }
    const request = await signedRequest({ ...PARTS, query }, signing(family))
    assert.equal((await authenticate(request, scopes[family], deps)).kind, "user", family)
  }
})

test("an access key id that got another secret is not verified with the old one", async () => {
  for (const family of families) {
    const request = await signedRequest(PARTS, signing(family))
    assert.equal((await authenticate(request, scopes[family], deps)).kind, "user")
    const changed: AuthenticationDeps = { ...deps, findAccessKey: () => ({ ...alice, secretAccessKey: "new" }) }
    assert.throws(() => authenticate(request, scopes[family], changed), { code: WRONG[family][0] })
    const renewed = signing(family, { credentials: { ...credentials, secretAccessKey: "new" } })
    assert.equal((await authenticate(await signedRequest(PARTS, renewed), scopes[family], changed)).kind, "user")
  }
})
