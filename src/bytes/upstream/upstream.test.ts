import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { after, describe, test } from "node:test"
import { S3 } from "@aws-sdk/client-s3"
import { systemClock } from "../../base/clock.ts"
import { isStoreError } from "../../store/errors.ts"
import { openSqliteStore } from "../../store/sqlite/open.ts"
import { type Credentials, start } from "../../testing/index.ts"
import { createWorld, OWNED } from "../conformance/world.ts"
import { conformance } from "../conformance.ts"
import { migrations as bytesMigrations } from "../tables.ts"
import { createUpstreamEngine, type Upstream } from "./engine.ts"

const MEBIBYTE = 1024 * 1024
const migrations = [...bytesMigrations, OWNED]

// The server that the objects lie on is another Hallpass.
const server = await start({ memory: true, clockControl: false })
const s3 = new S3({ ...server.client, forcePathStyle: true })
const bucket = "upstream"
await s3.createBucket({ Bucket: bucket })
after(() => server.close())

const upstreamOf = (prefix: string, credentials: Credentials = server.client.credentials): Upstream => ({
  url: new URL(server.url),
  bucket,
  prefix,
  region: server.region,
  credentials,
  partBytes: 5 * MEBIBYTE,
})

/** The ids of the objects below a prefix, and of the uploads that were begun. */
async function list(prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket, Prefix: prefix })
  const { Uploads = [] } = await s3.listMultipartUploads({ Bucket: bucket, Prefix: prefix })
  return [...Contents, ...Uploads].map(({ Key }) => Key!.slice(prefix.length + "00/".length)).sort()
}

conformance("a bucket of an S3-compatible server", {
  isShared: false,
  // Of the parts that bodies are sent in, and more than the server keeps in a row.
  blockBytes: 5 * MEBIBYTE,
  async createWorld() {
    const prefix = `some where/${randomUUID()}/`
    return createWorld({
      openStore: (clock) => openSqliteStore({ path: ":memory:", migrations, clock }),
      engineOf: () => createUpstreamEngine(upstreamOf(prefix), systemClock),
      list: () => list(prefix),
    })
  },
})

describe("an upstream", () => {
  const isUnavailable = (error: unknown) => isStoreError(error, "unavailable")
  test("is left nothing by who died while sending to it", async () => {
    const engine = createUpstreamEngine(upstreamOf("died/"), systemClock)
    const begin = async (id: string, as?: string) => {
      const sink = await engine.create(id, { as })
      await sink.write(Buffer.alloc(6 * MEBIBYTE))
      return sink
    }
    await begin("body")
    await begin("family/member")
    assert.deepEqual(await list("died/"), ["body", "family/member"])
    for (const id of ["body", "family"]) assert.ok(await engine.remove(id))
    assert.deepEqual(await list("died/"), [])
    // A move is made again by its own name, and finds what was left of it.
    await begin("copy-1", "moved")
    const again = await begin("copy-2", "moved")
    await again.finish()
    assert.deepEqual(await list("died/"), ["moved"])
  })

  test("that refuses is told of, without a secret", async () => {
    const secretAccessKey = "a-secret-that-is-wrong-for-the-key"
    const credentials = { ...server.client.credentials, secretAccessKey }
    const engine = createUpstreamEngine(upstreamOf("p/", credentials), systemClock)
    const sink = await engine.create("id")
    await sink.write(Buffer.alloc(10))
    await assert.rejects(
      sink.finish(),
      (error: Error) => isUnavailable(error) && /403/.test(error.message) && !error.message.includes(secretAccessKey),
    )
    await assert.rejects(engine.find("id"), isUnavailable)
  })

  test("that is not there is told of", async () => {
    const upstream = { ...upstreamOf("p/"), url: new URL("http://127.0.0.1:9") }
    const engine = createUpstreamEngine(upstream, systemClock)
    await assert.rejects(
      engine.find("id"),
      (error: Error) => isUnavailable(error) && /ECONNREFUSED/.test(error.message),
    )
  })
})
