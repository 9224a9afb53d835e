import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda"
import { eventually } from "../harness/eventually.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startServerProcess } from "../harness/server-process.ts"
import { zipOf } from "../harness/zip.ts"
import { TRUSTS_LAMBDA } from "../wire/lambda-world.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-test-"))
after(() => rmSync(directory, { recursive: true, force: true }))

/** Tries what the event names, by reading and connecting alone. */
const CURIOUS = `
import fs from "node:fs"
import net from "node:net"
const connect = (path) => new Promise((resolve, reject) => net.connect(path).once("connect", resolve).once("error", reject))
const tell = async (attempt) => { try { await attempt(); return "reached" } catch (error) { return error.code ?? error.message } }
export const handler = async ({ files, sockets, wait }) => {
  if (wait) setInterval(() => {}, 1000)
  const ends = {}
  for (const file of files ?? []) ends[file] = await tell(() => fs.readFileSync(file))
  for (const socket of sockets ?? []) ends[socket] = await tell(() => connect(socket))
  if (wait) await new Promise(() => {})
  const health = await fetch(process.env.AWS_ENDPOINT_URL + "/_hallpass/health")
  return { ends, health: health.status, variables: Object.keys(process.env), secrets: Object.values(process.env).filter((value) => wait === undefined && value.includes("only-for-the-tests")) }
}`

/** Every file and socket below a directory. */
const below = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))

const runs = (mark: string): boolean =>
  readdirSync("/proc").some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(mark)
    } catch {
      return false
    }
  })

const skip = FUNCTION_FLAGS.length > 0 && "functions are not kept apart here"

test("a function reaches the server's port and none of its files; none is left when the server is killed", {
  skip,
}, async () => {
  const server = await startServerProcess(["--data-dir", directory])
  try {
    const lambda = new Lambda(server.client)
    const { Role } = await new IAM(server.client).createRole({
      RoleName: "curious",
      AssumeRolePolicyDocument: TRUSTS_LAMBDA,
    })
    await lambda.createFunction({
      FunctionName: "curious",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: Role!.Arn!,
      Timeout: 60,
      Code: { ZipFile: zipOf({ "index.mjs": CURIOUS }) },
    })
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: "curious" })
    const all = below(directory)
    assert.ok(all.some((path) => path.endsWith("hallpass.db")))
    const sockets = all.filter((path) => path.endsWith(".sock"))
    assert.equal(sockets.length, 1, all.join())
    const files = [...all, `/proc/${server.pid}/environ`, `/proc/${server.pid}/maps`]
    const { Payload, FunctionError } = await lambda.invoke({
      FunctionName: "curious",
      Payload: JSON.stringify({ files, sockets }),
    })
    const text = Buffer.from(Payload!).toString()
    assert.equal(FunctionError, undefined, text)
    const { ends, health, variables, secrets } = JSON.parse(text) as {
      ends: Record<string, string>
      health: number
      variables: string[]
      secrets: string[]
    }
    for (const path of [...files, ...sockets]) assert.match(ends[path]!, /^(ENOENT|EACCES|EPERM)$/, path)
    assert.equal(health, 200)
    assert.deepEqual(
      variables.filter((name) => /HALLPASS|HOME|MASTER|ROOT_/.test(name)),
      [],
    )
    assert.deepEqual(secrets, [])

    const endless = lambda.invoke({ FunctionName: "curious", Payload: '{"wait":true}' }).catch(() => undefined)
    const bootstraps = readdirSync(tmpdir()).filter((name) => name.startsWith("hallpass-functions-"))
    const [mine] = bootstraps.filter((name) => readOwner(name) === server.pid)
    assert.ok(mine, bootstraps.join())
    assert.ok(runs(mine))
    await server.kill()
    await endless
    await eventually(() => !runs(mine))
  } finally {
    await server.kill()
  }
})

function readOwner(name: string): number | undefined {
  try {
    return Number(readFileSync(join(tmpdir(), name, "owner"), "utf8"))
  } catch {
    return undefined
  }
}
