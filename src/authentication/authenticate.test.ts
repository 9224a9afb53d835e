import assert from "node:assert/strict"
import { test } from "node:test"
import { presignedRequest, type Signing, signedRequest, withHeader } from "../../test/signed-requests.ts"
import { MasterKey } from "../base/master-key.ts"
import { WireError } from "../wire/errors.ts"
import type { HttpRequest } from "../wire/http.ts"
import type { AccessKey } from "./access-key.ts"
import { type AuthenticationDeps, authenticate } from "./authenticate.ts"
import { type ErrorFamily, missingToken } from "./errors.ts"
import { issueSessionCredentials, type NewSession } from "./session-token.ts"
import type { SigningScope } from "./signing-scope.ts"

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const MINUTE = 60_000
const clock = { now: () => NOW }
const masterKey = new MasterKey(Buffer.alloc(32, 1))
const account = "123456789012"
const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret/+1" }

const alice: AccessKey = {
  secretAccessKey: credentials.secretAccessKey,
  account,
  status: "Active",
  principal: {
    kind: "user",
    arn: `arn:aws:iam::${account}:user/x/alice`,
    userId: "AIDAALICE",
    userName: "alice",
    path: "/x/",
  },
}
const keys: Record<string, AccessKey> = {
  AKIAEXAMPLE: alice,
  AKIAROOT: { ...alice, principal: { kind: "root" } },
  AKIAINACTIVE: { ...alice, status: "Inactive" },
}
const deps: AuthenticationDeps = {
  clock,
  masterKey,
  findAccessKey: (id) => (Object.hasOwn(keys, id) ? keys[id] : undefined),
}

const scopes: Record<ErrorFamily, SigningScope> = {
  json: { name: "dynamodb", errors: "json" },
  query: { name: "sts", errors: "query", regions: ["us-east-1"] },
  "rest-json": { name: "lambda", errors: "rest-json", clockWindowSeconds: 300 },
  s3: { name: "s3", errors: "s3", regions: ["us-east-1"] },
}
const families = Object.keys(scopes) as ErrorFamily[]

const signing = (family: ErrorFamily, over: Partial<Signing> = {}): Signing => ({
  service: scopes[family].name,
  credentials,
  time: NOW,
  ...over,
})

const PARTS = {
  method: "PUT",
  path: "/a%20b/c",
  query: { list: "", "z z": "1+2", a: ["2", "1"] },
  headers: { "content-type": "text/plain", "x-amz-meta-a": " two   spaces " },
  body: "hello",
}

const refusal = (request: HttpRequest, family: ErrorFamily, scope: SigningScope = scopes[family]): WireError => {
  try {
    void authenticate(request, scope, deps)
  } catch (error) {
    assert.ok(error instanceof WireError, String(error))
    return error
  }
  throw new assert.AssertionError({ message: "it was let in" })
}

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

type Codes = Record<ErrorFamily, readonly [code: string, status: number]>
const WRONG: Codes = {
  json: ["InvalidSignatureException", 400],
  query: ["SignatureDoesNotMatch", 403],
  "rest-json": ["InvalidSignatureException", 403],
  s3: ["SignatureDoesNotMatch", 403],
}
const UNKNOWN: Codes = {
  json: ["UnrecognizedClientException", 400],
  query: ["InvalidClientTokenId", 403],
  "rest-json": ["UnrecognizedClientException", 403],
  s3: ["InvalidAccessKeyId", 403],
}
const INCOMPLETE: Codes = {
  json: ["IncompleteSignatureException", 400],
  query: ["IncompleteSignature", 400],
  "rest-json": ["IncompleteSignatureException", 403],
  s3: ["AuthorizationHeaderMalformed", 400],
}
const INVALID_TOKEN: Codes = { ...UNKNOWN, s3: ["InvalidToken", 400] }
const SCOPE: Codes = { ...WRONG, s3: ["AuthorizationHeaderMalformed", 400] }
const STALE: Codes = { ...WRONG, s3: ["RequestTimeTooSkewed", 403] }

const edit = (request: HttpRequest, from: string | RegExp, to: string) =>
  withHeader(request, "authorization", request.headers.authorization!.replace(from, to))

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
    { ...INCOMPLETE, s3: ["InvalidRequest", 400] },
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

test("the clock window, to the millisecond, on both sides", async () => {
  for (const family of families) {
    const window = (scopes[family].clockWindowSeconds ?? 900) * 1000
    for (const side of [-1, 1]) {
      const inside = await signedRequest(PARTS, signing(family, { time: NOW + side * window }))
      assert.equal((await authenticate(inside, scopes[family], deps)).kind, "user", family)
      const outside = await signedRequest(PARTS, signing(family, { time: NOW + side * (window + 1000) }))
      const { code, status } = refusal(outside, family)
      assert.deepEqual([code, status], STALE[family], family)
    }
  }
})

test("the texts of a stale signature", async () => {
  const at = async (family: ErrorFamily, minutes: number) =>
    refusal(await signedRequest(PARTS, signing(family, { time: NOW + minutes * MINUTE })), family)
  assert.equal(
    (await at("query", -16)).message,
    "Signature expired: 20260102T024805Z is now earlier than 20260102T024905Z (20260102T030405Z - 15 min.)",
  )
  assert.equal(
    (await at("json", 16)).message,
    "Signature not yet current: 20260102T032005Z is still later than 20260102T031905Z (20260102T030405Z + 15 min.)",
  )
  assert.match((await at("rest-json", -6)).message, / - 5 min\.\)$/)
  const { message, members } = await at("s3", -16)
  assert.equal(message, "The difference between the request time and the current time is too large.")
  assert.deepEqual(members, {
    RequestTime: "20260102T024805Z",
    ServerTime: "2026-01-02T03:04:05Z",
    MaxAllowedSkewMilliseconds: "900000",
  })
})

test("the texts of what is incomplete or out of scope", async () => {
  const request = await signedRequest(PARTS, signing("query"))
  const bare = withHeader(
    withHeader(request, "x-amz-date", undefined),
    "authorization",
    "AWS4- Signature=b,Credential=a",
  )
  const told = (r: HttpRequest, family: ErrorFamily = "query") => refusal(r, family).message
  assert.equal(
    told(bare, "json"),
    "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4- Signature=b,Credential=a",
  )
  assert.equal(
    told({ ...bare, headers: {}, rawHeaders: [], query: "X-Amz-Algorithm=" }, "json"),
    "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
  )
  assert.equal(
    told(edit(request, "us-east-1/sts", "eu-west-1/s3")),
    "Credential should be scoped to a valid region, not 'eu-west-1'. Credential should be scoped to correct service: 'sts'. ",
  )
  assert.equal(
    told(edit(request, "/aws4_request", "")),
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIAEXAMPLE/20260102/us-east-1/sts'",
  )
  const { message, members } = refusal(edit(await signedRequest(PARTS, signing("s3")), "us-east-1", "aws-global"), "s3")
  assert.equal(
    message,
    "The authorization header is malformed; the region 'aws-global' is wrong; expecting 'us-east-1'",
  )
  assert.deepEqual(members, { Region: "us-east-1" })
})

test("the texts of a wrong signature, and S3's members", async () => {
  const change = (request: HttpRequest) => edit(request, /Signature=.{64}/, `Signature=${"0".repeat(64)}`)
  for (const family of ["json", "query", "rest-json"] as const) {
    const { message, members } = refusal(change(await signedRequest(PARTS, signing(family))), family)
    assert.equal(
      message,
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    )
    assert.deepEqual(members, {})
  }
  const { message, members } = refusal(change(await signedRequest(PARTS, signing("s3"))), "s3")
  assert.equal(
    message,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  )
  assert.deepEqual(Object.keys(members), [
    "AWSAccessKeyId",
    "StringToSign",
    "SignatureProvided",
    "StringToSignBytes",
    "CanonicalRequest",
    "CanonicalRequestBytes",
  ])
  assert.match(
    String(members.StringToSign),
    /^AWS4-HMAC-SHA256\n20260102T030405Z\n20260102\/us-east-1\/s3\/aws4_request\n/,
  )
  assert.match(String(members.StringToSignBytes), /^41 57 53 34 /)
  assert.match(String(members.CanonicalRequest), /^PUT\n\/a%20b\/c\na=1&a=2&list=&z%20z=1%2B2\n/)
})

test("the refusal of nobody, by family", () => {
  const seen = families.map((family) => [family, missingToken(family).code, missingToken(family).status])
  assert.deepEqual(seen, [
    ["json", "MissingAuthenticationTokenException", 400],
    ["query", "MissingAuthenticationToken", 403],
    ["rest-json", "MissingAuthenticationTokenException", 403],
    ["s3", "AccessDenied", 403],
  ])
  assert.equal(
    missingToken("json", "Request is missing Authentication Token").message,
    "Request is missing Authentication Token",
  )
  assert.equal(missingToken("json").message, "Missing Authentication Token")
})

const role: NewSession = {
  kind: "role-session",
  account,
  roleArn: `arn:aws:iam::${account}:role/path/r`,
  roleId: "AROAR",
  roleName: "r",
  sessionName: "s",
  context: { "cognito-identity.amazonaws.com:sub": "us-east-1:1" },
}

const asCredentials = (session: NewSession, seconds = 900, time = NOW) => {
  const issued = issueSessionCredentials(masterKey, session, seconds, { now: () => time })
  return { accessKeyId: issued.AccessKeyId, secretAccessKey: issued.SecretAccessKey, sessionToken: issued.SessionToken }
}

test("session credentials say who they are of, in header and query", async () => {
  const issuer = alice.principal
  const cases: [NewSession, string, string, string][] = [
    [role, "role-session", `arn:aws:sts::${account}:assumed-role/r/s`, "AROAR:s"],
    [
      { kind: "federated-user", account, name: "bob", issuer },
      "federated-user",
      `arn:aws:sts::${account}:federated-user/bob`,
      `${account}:bob`,
    ],
    [{ kind: "session-user", account, issuer }, "user", `arn:aws:iam::${account}:user/x/alice`, "AIDAALICE"],
    [{ kind: "session-user", account, issuer: { kind: "root" } }, "root", `arn:aws:iam::${account}:root`, account],
  ]
  for (const [session, kind, arn, userId] of cases) {
    const held = asCredentials(session)
    for (const family of families) {
      const over = signing(family, { credentials: held })
      for (const request of [await signedRequest(PARTS, over), await presignedRequest({ path: "/x" }, over)]) {
        const caller = await authenticate(request, scopes[family], deps)
        assert.ok(caller.kind !== "anonymous")
        assert.deepEqual([caller.kind, caller.arn, caller.userId, caller.account], [kind, arn, userId, account])
        assert.equal(caller.session?.accessKeyId, held.accessKeyId)
      }
    }
  }
})

const EXPIRED: Codes = {
  json: ["ExpiredTokenException", 400],
  query: ["ExpiredToken", 403],
  "rest-json": ["ExpiredTokenException", 403],
  s3: ["ExpiredToken", 400],
}

test("session credentials that are not to be taken", async () => {
  const held = asCredentials(role)
  const other = asCredentials(role)
  const cases: [string, Signing["credentials"], Codes][] = [
    ["expired", asCredentials(role, 900, NOW - 900_000), EXPIRED],
    ["without its token", { ...held, sessionToken: undefined }, UNKNOWN],
    ["the token of another session", { ...held, sessionToken: other.sessionToken }, INVALID_TOKEN],
    ["a long-term key with a token", { ...credentials, sessionToken: held.sessionToken }, INVALID_TOKEN],
    ["a token cut short", { ...held, sessionToken: held.sessionToken.slice(0, -4) }, INVALID_TOKEN],
    ["a wrong secret", { ...held, secretAccessKey: other.secretAccessKey }, WRONG],
  ]
  for (const [name, bad, codes] of cases) {
    for (const family of families) {
      const { code, status } = refusal(await signedRequest(PARTS, signing(family, { credentials: bad })), family)
      assert.deepEqual([code, status], codes[family], `${name}, ${family}`)
    }
  }
})

test("no refusal shows a secret, and none of it reaches the log", async () => {
  const held = asCredentials(role)
  for (const family of families) {
    const request = await signedRequest(PARTS, signing(family, { credentials: { ...held, secretAccessKey: "other" } }))
    const { message, members, because } = refusal(request, family)
    assert.ok(!JSON.stringify([message, members, because]).includes(held.secretAccessKey))
    assert.ok(!JSON.stringify([message, because]).includes(held.sessionToken))
  }
})
