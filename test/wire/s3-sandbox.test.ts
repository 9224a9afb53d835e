import assert from "node:assert/strict"
import { test } from "node:test"
import { GetObjectCommand, S3 } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { askSite } from "../harness/site-request.ts"
import { openWorld } from "./s3-world.ts"

const WINDOW = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" }

test("an object that a window shows on the server's own host is of no origin that others have", async () => {
  await using world = await openWorld()
  const { s3, bucket: Bucket, server } = world
  const { port } = new URL(server.url)
  async function policyOf(ContentType: string, headers: Record<string, string>, endpoint = server.url, path = true) {
    await s3.putObject({ Bucket, Key: "page", Body: "<h1>Page</h1>", ContentType })
    const url = await getSignedUrl(
      new S3({
        ...server.client,
        endpoint,
        forcePathStyle: path,
      }),
      new GetObjectCommand({ Bucket, Key: "page" }),
    )
    const { origin, pathname, search } = new URL(url)
    const answer = await askSite(origin, { path: `${pathname}${search}`, headers })
    assert.equal(answer.status, 200, answer.body)
    return answer.headers["content-security-policy"]
  }

  for (const type of ["text/html", "image/svg+xml", "application/xml", "text/plain", "", "multipart/x-mixed-replace"])
    for (const headers of [WINDOW, { "sec-fetch-dest": "document" }, { "sec-fetch-dest": "iframe" }]) {
      const policy = await policyOf(type, headers)
      assert.match(String(policy), /^sandbox (?!.*allow-same-origin)/, type)
    }
  // Whatever other name leads here: that of a pool's own domain, say.
  assert.match(String(await policyOf("text/html", WINDOW, `http://auth.example.com:${port}`)), /^sandbox /)
  for (const type of ["image/png", "application/pdf", "video/mp4"])
    assert.equal(await policyOf(type, WINDOW), undefined)
  // A bucket's own host is nobody else's, and programs are sent what S3 sends.
  assert.equal(await policyOf("text/html", WINDOW, `http://s3.us-east-1.localhost:${port}`, false), undefined)
  assert.equal(await policyOf("text/html", { accept: "*/*" }), undefined)
  assert.equal(await policyOf("text/html", { "sec-fetch-dest": "empty" }), undefined)
})
