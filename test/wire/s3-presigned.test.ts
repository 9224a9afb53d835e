import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { describe, test } from "node:test"
import { CopyObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { allow, openWorld, textOf, type World } from "./s3-world.ts"

describe("presigned URLs, Signature Version 4", () => {
  test("parameters that stand for headers are read as headers", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const put = new PutObjectCommand({
      Bucket,
      Key: "k",
      Metadata: { colour: "blue" },
      StorageClass: "STANDARD_IA",
      Tagging: "a=b",
    })
    const url = await getSignedUrl(s3, put)
    assert.match(url, /x-amz-meta-colour=blue/)
    assert.equal((await fetch(url, { method: "PUT", body: "x" })).status, 200)
    const { Metadata, StorageClass, TagCount } = await s3.getObject({ Bucket, Key: "k" })
    assert.deepEqual([Metadata, StorageClass, TagCount], [{ colour: "blue" }, "STANDARD_IA", 1])
    const another = await fetch(url.replace("colour=blue", "colour=red"), { method: "PUT", body: "x" })
    assert.equal(another.status, 403)
    const beside = await fetch(url, { method: "PUT", body: "x", headers: { "x-amz-storage-class": "STANDARD" } })
    assert.match(await beside.text(), /There were headers present in the request which were not signed/)
  })

  test("one of them makes a put a copy", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    await s3.putObject({ Bucket, Key: "from", Body: "content" })
    const url = await getSignedUrl(s3, new CopyObjectCommand({ Bucket, Key: "to", CopySource: `${Bucket}/from` }))
    const response = await fetch(url, { method: "PUT" })
    assert.match(await response.text(), /<CopyObjectResult/)
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "to" })), "content")
  })

  test("permissions are asked for what stands in them", async () => {
    await using world = await openWorld()
    const { bucket: Bucket } = world
    const user = await world.user("user", [allow("s3:PutObject", `arn:aws:s3:::${Bucket}/*`)])
    const url = await getSignedUrl(user.s3, new PutObjectCommand({ Bucket, Key: "k", Tagging: "a=b" }))
    assert.match(await (await fetch(url, { method: "PUT", body: "" })).text(), /s3:PutObjectTagging/)
  })
})

describe("presigned URLs, Signature Version 2", () => {
  async function urlOf(
    { server, bucket }: World,
    {
      method = "GET",
      parameters = "",
      query = "",
      expiresInSeconds = 60,
      signer = undefined as World["s3"] | undefined,
    },
  ) {
    const { accessKeyId, secretAccessKey } = signer ? await signer.config.credentials() : server.client.credentials
    const expires = Math.floor(Date.now() / 1000) + expiresInSeconds
    const text = `${method}\n\n\n${expires}\n/${bucket}/k${parameters}`
    const signature = encodeURIComponent(createHmac("sha1", secretAccessKey).update(text).digest("base64"))
    return `${server.url}/${bucket}/k?${query}AWSAccessKeyId=${accessKeyId}&Expires=${expires}&Signature=${signature}`
  }

  test("get, put and override", async () => {
    await using world = await openWorld()
    const put = await fetch(await urlOf(world, { method: "PUT" }), { method: "PUT", body: Buffer.from("content") })
    assert.equal(put.status, 200)
    const parameters = "?response-content-type=text/x"
    const get = await fetch(await urlOf(world, { parameters, query: "response-content-type=text%2Fx&" }))
    assert.deepEqual([await get.text(), get.headers.get("content-type")], ["content", "text/x"])
    assert.equal((await fetch(await urlOf(world, {}), { method: "DELETE" })).status, 403)
    const expired = await fetch(await urlOf(world, { expiresInSeconds: -2 }))
    assert.equal(expired.status, 403)
    assert.match(
      await expired.text(),
      /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message><Expires>[^<]+Z<\/Expires><ServerTime>/,
    )
  })

  test("a signed header brings nothing along from the query", async () => {
    await using world = await openWorld()
    const { bucket, s3, server } = world
    await s3.putObject({ Bucket: bucket, Key: "secret", Body: "secret" })
    const { accessKeyId, secretAccessKey } = server.client.credentials
    const date = new Date().toUTCString()
    const sign = (text: string) => createHmac("sha1", secretAccessKey).update(text).digest("base64")
    const authorization = `AWS ${accessKeyId}:${sign(`PUT\n\n\n${date}\n/${bucket}/k`)}`
    const put = (query: string) =>
      fetch(`${server.url}/${bucket}/k?${query}`, {
        method: "PUT",
        headers: { authorization, date },
        body: Buffer.from("content"),
      })
    assert.equal((await put("")).status, 200)
    for (const name of ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Algorithm", "Signature"]) {
      const copied = await put(`${name}=x&x-amz-copy-source=${bucket}/secret`)
      assert.equal(copied.status, 400, name)
      assert.match(await copied.text(), /Only one auth mechanism allowed/)
    }
    assert.equal(await textOf(await s3.getObject({ Bucket: bucket, Key: "k" })), "content")
  })

  test("policies may ask for them", async () => {
    await using world = await openWorld()
    const { bucket: Bucket, s3 } = world
    await s3.putObject({ Bucket, Key: "k", Body: "content" })
    const objects = `arn:aws:s3:::${Bucket}/*`
    const old = await world.user("old", [
      allow("s3:GetObject", objects, {
        StringEquals: { "s3:signatureversion": "AWS", "s3:authType": "REST-QUERY-STRING" },
      }),
    ])
    const recent = await world.user("recent", [
      allow("s3:GetObject", objects, { StringEquals: { "s3:signatureversion": "AWS4-HMAC-SHA256" } }),
    ])
    assert.equal((await fetch(await urlOf(world, { signer: old.s3 }))).status, 200)
    await assert.rejects(old.s3.getObject({ Bucket, Key: "k" }), { name: "AccessDenied" })
    assert.equal((await fetch(await urlOf(world, { signer: recent.s3 }))).status, 403)
    await recent.s3.getObject({ Bucket, Key: "k" })
  })
})
