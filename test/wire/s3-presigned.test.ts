import assert from "node:assert/strict"
import { createHash, createHmac } from "node:crypto"
import { describe, test } from "node:test"
import { Sha256 } from "@aws-crypto/sha256-js"
import { CopyObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { SignatureV4 } from "@smithy/signature-v4"
import { rawConnection } from "../harness/raw-http.ts"
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

describe("what was signed with a URL counts, whatever is sent beside it", () => {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")

  test("the hash of the content", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket, server } = world
    const { hostname, host } = new URL(server.url)
    const { credentials, region } = server.client
    const signer = new SignatureV4({ service: "s3", region, credentials, sha256: Sha256, uriEscapePath: false })
    const path = `/${Bucket}/hash`
    const query = { "X-Amz-Content-Sha256": sha256("GOOD") }
    const request = { method: "PUT", protocol: "http:", hostname, path, query, headers: { host } }
    const presigned = await signer.presign(request, { unsignableHeaders: new Set() })
    // The library signs the hash of an empty payload unless the header is given.
    const signed = new URLSearchParams(presigned.query as Record<string, string>)
    const url = `${server.url}${path}?${signed}`
    const put = (body: string, headers: Record<string, string> = {}) => fetch(url, { method: "PUT", body, headers })
    assert.match(await (await put("EVIL")).text(), /SignatureDoesNotMatch|XAmzContentSHA256Mismatch/)
    for (const header of ["UNSIGNED-PAYLOAD", sha256("EVIL"), "STREAMING-UNSIGNED-PAYLOAD-TRAILER"])
      assert.ok((await put("EVIL", { "x-amz-content-sha256": header })).status >= 400, header)
    await assert.rejects(s3.headObject({ Bucket, Key: "hash" }))
  })

  test("a URL whose content is not signed takes no hash that says otherwise", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket } = world
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "k" }))
    const put = (hash: string) => fetch(url, { method: "PUT", body: "x", headers: { "x-amz-content-sha256": hash } })
    assert.match(await (await put(sha256("x"))).text(), /<HeadersNotSigned>x-amz-content-sha256</)
    assert.equal((await put("UNSIGNED-PAYLOAD")).status, 200)
  })

  test("its conditions", async () => {
    await using world = await openWorld()
    const { s3, bucket: Bucket, server } = world
    const { ETag = "" } = await s3.putObject({ Bucket, Key: "k", Body: "first" })
    const { hostname, host } = new URL(server.url)
    const { credentials, region } = server.client
    const signer = new SignatureV4({ service: "s3", region, credentials, sha256: Sha256, uriEscapePath: false })
    const urlOf = async (method: string, key: string, query: Record<string, string>) => {
      const path = `/${Bucket}/${key}`
      const headers = { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }
      const made = await signer.presign({ method, protocol: "http:", hostname, path, query, headers })
      return `${server.url}${path}?${new URLSearchParams(made.query as Record<string, string>)}`
    }
    const status = async (method: string, key: string, query: Record<string, string>, headers = {}) => {
      const body = method === "PUT" ? { body: "second" } : {}
      return (await fetch(await urlOf(method, key, query), { method, headers, ...body })).status
    }
    assert.equal(await status("PUT", "k", { "If-None-Match": "*" }), 412)
    assert.equal(await status("PUT", "k", { "If-Match": '"0"' }), 412)
    // Whoever holds the URL cannot undo them by a header of their own.
    assert.equal(await status("PUT", "k", { "If-Match": '"0"' }, { "if-match": ETag }), 412)
    assert.equal(await status("GET", "k", { "If-None-Match": ETag }), 304)
    assert.equal(await status("GET", "k", { "if-unmodified-since": "Tue, 01 Jan 2019 00:00:00 GMT" }), 412)
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "k" })), "first")
    assert.equal(await status("PUT", "k", { "If-Match": ETag }), 200)
    assert.equal(await status("PUT", "new", { "If-None-Match": "*" }), 200)
  })
})

describe("presigned URLs, Signature Version 2", () => {
  test("make no other request than the one that was signed", async () => {
    await using world = await openWorld()
    const { server, bucket } = world
    const { accessKeyId, secretAccessKey } = server.client.credentials
    for (const [method, subresource] of [
      ["PUT", "publicAccessBlock"],
      ["PUT", "ownershipControls"],
      ["DELETE", "publicAccessBlock"],
      ["GET", "encryption"],
      ["GET", "policyStatus"],
      ["GET", "publicAccessBlock"],
      ["PUT", "policy"],
    ] as const) {
      const expires = Math.floor(Date.now() / 1000) + 60
      const ask = (signed: string, query: string) => {
        const text = `${method}\n\n\n${expires}\n${signed}`
        const signature = encodeURIComponent(createHmac("sha1", secretAccessKey).update(text).digest("base64"))
        const claim = `AWSAccessKeyId=${accessKeyId}&Expires=${expires}&Signature=${signature}`
        return fetch(`${server.url}/${bucket}?${query}${claim}`, { method })
      }
      const turned = await ask(`/${bucket}/`, `${subresource}&`)
      assert.match(await turned.text(), /<Code>SignatureDoesNotMatch</, `${method} ${subresource}`)
      const signed = await ask(`/${bucket}/?${subresource}`, `${subresource}&`)
      assert.doesNotMatch(await signed.text(), /SignatureDoesNotMatch/, `${method} ${subresource}`)
    }
  })

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

test("an upload of Signature Version 2 that was cut short is not what its digest says", async () => {
  await using world = await openWorld()
  const { server, s3, bucket: Bucket } = world
  const { accessKeyId, secretAccessKey } = server.client.credentials
  const body = "all of it"
  const md5 = createHash("md5").update(body).digest("base64")
  const date = new Date().toUTCString()
  const signature = createHmac("sha1", secretAccessKey)
    .update(`PUT\n${md5}\n\n${date}\n/${Bucket}/cut`)
    .digest("base64")
  const head = `PUT /${Bucket}/cut HTTP/1.1\r\nhost: localhost\r\ndate: ${date}\r\ncontent-md5: ${md5}\r\nauthorization: AWS ${accessKeyId}:${signature}\r\n`
  const put = async (length: number) => {
    await using connection = await rawConnection(server.url)
    // Neither the length nor what is sent is signed: the digest is.
    connection.send(`${head}content-length: ${length}\r\n\r\n${body}`)
    return (await connection.answers(1))[0]!
  }
  const cut = await put(body.length - 1)
  assert.equal(cut.status, 400)
  assert.match(cut.body, /<Code>BadDigest</)
  await assert.rejects(s3.headObject({ Bucket, Key: "cut" }))
  assert.equal((await put(body.length)).status, 200)
  assert.equal(await textOf(await s3.getObject({ Bucket, Key: "cut" })), body)
})
