import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { test } from "node:test"
import * as s3Client from "@aws-sdk/client-s3"
import { makeRequest } from "../../test/signed-requests.ts"
import { MasterKey } from "../base/master-key.ts"
import { WireError } from "../wire/errors.ts"
import type { HttpRequest } from "../wire/http.ts"
import { commandRoute } from "../wire/route.ts"
import type { CommandWithSchema } from "../wire/schema.ts"
import { type AuthenticationDeps, authenticate } from "./authenticate.ts"
import { hoistHeaders } from "./hoisted-headers.ts"
import { SIGNED_PARAMETERS } from "./signature-v2.ts"

// The keys, requests and signatures of the S3 user guide's "Signing and authenticating REST requests".
const KEY = "AKIAIOSFODNN7EXAMPLE"
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
const scope = { name: "s3", errors: "s3" as const }

const depsAt = (now: number): AuthenticationDeps => ({
  clock: { now: () => now },
  masterKey: new MasterKey(Buffer.alloc(32, 1)),
  findAccessKey: (id) =>
    id === KEY
      ? { secretAccessKey: SECRET, account: "123456789012", status: "Active", principal: { kind: "root" } }
      : undefined,
})

type Header = readonly [string, string]
type Example = [name: string, method: string, path: string, query: string, headers: readonly Header[], date: string]

const EXAMPLES: readonly Example[] = [
  [
    "get",
    "GET",
    "/awsexamplebucket1/photos/puppy.jpg",
    "",
    [
      ["Date", "Tue, 27 Mar 2007 19:36:42 +0000"],
      ["Authorization", `AWS ${KEY}:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=`],
    ],
    "Tue, 27 Mar 2007 19:36:42 +0000",
  ],
  [
    "list",
    "GET",
    "/awsexamplebucket1/",
    "prefix=photos&max-keys=50&marker=puppy",
    [
      ["Date", "Tue, 27 Mar 2007 19:42:41 +0000"],
      ["Authorization", `AWS ${KEY}:m0WP8eCtspQl5Ahe6L1SozdX9YA=`],
    ],
    "Tue, 27 Mar 2007 19:42:41 +0000",
  ],
  [
    "subresource",
    "GET",
    "/awsexamplebucket1/",
    "acl",
    [
      ["Date", "Tue, 27 Mar 2007 19:44:46 +0000"],
      ["Authorization", `AWS ${KEY}:82ZHiFIjc+WbcwFKGUVEQspPn+0=`],
    ],
    "Tue, 27 Mar 2007 19:44:46 +0000",
  ],
]

const examine = ([, method, path, query, headers, date]: Example) =>
  authenticate(
    makeRequest({ method, path, query, headers: [["Host", "h"], ...headers] }),
    scope,
    depsAt(Date.parse(date)),
  )

for (const example of EXAMPLES)
  test(`the user guide's example: ${example[0]}`, async () => {
    const caller = await examine(example)
    assert.ok(caller.kind === "root")
    assert.deepEqual(
      [caller.authType, caller.signatureVersion, caller.signatureAgeMilliseconds],
      ["REST-HEADER", "AWS", 0],
    )
  })

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const EXPIRES = String(NOW / 1000 + 60)
const sign = (text: string) => createHmac("sha1", SECRET).update(text, "latin1").digest("base64")

interface Parts {
  method?: string
  path?: string
  query?: string
  headers?: readonly Header[]
  expires?: string
  signed: string
}

const presigned = ({ method = "GET", path = "/b/k", query = "", headers = [], expires = EXPIRES, signed }: Parts) =>
  makeRequest({
    method,
    path,
    query: `${query === "" ? "" : `${query}&`}AWSAccessKeyId=${KEY}&Expires=${encodeURIComponent(expires)}&Signature=${encodeURIComponent(sign(signed))}`,
    headers: [["host", "h"], ...headers],
  })

const PRESIGNED: [name: string, parts: Parts][] = [
  ["plain", { signed: `GET\n\n\n${EXPIRES}\n/b/k` }],
  ["another method", { method: "DELETE", signed: `DELETE\n\n\n${EXPIRES}\n/b/k` }],
  ["a key with escapes", { path: "/b/a%20b/%C3%BC%2B", signed: `GET\n\n\n${EXPIRES}\n/b/a%20b/%C3%BC%2B` }],
  [
    "subresources, sorted",
    { query: "versionId=x&partNumber=2", signed: `GET\n\n\n${EXPIRES}\n/b/k?partNumber=2&versionId=x` },
  ],
  [
    "overrides, decoded",
    {
      query: "response-content-type=text%2Fplain%3B%20a",
      signed: `GET\n\n\n${EXPIRES}\n/b/k?response-content-type=text/plain; a`,
    },
  ],
  ["parameters that are not signed", { query: "prefix=a", path: "/b/", signed: `GET\n\n\n${EXPIRES}\n/b/` }],
  ["a bucket without its slash", { path: "/b", signed: `GET\n\n\n${EXPIRES}\n/b/` }],
  [
    "headers in the query",
    {
      method: "PUT",
      query: "content-type=text%2Fx&x-amz-meta-b=2&x-amz-meta-a=1",
      signed: `PUT\n\ntext/x\n${EXPIRES}\nx-amz-meta-a:1\nx-amz-meta-b:2\n/b/k`,
    },
  ],
  [
    "headers as headers",
    {
      method: "PUT",
      headers: [
        ["Content-MD5", "abc"],
        ["X-Amz-Meta-A", "1"],
        ["X-Amz-Meta-A", "2"],
      ],
      signed: `PUT\nabc\n\n${EXPIRES}\nx-amz-meta-a:1,2\n/b/k`,
    },
  ],
]

for (const [name, parts] of PRESIGNED)
  test(`presigned: ${name}`, async () => {
    const request = presigned(parts)
    hoistHeaders(request)
    const caller = await authenticate(request, scope, depsAt(NOW))
    assert.ok(caller.kind === "root")
    assert.deepEqual([caller.authType, caller.signatureVersion], ["REST-QUERY-STRING", "AWS"])
    assert.equal(refusal({ ...request, method: "POST" }).code, "SignatureDoesNotMatch")
    assert.equal(refusal({ ...request, path: `${request.path}x` }).code, "SignatureDoesNotMatch")
  })

test("the bucket of a host is part of what is signed", async () => {
  const request = presigned({ path: "/k", signed: `GET\n\n\n${EXPIRES}\n/b/k` })
  assert.equal((await authenticate(request, scope, depsAt(NOW), "/b/k")).kind, "root")
  assert.equal(refusal(request).code, "SignatureDoesNotMatch")
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

const plain = (expires: string) => presigned({ expires, signed: `GET\n\n\n${expires}\n/b/k` })
const withHeaders = (...headers: Header[]) => makeRequest({ path: "/b/k", headers: [["host", "h"], ...headers] })
const withQuery = (query: string) => makeRequest({ path: "/b/k", query, headers: [["host", "h"]] })

const REFUSED: [name: string, request: () => HttpRequest, code: string, message: RegExp, members?: object][] = [
  [
    "expired",
    () => plain(String(NOW / 1000 - 1)),
    "AccessDenied",
    /^Request has expired$/,
    { Expires: "2026-01-02T03:04:04Z", ServerTime: "2026-01-02T03:04:05Z" },
  ],
  [
    "expires as a date",
    () => plain("2026-01-02"),
    "AccessDenied",
    /^Invalid date \(should be seconds since epoch\): 2026-01-02$/,
  ],
  ["expires far back", () => plain("-99999999999999"), "AccessDenied", /^Request has expired$/],
  [
    "no signature",
    () => withQuery(`AWSAccessKeyId=${KEY}&Expires=9`),
    "AccessDenied",
    /^Query-string authentication requires/,
  ],
  ["no key", () => withQuery("Signature=a&Expires=9"), "AccessDenied", /^Query-string authentication requires/],
  [
    "no expiry",
    () => withQuery(`AWSAccessKeyId=${KEY}&Signature=a`),
    "AccessDenied",
    /^Query-string authentication requires/,
  ],
  [
    "an unknown key",
    () => withQuery(`AWSAccessKeyId=nobody&Signature=a&Expires=${EXPIRES}`),
    "InvalidAccessKeyId",
    /does not exist in our records/,
    { AWSAccessKeyId: "nobody" },
  ],
  [
    "a token of nobody",
    () => withQuery(`AWSAccessKeyId=${KEY}&Signature=a&Expires=${EXPIRES}&x-amz-security-token=t`),
    "InvalidToken",
    /malformed or otherwise invalid/,
  ],
  [
    "two signatures",
    () => ({ ...plain(EXPIRES), headers: { host: "h", authorization: "AWS a:b" } }),
    "InvalidArgument",
    /^Only one auth mechanism allowed/,
  ],
  [
    "no colon",
    () => withHeaders(["Authorization", `AWS ${KEY}`]),
    "InvalidArgument",
    /^AWS authorization header is invalid/,
  ],
  ["no date", () => withHeaders(["Authorization", `AWS ${KEY}:a`]), "AccessDenied", /valid Date or x-amz-date/],
  [
    "an old date",
    () => withHeaders(["Authorization", `AWS ${KEY}:a`], ["Date", "Tue, 27 Mar 2007 19:36:42 GMT"]),
    "RequestTimeTooSkewed",
    /too large/,
  ],
]

for (const [name, request, code, message, members] of REFUSED)
  test(`refused: ${name}`, () => {
    const error = refusal(request())
    assert.equal(error.code, code)
    assert.match(error.message, message)
    if (members) assert.deepEqual(error.members, members)
  })

test("a wrong signature is shown what should have been signed", () => {
  const error = refusal(presigned({ signed: "else" }))
  assert.equal(error.status, 403)
  assert.deepEqual(Object.keys(error.members), [
    "AWSAccessKeyId",
    "StringToSign",
    "SignatureProvided",
    "StringToSignBytes",
  ])
  assert.equal(error.members.StringToSign, `GET\n\n\n${EXPIRES}\n/b/k`)
})

test("other services do not know it", () => {
  const request = withHeaders(["Authorization", `AWS ${KEY}:a`], ["Date", new Date(NOW).toUTCString()])
  assert.throws(() => authenticate(request, { name: "dynamodb", errors: "json" }, depsAt(NOW)), {
    code: "IncompleteSignatureException",
  })
})

test("every subresource by which a request is told from another is signed", () => {
  const literals = new Set<string>()
  for (const [name, Command] of Object.entries(s3Client))
    if (/^[A-Z]\w+Command$/.test(name))
      for (const [key] of commandRoute(Command as unknown as CommandWithSchema, { s3: true }).literals)
        literals.add(key)
  assert.ok(literals.size > 30)
  // ListObjectsV2 asks for what ListObjects does, and botocore does not sign that it is the one.
  const unsigned = [...literals].filter((key) => !SIGNED_PARAMETERS.has(key))
  assert.deepEqual(unsigned, ["list-type"])
})

test("a date before the epoch is none", () => {
  for (const date of ["Tue, 07 Jul 1950 21:53:04 GMT", "Wed, 31 Dec 1969 23:59:59 GMT"]) {
    const headers: Header[] = [
      ["Host", "h"],
      ["x-amz-date", date],
      ["Authorization", `AWS ${KEY}:x`],
    ]
    const request = makeRequest({ method: "GET", path: "/b/k", query: "", headers })
    assert.throws(() => authenticate(request, scope, depsAt(NOW)), {
      code: "AccessDenied",
      message: "AWS authentication requires a valid Date or x-amz-date header",
    })
  }
})
