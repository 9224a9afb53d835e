import { gzipSync } from "node:zlib"
import type { Shape } from "./shape.ts"

const MEBIBYTE = 1024 * 1024
const HEAD_BYTES = 60_000

const filled =
  (before: string, unit: string, after = "") =>
  (bytes: number) =>
    Buffer.from(before + unit.repeat(Math.max(0, (bytes - before.length - after.length) / unit.length)) + after)
const nothing = () => Buffer.alloc(0)

const post = (
  name: string,
  headers: Record<string, string>,
  body: Shape["body"],
  limitBytes = 0,
  path = "/",
): Shape => ({
  name,
  method: "POST",
  path,
  headers,
  body,
  limitBytes,
})
const json = (target: string) => ({ "x-amz-target": target, "content-type": "application/x-amz-json-1.1" })
const INITIATE_AUTH = json("AWSCognitoIdentityProviderService.InitiateAuth")
const NOW = new Date().toISOString().replace(/[-:]|\.\d+/g, "")
const FORM = { "content-type": "application/x-www-form-urlencoded" }
const MULTIPART = { "content-type": "multipart/form-data; boundary=b" }

/** Of a key that nobody has. */
const claimed = (service: string) => ({
  "x-amz-date": NOW,
  authorization: `AWS4-HMAC-SHA256 Credential=AKIAAAAAAAAAAAAAAAAA/${NOW.slice(0, 8)}/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
})

/** What a signature is asked for, sent without one: none of it is to be taken. */
const UNSIGNED: readonly Shape[] = [
  post(
    "unknown key: Lambda, a zip",
    claimed("lambda"),
    filled('{"FunctionName":"a","Code":{"ZipFile":"', "A", '"}}'),
    0,
    "/2015-03-31/functions",
  ),
  post(
    "unknown key: Lambda, an event",
    claimed("lambda"),
    filled('"', "a", '"'),
    0,
    "/2015-03-31/functions/a/invocations",
  ),
  post("unsigned: logs", json("Logs_20140328.PutLogEvents"), filled('{"logEvents":[{}', ",{}", "]}")),
  post("unsigned: logs, compressed", { ...json("Logs_20140328.PutLogEvents"), "content-encoding": "gzip" }, (bytes) =>
    gzipSync(Buffer.alloc(bytes)),
  ),
  post("unsigned: KMS", json("TrentService.Encrypt"), filled('{"Plaintext":"', "A", '"}')),
  post(
    "unknown key: Cognito Sync",
    claimed("cognito-sync"),
    filled('{"RecordPatches":[{}', ",{}", "]}"),
    0,
    "/identitypools/us-east-1:00000000-0000-0000-0000-000000000000/identities/a/datasets/d",
  ),
  post(
    "unsigned: CBOR",
    { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
    (bytes) => Buffer.alloc(bytes, 0x81),
    0,
    "/service/Kinesis_20131202/operation/PutRecord",
  ),
  post("unsigned: IAM", FORM, filled("Action=CreateUser&Version=2010-05-08&UserName=", "a"), 384 * 1024),
  post(
    "a function URL that is nobody's",
    { host: `${"a".repeat(32)}.lambda-url.us-east-1.localhost` },
    filled("", "a"),
  ),
]

const BODIES: readonly Shape[] = [
  post(
    "InitiateAuth: compressed",
    { ...INITIATE_AUTH, "content-encoding": "gzip" },
    (bytes) => gzipSync(Buffer.alloc(64 * bytes)),
    MEBIBYTE / 2,
  ),
  post(
    "InitiateAuth: names of escapes",
    INITIATE_AUTH,
    filled('{"AuthParameters":{"', "\\u0041", '":"a"}}'),
    MEBIBYTE / 2,
  ),
  post("InitiateAuth: surrogates", INITIATE_AUTH, filled('{"ClientId":"', "\\ud83d\\ude00", '"}'), MEBIBYTE / 2),
  post("InitiateAuth: no Latin", INITIATE_AUTH, filled('{"ClientId":"', "𝒶", '"}'), MEBIBYTE / 2),
  post(
    "InitiateAuth: a long token",
    INITIATE_AUTH,
    filled('{"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"', "a.", '"},"ClientId":"abc"}'),
    MEBIBYTE / 2,
  ),
  post(
    "GetUser: a long token",
    json("AWSCognitoIdentityProviderService.GetUser"),
    filled('{"AccessToken":"', "eyJ.", '"}'),
    MEBIBYTE / 2,
  ),
  post(
    "InitiateAuth: 100-continue",
    { ...INITIATE_AUTH, expect: "100-continue" },
    filled('{"ClientId":"', "a", '"}'),
    MEBIBYTE / 2,
  ),
  post(
    "AssumeRoleWithSAML: an assertion",
    FORM,
    filled(
      "Action=AssumeRoleWithSAML&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/aaaa&PrincipalArn=arn:aws:iam::123456789012:saml-provider/a&SAMLAssertion=",
      "PGE%2B",
    ),
    384 * 1024,
  ),
  post(
    "AssumeRoleWithWebIdentity: dots",
    FORM,
    filled(
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=aa&RoleArn=arn:aws:iam::123456789012:role/aaaa&WebIdentityToken=",
      "a.",
    ),
    384 * 1024,
  ),
  post("S3 form: what comes before the parts", MULTIPART, filled("", "a"), 64 * 1024, "/faults-bucket"),
  post(
    "S3 form: a long name",
    MULTIPART,
    filled('--b\r\ncontent-disposition: form-data; name="', "a"),
    64 * 1024,
    "/faults-bucket",
  ),
  post(
    "S3 form: a file",
    MULTIPART,
    filled(
      '--b\r\ncontent-disposition: form-data; name="key"\r\n\r\nkey\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n',
      "a",
    ),
    64 * 1024,
    "/faults-bucket",
  ),
  post("S3 form: boundaries", MULTIPART, filled("", "\r\n--b"), 64 * 1024, "/faults-bucket"),
]

const head = (name: string, headers: Record<string, string>, path = "/faults-bucket/key"): Shape => ({
  name: `head: ${name}`,
  method: "GET",
  path,
  headers,
  body: nothing,
  limitBytes: 0,
})

const LONG_HEADERS: readonly Shape[] = [
  head("a session token", {
    authorization:
      "AWS4-HMAC-SHA256 Credential=ASIAAAAAAAAAAAAAAAAA/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=a",
    "x-amz-date": "20260101T000000Z",
    "x-amz-security-token": "A".repeat(HEAD_BYTES),
  }),
  head("cookies", { cookie: "a=b; ".repeat(HEAD_BYTES / 5) }),
  head("addresses of proxies", { "x-forwarded-for": "1,".repeat(HEAD_BYTES / 2) }),
  head("ranges", { range: `bytes=${"0-0,".repeat(HEAD_BYTES / 4)}` }),
  head("ETags", { "if-none-match": '"a",'.repeat(HEAD_BYTES / 4) }),
  head("tags", { "x-amz-tagging": "a=b&".repeat(HEAD_BYTES / 4) }),
  head("accepted types", { accept: "a/b,".repeat(HEAD_BYTES / 4) }, "/"),
  head("a long target", { "x-amz-target": "a.".repeat(HEAD_BYTES / 2) }, "/"),
  head("a long host", { host: `${"a.".repeat(HEAD_BYTES / 2)}localhost` }, "/"),
  head("a long method override", { "content-type": "a;".repeat(HEAD_BYTES / 2) }, "/"),
  head("a basic authorization", { authorization: `Basic ${"Og".repeat(HEAD_BYTES / 2)}` }, "/oauth2/token"),
  head("a path of dots", {}, `/${"../".repeat(HEAD_BYTES / 3)}`),
  head("a token in the query of a page", {}, `/oauth2/authorize?${"scope=a&".repeat(HEAD_BYTES / 8)}`),
]

export const OTHERS: readonly Shape[] = [...UNSIGNED, ...BODIES, ...LONG_HEADERS]
