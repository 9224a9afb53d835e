import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { runCommand } from "../../test/harness/command.ts"

let cwd: string
const policy = (Action: string, Resource = "arn:aws:s3:::b/*") =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] }, null, 2)

before(() => {
  cwd = mkdtempSync(join(tmpdir(), "hallpass-lint-"))
  writeFileSync(join(cwd, "good.json"), policy("s3:GetObject"))
  writeFileSync(join(cwd, "warning.json"), policy("s3:GetObjects"))
  writeFileSync(join(cwd, "error.json"), policy("s3:GetObject", "books"))
  writeFileSync(join(cwd, "broken.yaml"), "a: [")
})
after(() => rmSync(cwd, { recursive: true }))

const EXITS: readonly [args: string[], code: number][] = [
  [["good.json"], 0],
  [["--strict", "good.json"], 0],
  [["warning.json"], 0],
  [["--strict", "warning.json"], 1],
  [["good.json", "error.json"], 1],
  [["broken.yaml"], 1],
  [[], 2],
  [["missing.json"], 2],
  [["."], 2],
  [["--kind", "policy", "good.json"], 2],
  [["--parameter", "x", "good.json"], 2],
  [["--account-id", "1", "good.json"], 2],
  [["--nope", "good.json"], 2],
]

for (const [args, code] of EXITS)
  test(`lint ${args.join(" ")} ends with ${code}`, async () => {
    const result = await runCommand(["lint", ...args], { cwd })
    assert.equal(result.code, code)
    assert.equal(result.stderr === "", code !== 2, result.stderr)
  })

test("a finding is told with its place, its id, a sentence and a fix", async () => {
  const { stdout } = await runCommand(["lint", "warning.json", "good.json"], { cwd })
  assert.match(
    stdout,
    /^warning\.json:6:17: warning HP102: s3 has no action called GetObjects \(as of [\d-]+\), so it never matches\.\n {4}Write s3:GetObject if that is meant\.\n1 warning in 2 files\.\n$/,
  )
})

test("as JSON, with the place of each", async () => {
  const { stdout } = await runCommand(["lint", "--json", "error.json"], { cwd })
  const { findings } = JSON.parse(stdout)
  assert.deepEqual(findings, [
    {
      id: "HP003",
      severity: "error",
      file: "error.json",
      line: 7,
      column: 19,
      policy: null,
      message: 'AWS refuses this policy: "Resource books must be in ARN format or "*"."',
      fix: "Write it as the grammar of its kind of policy has it; --kind says which kind it is.",
    },
  ])
})

test("standard input is a file called -", async () => {
  const { stdout, code } = await runCommand(["lint", "-"], { input: policy("s3:GetObject", "books") })
  assert.match(stdout, /^-:7:19: error HP003/)
  assert.equal(code, 1)
})
