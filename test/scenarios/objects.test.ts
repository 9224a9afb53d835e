import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { S3 } from "@aws-sdk/client-s3"
import { Upload } from "@aws-sdk/lib-storage"
import { askControl } from "../harness/control.ts"
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts"

const MEBIBYTE = 1024 * 1024
const directory = mkdtempSync(join(tmpdir(), "hallpass-objects-"))
after(() => rmSync(directory, { recursive: true, force: true }))

const clientOf = ({ client }: ServerProcess) => new S3({ ...client, forcePathStyle: true })
const Bucket = "books"

async function assertHolds(s3: S3, key: string, bytes: Buffer): Promise<void> {
  const { Body } = await s3.getObject({ Bucket, Key: key })
  assert.ok(bytes.equals(Buffer.from(await Body!.transformToByteArray())), key)
}

test("objects lie in a bucket of another server, through uploads, a kill and deletions", async () => {
  const upstream = await startServerProcess(["--memory"])
  const behind = clientOf(upstream)
  await behind.createBucket({ Bucket: "behind" })
  const { accessKeyId, secretAccessKey } = upstream.client.credentials
  const flags = [
    "--data-dir",
    join(directory, "front"),
    "--objects",
    `s3=${upstream.url}/behind/front`,
    "--clock-control",
  ]
  const variables = { HALLPASS_OBJECTS_ACCESS_KEY_ID: accessKeyId, HALLPASS_OBJECTS_SECRET_ACCESS_KEY: secretAccessKey }
  const open = () => startServerProcess(flags, { variables })
  const keysBehind = async () => {
    const { Contents = [] } = await behind.listObjectsV2({ Bucket: "behind" })
    const { Uploads = [] } = await behind.listMultipartUploads({ Bucket: "behind" })
    return [...Contents, ...Uploads].map(({ Key }) => Key!).filter((key) => !key.endsWith("hallpass-place"))
  }
  let front = await open()
  try {
    let s3 = clientOf(front)
    await s3.createBucket({ Bucket })
    const [single, parts] = [randomBytes(9 * MEBIBYTE), randomBytes(12 * MEBIBYTE)]
    await s3.putObject({ Bucket, Key: "single", Body: single })
    await new Upload({ client: s3, params: { Bucket, Key: "parts", Body: parts }, partSize: 5 * MEBIBYTE }).done()
    const cut = s3.putObject({ Bucket, Key: "cut", Body: randomBytes(40 * MEBIBYTE) }).catch(() => {})
    while ((await keysBehind()).length < 5) {}
    await front.kill()
    await cut
    front = await open()
    s3 = clientOf(front)
    await assertHolds(s3, "single", single)
    await assertHolds(s3, "parts", parts)
    await assert.rejects(s3.headObject({ Bucket, Key: "cut" }), { name: "NotFound" })
    await s3.deleteObject({ Bucket, Key: "parts" })
    for (let hours = 1; hours < 4; hours++) {
      await askControl(front, "POST", "clock", { now: new Date(Date.now() + hours * 3_600_000).toISOString() })
      await askControl(front, "POST", "work/settle")
    }
    assert.equal((await keysBehind()).length, 1)
    assert.equal(existsSync(join(directory, "front", "objects")), false)
  } finally {
    await front.stop()
    await upstream.stop()
  }
})

test("objects lie in a directory of their own, without which the server does not start", async () => {
  const objects = join(directory, "apart")
  const flags = ["--data-dir", join(directory, "near"), "--objects", `dir=${objects}`]
  const bytes = randomBytes(MEBIBYTE)
  let server = await startServerProcess(flags)
  await clientOf(server).createBucket({ Bucket })
  await clientOf(server).putObject({ Bucket, Key: "k", Body: bytes })
  await server.stop()
  assert.equal(readdirSync(objects).length > 0, true)
  renameSync(objects, `${objects}-away`)
  await assert.rejects(startServerProcess(flags), /ended with 1 /)
  rmSync(objects, { recursive: true, force: true })
  renameSync(`${objects}-away`, objects)
  server = await startServerProcess(flags)
  await assertHolds(clientOf(server), "k", bytes)
  await server.stop()
})
