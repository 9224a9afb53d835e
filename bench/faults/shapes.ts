import { HEADS } from "./heads.ts"
import { OTHERS } from "./other-shapes.ts"
import type { Shape } from "./shape.ts"

const MEBIBYTE = 1024 * 1024

const repeated = (before: string, unit: string, after: string) => (bytes: number) =>
  Buffer.from(
    before + unit.repeat(Math.max(0, Math.floor((bytes - before.length - after.length) / unit.length))) + after,
  )

/** `unit` tells its number apart, so that no two are the same. */
const numbered = (before: string, unit: (i: number) => string, after: string) => (bytes: number) => {
  const pieces = [before]
  let size = before.length + after.length
  for (let i = 0; ; i++) {
    const piece = unit(i)
    size += piece.length
    if (size > bytes) break
    pieces.push(piece)
  }
  pieces.push(after)
  return Buffer.from(pieces.join(""))
}

/** No more than so many. */
const fewer = (most: number, before: string, unit: (i: number) => string, after: string) => (bytes: number) =>
  bytes < 4096
    ? Buffer.from(before + after)
    : Buffer.from(before + Array.from({ length: most - 2 }, (_, i) => unit(i)).join("") + after)

const json =
  (target: string, limitBytes: number) =>
  (name: string, body: Shape["body"]): Shape => ({
    name: `${target.split(".")[1]}: ${name}`,
    method: "POST",
    path: "/",
    headers: { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" },
    body,
    limitBytes,
  })
const initiateAuth = json("AWSCognitoIdentityProviderService.InitiateAuth", MEBIBYTE / 2)
const signUp = json("AWSCognitoIdentityProviderService.SignUp", MEBIBYTE / 2)
const respond = json("AWSCognitoIdentityProviderService.RespondToAuthChallenge", MEBIBYTE / 2)
const getId = json("AWSCognitoIdentityService.GetId", 640 * 1024)
const getItem = json("DynamoDB_20120810.GetItem", 16 * MEBIBYTE)

const form = (name: string, body: Shape["body"], action = "AssumeRoleWithWebIdentity"): Shape => ({
  name: `${action}: ${name}`,
  method: "POST",
  path: "/",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: (bytes) => {
    const head = Buffer.from(`Action=${action}&Version=2011-06-15&`)
    return Buffer.concat([head, body(bytes - head.length)])
  },
  limitBytes: 384 * 1024,
})

const s3 = (
  name: string,
  method: string,
  path: string,
  limitBytes: number,
  body: Shape["body"],
  headers = {},
): Shape => ({
  name: `S3 ${name}`,
  method,
  path,
  headers,
  body,
  limitBytes,
})
const deletion = (name: string, body: Shape["body"], headers = {}) =>
  s3(`?delete: ${name}`, "POST", "/faults-bucket?delete", 2 * MEBIBYTE, body, {
    "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==",
    ...headers,
  })

export const SHAPES: readonly Shape[] = [
  initiateAuth("deep lists", repeated('{"X":', "[", "")),
  initiateAuth("deep maps", repeated('{"X":', '{"a":', "")),
  initiateAuth("a list of empty maps", repeated('{"X":[{}', ",{}", "]}")),
  initiateAuth("a list of numbers", repeated('{"X":[1', ",1", "]}")),
  initiateAuth(
    "unknown members",
    numbered('{"a":1', (i) => `,"${i.toString(36)}":1`, "}"),
  ),
  initiateAuth(
    "many AuthParameters",
    numbered('{"AuthParameters":{"a":"b"', (i) => `,"${i.toString(36)}":"x"`, "}}"),
  ),
  initiateAuth("one long text", repeated('{"ClientId":"', "a", '"}')),
  initiateAuth("one text of escapes", repeated('{"ClientId":"', "\\u0041", '"}')),
  initiateAuth("one long number", repeated('{"ClientId":', "9", "}")),
  initiateAuth("white space", repeated("{", " ", "}")),
  initiateAuth("no UTF-8", (bytes) => Buffer.alloc(bytes, 0xff)),
  { ...initiateAuth("HTTP chunks of one byte", repeated('{"ClientId":"', "a", '"}')), httpChunkBytes: 1 },
  { ...initiateAuth("HTTP chunks of 70 bytes", repeated('{"ClientId":"', "a", '"}')), httpChunkBytes: 70 },
  { ...initiateAuth("HTTP chunks of 300 bytes", repeated('{"ClientId":"', "a", '"}')), httpChunkBytes: 300 },
  signUp("a list of empty attributes", repeated('{"UserAttributes":[{}', ",{}", "]}")),
  signUp(
    "a list of attributes",
    numbered('{"UserAttributes":[{}', (i) => `,{"Name":"${i.toString(36)}","Value":""}`, "]}"),
  ),
  signUp("attributes of nothing", repeated('{"ClientId":"a","UserAttributes":[{"Name":""}', ',{"Name":""}', "]}")),
  signUp(
    "client metadata",
    numbered('{"ClientMetadata":{"a":""', (i) => `,"${i.toString(36)}":""`, "}}"),
  ),
  respond(
    "challenge responses",
    numbered('{"ChallengeResponses":{"a":""', (i) => `,"${i.toString(36)}":""`, "}}"),
  ),
  getId(
    "many logins",
    numbered(
      '{"IdentityPoolId":"us-east-1:00000000-0000-0000-0000-000000000000","Logins":{"a":"a"',
      (i) => `,"${i.toString(36)}":"a"`,
      "}}",
    ),
  ),
  signUp(
    "as many values as may be",
    fewer(1_990, '{"ClientMetadata":{"a":""', (i) => `,"${i.toString(36)}":"${"x".repeat(250)}"`, "}}"),
  ),
  getId(
    "as many logins as may be",
    fewer(
      1_990,
      '{"IdentityPoolId":"us-east-1:00000000-0000-0000-0000-000000000000","Logins":{"a":"a"',
      (i) => `,"${i.toString(36)}":"${"x".repeat(310)}"`,
      "}}",
    ),
  ),
  getId(
    "long logins",
    repeated('{"IdentityPoolId":"us-east-1:00000000-0000-0000-0000-000000000000","Logins":{"a":"', "a.", '"}}'),
  ),
  getItem("a list of empty maps", repeated('{"Key":{"a":{"L":[{}', ",{}", "]}}}")),
  form(
    "many parameters",
    numbered("", (i) => `${i.toString(36)}=&`, ""),
  ),
  form("nothing but ampersands", repeated("", "&", "")),
  form(
    "numbered members",
    numbered("", (i) => `PolicyArns.member.${i}.arn=a&`, ""),
  ),
  form(
    "as many parameters as may be",
    fewer(990, "", (i) => `P${i}=${"%41".repeat(120)}&`, ""),
  ),
  form("deep names", repeated("", `${"a.".repeat(60)}=&`, "")),
  form("percent signs", repeated("WebIdentityToken=", "%41", "")),
  form("one long text", repeated("DurationSeconds=", "1", "")),
  deletion("empty elements", repeated("<Delete>", "<a/>", "</Delete>")),
  deletion("objects", repeated("<Delete>", "<Object><Key>a</Key></Object>", "</Delete>")),
  deletion(
    "attributes",
    numbered("<Delete", (i) => ` a${i.toString(36)}=""`, "></Delete>"),
  ),
  deletion("deep elements", repeated("", "<a>", "")),
  deletion("references", repeated("<Delete>", "&lt;", "</Delete>")),
  deletion("comments", repeated("<Delete>", "<!---->", "</Delete>")),
  deletion("CDATA", repeated("<Delete>", "<![CDATA[]]>", "</Delete>")),
  deletion("one long text", repeated("<Delete>", "a", "</Delete>")),
  deletion(
    "numbered elements",
    numbered("<Delete>", (i) => `<a${i.toString(36)}/>`, "</Delete>"),
  ),
  s3(
    "?tagging: tags",
    "PUT",
    "/faults-bucket?tagging",
    128 * 1024,
    repeated("<Tagging><TagSet>", "<Tag/>", "</TagSet></Tagging>"),
  ),
  s3(
    "?tagging: empty elements",
    "PUT",
    "/faults-bucket?tagging",
    128 * 1024,
    repeated("<Tagging>", "<a/>", "</Tagging>"),
  ),
  s3("?tagging: one long text", "PUT", "/faults-bucket?tagging", 128 * 1024, repeated("<Tagging>", "a", "</Tagging>")),
  s3("?policy", "PUT", "/faults-bucket?policy", 128 * 1024, repeated("{", " ", "}")),
  deletion("all that may be", repeated("<Delete>", `<Object><Key>${"k".repeat(700)}</Key></Object>`, "</Delete>")),
  { ...deletion("HTTP chunks of 300 bytes", repeated("<Delete>", "a", "</Delete>")), httpChunkBytes: 300 },
  deletion("tiny aws-chunks", repeated("", "1\r\na\r\n", "0\r\n\r\n"), {
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": "1000000",
  }),
  s3("PutObject", "PUT", "/faults-bucket/key", 0, repeated("", "a", "")),
  s3(
    "form: fields",
    "POST",
    "/faults-bucket",
    64 * 1024,
    numbered("", (i) => `--b\r\ncontent-disposition: form-data; name="${i}"\r\n\r\n\r\n`, "--b--"),
    {
      "content-type": "multipart/form-data; boundary=b",
    },
  ),
  s3(
    "form: one long field",
    "POST",
    "/faults-bucket",
    64 * 1024,
    repeated('--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n', "a", ""),
    {
      "content-type": "multipart/form-data; boundary=b",
    },
  ),
  s3(
    "form: headers of a part",
    "POST",
    "/faults-bucket",
    64 * 1024,
    numbered("--b\r\n", (i) => `x${i}: a\r\n`, ""),
    {
      "content-type": "multipart/form-data; boundary=b",
    },
  ),
  ...OTHERS,
  ...HEADS,
]
