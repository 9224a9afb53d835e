import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { pathToFileURL } from "node:url"
import { root } from "./sources.ts"

/** Imports the engine where nothing of Node is to be had, and puts a question to it. */
const PROGRAM = `
import { registerHooks } from "node:module"
const folder = ${JSON.stringify(pathToFileURL(join(root, "src", "policy")).href)}
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    if (!resolved.url.startsWith(folder + "/")) throw new Error("the engine imports " + specifier)
    return resolved
  },
})
const { stdout } = process
const log = (text) => stdout.write(text)
for (const name of ["process", "Buffer", "setImmediate", "require", "global"]) delete globalThis[name]
const { compile, contextOf, decide, explain, validate, formatRefusal } = await import(folder + "/index.ts")
const policy = compile({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/\${aws:username}/*" },
})
const request = {
  principal: { type: "user", arn: "arn:aws:iam::123456789012:user/ann", account: "123456789012" },
  action: "s3:GetObject",
  resource: "arn:aws:s3:::b/ann/k",
  resourceAccount: "123456789012",
  context: contextOf({ "aws:username": "ann" }),
}
log(JSON.stringify([
  decide(request, { identity: [policy] }).decision,
  explain(request, { identity: [] }).decision,
  validate("identity-inline", "{}").code,
  typeof formatRefusal,
]))
`

test("hallpass/policy is the engine alone: it runs without Node and imports nothing outside its folder", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
    encoding: "utf8",
  })
  assert.equal(stderr, "")
  assert.equal(status, 0)
  assert.deepEqual(JSON.parse(stdout), ["allow", "implicit_deny", "MalformedPolicyDocument", "function"])
})

test("package.json exports it with its types", () => {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  assert.deepEqual(exports["./policy"], { types: "./dist/policy/index.d.ts", default: "./dist/policy/index.js" })
})
