import { REGION, ROOT_KEYS } from "../subjects.ts"
import type { Shape } from "./shape.ts"

/** The head alone is what costs. */
const head = (name: string, path: string, headers: Record<string, string> = {}): Shape => ({
  name: `head: ${name}`,
  method: "GET",
  path,
  headers,
  body: () => Buffer.alloc(0),
  limitBytes: 0,
})
const HEAD_BYTES = 60_000
const NOW = new Date().toISOString().replace(/[-:]|\.\d+/g, "")
/** Of a key that exists: its id is no secret, and what is signed is put together before the signature is seen to be wrong. */
const credentialFor = (service: string) =>
  `${ROOT_KEYS.accessKeyId}/${NOW.slice(0, 8)}/${REGION}/${service}/aws4_request`
const presigned = (name: string, signedHeaders: string, more = "", method = "GET"): Shape => ({
  ...head(
    `presigned, ${name}`,
    `/faults-bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(credentialFor("s3"))}&X-Amz-Date=${NOW}&X-Amz-Expires=900&X-Amz-SignedHeaders=${signedHeaders}&X-Amz-Signature=${"0".repeat(64)}${more}`,
  ),
  method,
})
const signed = (name: string, service: string, signedHeaders: string, path = "/", headers = {}): Shape =>
  head(`signed for ${service}, ${name}`, path, {
    "x-amz-date": NOW,
    "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    authorization: `AWS4-HMAC-SHA256 Credential=${credentialFor(service)}, SignedHeaders=${signedHeaders}, Signature=${"0".repeat(64)}`,
    ...headers,
  })
const names = (count: number) => Array.from({ length: count }, (_, i) => i.toString(36))

export const HEADS: readonly Shape[] = [
  head("a query of parameters", `/faults-bucket?${"a&".repeat(HEAD_BYTES / 2)}`),
  head("a query of ampersands", `/faults-bucket?${"&".repeat(HEAD_BYTES)}`),
  head("a query of escapes", `/faults-bucket?a=${"%41".repeat(HEAD_BYTES / 3)}`),
  head("a path of slashes", `/faults-bucket${"/".repeat(HEAD_BYTES)}`),
  head("a presigned query", `/faults-bucket?X-Amz-Signature=a&${"x-amz-meta-a&".repeat(HEAD_BYTES / 13)}`),
  head("an Action and parameters", `/?Action=AssumeRoleWithWebIdentity&${"a=b&".repeat(HEAD_BYTES / 4)}`),
  head("a credential of slashes", "/", { authorization: `AWS4-HMAC-SHA256 Credential=${"a/".repeat(HEAD_BYTES / 2)}` }),
  head("fields of a signature", "/", { authorization: `AWS4-HMAC-SHA256 ${"a=b,".repeat(HEAD_BYTES / 4)}` }),
  head("signed headers", "/faults-bucket", {
    "x-amz-date": "20260101T000000Z",
    "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    authorization: `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host;${"a;".repeat(HEAD_BYTES / 2)}, Signature=a`,
  }),
  head("an origin and its headers", "/faults-bucket", {
    origin: "http://a",
    "access-control-request-headers": "a,".repeat(HEAD_BYTES / 2),
  }),
  presigned("many parameters", "host", "&a".repeat(27_000)),
  presigned(
    "many different parameters",
    "host",
    names(12_000)
      .map((name) => `&${name}=`)
      .join(""),
  ),
  presigned(
    "parameters to hoist",
    "host",
    names(3_400)
      .map((name) => `&x-amz-meta-${name}`)
      .join(""),
  ),
  presigned("many signed headers", `host${"%3Ba".repeat(13_000)}`),
  presigned("many signed headers, unescaped", `host${";a".repeat(27_000)}`),
  presigned("many different signed headers", `host;${names(12_000).join(";")}`),
  signed("many signed headers", "s3", `host;x-amz-date${";a".repeat(27_000)}`, "/faults-bucket/key"),
  signed("many different signed headers", "s3", `host;${names(12_000).join(";")}`, "/faults-bucket/key"),
  signed("many parameters", "s3", "host;x-amz-date", `/faults-bucket/key?${"a&".repeat(27_000)}`),
  signed("escaped path", "s3", "host;x-amz-date", `/faults-bucket/${"%41".repeat(18_000)}`),
  signed(
    "many parameters",
    "sts",
    "host;x-amz-date",
    `/?Action=GetCallerIdentity&Version=2011-06-15&${"a&".repeat(27_000)}`,
  ),
  signed("many signed headers", "dynamodb", `host;x-amz-date${";a".repeat(6_000)}`, "/", {
    "x-amz-target": "DynamoDB_20120810.ListTables",
  }),
  signed(
    "path of dots",
    "sts",
    "host;x-amz-date",
    `/${"./".repeat(27_000)}?Action=GetCallerIdentity&Version=2011-06-15`,
  ),
  head(
    "two thousand headers",
    "/faults-bucket/key",
    Object.fromEntries(names(2_000).map((name) => [`x-amz-meta-${name}`, "a"])),
  ),
  head("copy source", "/faults-bucket/key", { "x-amz-copy-source": "%41".repeat(HEAD_BYTES / 3) }),
]
