import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, mock, test } from "node:test"
import {
  CognitoIdentityClient,
  GetIdCommand,
  GetOpenIdTokenForDeveloperIdentityCommand,
} from "@aws-sdk/client-cognito-identity"
import { askControl } from "../../test/harness/control.ts"
import { startServer, type TestServer } from "../../test/harness/server.ts"
import { createIdentityPool } from "../../test/wire/cognito-identity-world.ts"
import type { HttpResponse } from "../wire/http.ts"
import { type Door, openDoor } from "./door.ts"
import { identity } from "./identity.ts"
import { inDirectory, writePointer } from "./pointer.ts"

let server: TestServer
let directory: string
let door: Door

before(async () => {
  server = await startServer()
  directory = mkdtempSync(join(tmpdir(), "hallpass-identity-"))
  const answer = async (method: string, path: string): Promise<HttpResponse> => {
    const body = path === "server" ? {} : await askControl(server, method, path)
    return { status: 200, headers: {}, body: JSON.stringify(body) }
  }
  door = (await openDoor([directory], ({ method, path }) => answer(method, path.slice("/_hallpass/".length))))!
  writePointer(inDirectory(directory), { pid: process.pid, door: door.path })
})
after(async () => {
  await door.close()
  rmSync(directory, { recursive: true })
  await server[Symbol.asyncDispose]()
})

async function run(...args: string[]): Promise<string> {
  const lines: string[] = []
  const log = mock.method(console, "log", (line: string) => void lines.push(line))
  try {
    await identity.run([...args, "--data-dir", directory])
  } finally {
    log.mock.restore()
  }
  return lines.join("\n")
}

test("an identity is found by its id and by who it is, a guest by the id alone", async () => {
  const client = new CognitoIdentityClient(server.client)
  const IdentityPoolId = await createIdentityPool(server, {
    AllowUnauthenticatedIdentities: true,
    DeveloperProviderName: "login.shop",
  })
  const command = new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId, Logins: { "login.shop": "a/b c" } })
  const { IdentityId: member } = await client.send(command)
  const { IdentityId: guest } = await client.send(new GetIdCommand({ IdentityPoolId }))
  for (const key of [member!, "a/b c"]) {
    const text = await run(key)
    assert.ok(text.startsWith(`${member}\n  of the pool ${IdentityPoolId}, since `), text)
    assert.match(text, /\n {2}a\/b c at login\.shop$/)
  }
  assert.match(await run(guest!), /\n {2}a guest$/)
  const [found] = JSON.parse(await run(guest!, "--json"))
  assert.deepEqual([found.identityId, found.logins], [guest, []])
  await assert.rejects(run("nobody"), { name: "CommandFailure", message: /^No identity is 'nobody'/ })
  await assert.rejects(run(), { name: "ConfigError" })
})
