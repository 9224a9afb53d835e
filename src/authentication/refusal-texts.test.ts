import assert from "node:assert/strict"
import { test } from "node:test"
import { signedRequest, withHeader } from "../../test/signed-requests.ts"
import { deps, edit, families, MINUTE, NOW, PARTS, refusal, STALE, scopes, signing } from "../../test/signing-world.ts"
import type { HttpRequest } from "../wire/http.ts"
import { authenticate } from "./authenticate.ts"
import { missingToken } from "./errors.ts"
import type { ErrorFamily } from "./refusals.ts"

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
