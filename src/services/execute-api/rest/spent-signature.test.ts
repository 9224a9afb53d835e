import assert from "node:assert/strict"
import { it } from "node:test"
import { withoutSignature } from "./spent-signature.ts"

const request = (rawHeaders: string[], query: string) => ({
  method: "GET",
  path: "/",
  query,
  headers: Object.fromEntries(
    rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1]!]] : [])),
  ),
  rawHeaders,
  body: new Uint8Array(),
  remoteAddress: "",
  secure: true,
})

it("what is behind the gateway gets no signature, wherever it stood", () => {
  const inHeader = withoutSignature(
    request(["AUTHORIZATION", "AWS4-HMAC-SHA256 x", "X-Amz-Security-Token", "secret", "X-Amz-Date", "d", "a", "b"], ""),
  )
  assert.deepEqual(inHeader.rawHeaders, ["X-Amz-Date", "d", "a", "b"])
  assert.deepEqual(inHeader.headers, { "x-amz-date": "d", a: "b" })
  const signed =
    "a=1&X-Amz-Algorithm=x&X-Amz-Credential=x&X-Amz-Date=x&X-Amz-Expires=1&X-Amz-SignedHeaders=x&X-Amz-Security-Token=x&X-Amz-Signature=x&X-Amz-Own=2"
  assert.equal(withoutSignature(request([], signed)).query, "a=1&X-Amz-Own=2")
  assert.equal(withoutSignature(request([], "x-amz-signature=1")).query, "x-amz-signature=1")
})
