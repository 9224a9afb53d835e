import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { makeRequest } from "../../test/signed-requests.ts"
import { MasterKey } from "../base/master-key.ts"
import { WireError } from "../wire/errors.ts"
import type { HttpRequest } from "../wire/http.ts"
import { authenticate } from "./authenticate.ts"
import { hoistHeaders } from "./hoisted-headers.ts"
import type { ErrorFamily } from "./refusals.ts"

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const deps = {
  clock: { now: () => NOW },
  masterKey: new MasterKey(Buffer.alloc(32, 1)),
  findAccessKey: (id: string) =>
    id.startsWith("AKIA")
      ? {
          secretAccessKey: "s",
          account: "123456789012",
          status: "Active" as const,
          principal: { kind: "root" as const },
        }
      : undefined,
}

/** One byte per character, as node:http gives them. */
const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
const odd = fc.oneof(
  bytes,
  fc.constantFrom(
    "",
    "__proto__",
    "constructor",
    "%",
    "%zz",
    "%00",
    "%ff%fe",
    "/",
    "//",
    "/..",
    "..",
    "=",
    "&",
    ";",
    ",",
    "+",
    " ",
    "0",
    "-1",
    "NaN",
    "\n",
  ),
)
const dates = fc.oneof(
  odd,
  fc.constantFrom(
    "20260102T030405Z",
    "99999999T999999Z",
    "00000000T000000Z",
    "20260102",
    "Fri, 02 Jan 2026 03:04:05 GMT",
  ),
)
const credential = fc.oneof(
  odd,
  fc.constant("AKIA/20260102/us-east-1/s3/aws4_request"),
  fc.array(odd, { maxLength: 7 }).map((parts) => parts.join("/")),
)
const algorithm = fc.oneof(odd, fc.constantFrom("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "AWS4-"))
const signature = fc.oneof(odd, fc.constant("0".repeat(64)))
const signed = fc.oneof(odd, fc.constant("host"), fc.constant("host;__proto__;x-amz-date"))
const sha = fc.oneof(
  odd,
  fc.constantFrom(
    "UNSIGNED-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "0".repeat(64),
  ),
)

const authorization = fc.oneof(
  odd,
  fc
    .tuple(algorithm, credential, signed, signature, fc.constantFrom(", ", ",", " ", ";"))
    .map(([a, c, h, s, comma]) => `${a} Credential=${c}${comma}SignedHeaders=${h}${comma}Signature=${s}`),
)
const query = fc.oneof(
  odd,
  fc
    .record({ a: algorithm, c: credential, d: dates, e: odd, h: signed, s: signature, t: odd })
    .map(
      ({ a, c, d, e, h, s, t }) =>
        `X-Amz-Algorithm=${a}&X-Amz-Credential=${c}&X-Amz-Date=${d}&X-Amz-Expires=${e}&X-Amz-SignedHeaders=${h}&X-Amz-Signature=${s}&X-Amz-Security-Token=${t}`,
    ),
)

const requests: fc.Arbitrary<HttpRequest> = fc
  .record({
    method: odd,
    path: odd,
    query: fc.option(query, { nil: "" }),
    authorization: fc.option(authorization),
    date: fc.option(dates),
    sha: fc.option(sha),
    decoded: fc.option(fc.oneof(odd, fc.constantFrom("5", "0"))),
    token: fc.option(odd),
    extra: fc.array(fc.tuple(odd, odd), { maxLength: 3 }),
    body: fc.oneof(bytes, fc.constantFrom("5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n", "0\r\n__proto__:x\r\n\r\n")),
  })
  .map(({ method, path, query, authorization, date, sha, decoded, token, extra, body }) => {
    const headers: [string, string][] = [["host", "localhost"], ...extra]
    if (authorization !== null) headers.push(["Authorization", authorization])
    if (date !== null) headers.push(["X-Amz-Date", date])
    if (sha !== null) headers.push(["x-amz-content-sha256", sha])
    if (decoded !== null) headers.push(["x-amz-decoded-content-length", decoded])
    if (token !== null) headers.push(["x-amz-security-token", token])
    return makeRequest({ method, path, query, headers, body: Buffer.from(body, "latin1") })
  })

for (const errors of ["json", "query", "rest-json", "s3"] satisfies ErrorFamily[]) {
  test(`${errors}: a hostile request is nobody's or refused, and never let in`, () => {
    fc.assert(
      fc.property(requests, (request) => {
        try {
          const caller = authenticate(request, { name: "s3", errors }, deps)
          assert.ok(!(caller instanceof Promise))
          assert.equal(caller.kind, "anonymous")
        } catch (error) {
          assert.ok(error instanceof WireError, String(error))
          assert.ok(error.status >= 400 && error.status < 500)
        }
      }),
      { numRuns: 2000 },
    )
  })
}

test("long inputs take no longer than their length", () => {
  const long = 200_000
  const headers = (authorization: string): [string, string][] => [
    ["host", "localhost"],
    ["x-amz-date", "20260102T030405Z"],
    ["authorization", authorization],
    ["x-amz-meta-a", ` ${" ".repeat(long)}x`],
  ]
  const signed = (names: string) =>
    `AWS4-HMAC-SHA256 Credential=AKIA/20260102/us-east-1/sts/aws4_request, SignedHeaders=${names}, Signature=0`
  const cases: Parameters<typeof makeRequest>[0][] = [
    { headers: headers(signed(`host;${"x-amz-meta-a;".repeat(100)}`)) },
    { headers: headers(signed("host")), path: "/..".repeat(long) },
    { headers: headers(signed("host")), path: "/%".repeat(long) },
    { headers: headers(signed("host")), query: "a&=".repeat(long) },
    { headers: headers(`AWS4-HMAC-SHA256 ${",=".repeat(long)}`) },
    { headers: headers(`AWS4-HMAC-SHA256 ${" ".repeat(long)}x`) },
    { headers: [...headers("AWS AKIA:x"), ["date", "Fri, 02 Jan 2026 03:04:05 GMT"]] },
  ]
  for (const parts of cases) {
    for (const errors of ["s3", "query"] satisfies ErrorFamily[]) {
      assert.throws(() => authenticate(makeRequest(parts), { name: "sts", errors }, deps), WireError)
    }
  }
})

test("a condition that a presigned URL has again and again is taken once", () => {
  const request = makeRequest({ query: `${"if-match=a&".repeat(100_000)}X-Amz-Signature=x` })
  hoistHeaders(request)
  assert.equal(request.headers["if-match"], "a")
})

/** The canonical request of all that a few kilobytes name thousands of times would be longer than any text may be. */
test("a header that is signed again and again makes nothing longer", () => {
  const again = `host;${"a;".repeat(30_000)}`
  const headers: [string, string][] = [
    ["host", "localhost"],
    ["x-amz-date", "20260102T030405Z"],
    ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"],
    [
      "authorization",
      `AWS4-HMAC-SHA256 Credential=AKIA/20260102/us-east-1/s3/aws4_request, SignedHeaders=${again}, Signature=0`,
    ],
    ["a", `x, ${"y".repeat(30_000)}`],
  ]
  for (const errors of ["json", "query", "s3"] satisfies ErrorFamily[]) {
    assert.throws(
      () => authenticate(makeRequest({ headers }), { name: "s3", errors }, deps),
      (error) => error instanceof WireError && JSON.stringify(error.members).length < 1_000_000,
    )
  }
})

test("headers by the thousand are looked up, not searched for", () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `x-amz-${i}`)
  const headers: [string, string][] = [["host", "localhost"], ...names.map((name): [string, string] => [name, "a, b"])]
  const request = makeRequest({
    headers: [
      ...headers,
      ["x-amz-date", "20260102T030405Z"],
      ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"],
      [
        "authorization",
        `AWS4-HMAC-SHA256 Credential=AKIA/20260102/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date;${names.join(";")}, Signature=0`,
      ],
    ],
  })
  assert.throws(() => authenticate(request, { name: "s3", errors: "s3" }, deps), { code: "SignatureDoesNotMatch" })
})
