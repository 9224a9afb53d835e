import assert from "node:assert/strict"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { aFunction, answerOf, invocation, openWorld } from "./world.ts"

const needsRoot = process.getuid?.() === 0 ? false : "only root can make users and namespaces of all kinds"

/** What an operator has for all functions. */
let modules: string
before(() => {
  modules = mkdtempSync(join(tmpdir(), "hallpass-modules-"))
  const folder = join(modules, "node_modules", "@their", "sdk")
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), '{"exports":"./index.js"}')
  writeFileSync(join(folder, "index.js"), 'exports.name = "the operator\'s"')
  chmodSync(modules, 0o755)
})
after(() => rmSync(modules, { recursive: true, force: true }))

const SOURCE = `
import { writeFileSync } from "node:fs"
import sdk from "@their/sdk"
const folder = process.env.NODE_PATH.split(":").at(-1)
export const handler = async () => {
  let written
  try { writeFileSync(folder + "/mark", ""); written = true } catch (error) { written = error.code }
  return { name: sdk.name, folder, written }
}`

for (const confinement of ["namespaces", "users"] as const)
  test(`modules for all functions are found, and cannot be written to: ${confinement}`, {
    skip: needsRoot,
  }, async () => {
    await using world = openWorld({ confinement, modules })
    const answer = answerOf(await world.runtime.invoke(aFunction(SOURCE), invocation())) as Record<string, unknown>
    assert.equal(answer.name, "the operator's")
    assert.equal(
      answer.folder,
      confinement === "namespaces" ? "/var/lang/modules/node_modules" : `${modules}/node_modules`,
    )
    assert.match(String(answer.written), /^E(ROFS|ACCES)$/)
    assert.ok(!existsSync(join(modules, "node_modules", "mark")))
    assert.deepEqual(world.faults, [])
  })

test("nothing of them is there where there are none", async () => {
  await using world = openWorld(needsRoot ? { mode: "unsandboxed" } : {})
  const ending = await world.runtime.invoke(
    aFunction('import "@their/sdk"\nexport const handler = () => 1'),
    invocation(),
  )
  assert.equal(ending.is, "failed")
})
