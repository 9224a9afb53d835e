import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
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
  [["."], 1],
  [["no-such-directory"], 2],
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

test("of a directory, the files below it that hold policies are looked at", async () => {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-lint-dir-"))
  mkdirSync(join(directory, "deep", "node_modules"), { recursive: true })
  writeFileSync(join(directory, "good.json"), policy("s3:PutObject"))
  writeFileSync(join(directory, "deep", "bad.json"), policy("s3:GetObject", "books"))
  writeFileSync(join(directory, "deep", "node_modules", "other.json"), policy("s3:Nothing"))
  writeFileSync(join(directory, "tsconfig.json"), "{ // no policy\n}")
  try {
    const { code, stdout } = await runCommand(["lint", directory])
    assert.equal(code, 1)
    assert.match(stdout, /deep\/bad\.json:\d+:\d+: error/)
    assert.match(stdout, /in 2 files\.\n$/)
    assert.equal((await runCommand(["lint", join(directory, "deep", "node_modules", "..", "..", "none")])).code, 2)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test("what Terraform shows in several places is told once, and an operator that there is not has its neighbour named", async () => {
  const document = (operator: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition: { [operator]: { "aws:username": "x" } } },
      ],
    })
  const resource = (address: string, values: object) => ({ address, type: "aws_iam_policy", values })
  const shown = {
    format_version: "1.2",
    terraform_version: "1.11.0",
    planned_values: { root_module: { resources: [resource("a", { policy: document("StringEqual") })] } },
    resource_changes: [{ address: "a", change: { after: { policy: document("StringEqual") } } }],
    prior_state: {
      values: {
        root_module: {
          resources: [resource("data", { json: document("StringEqual"), minified_json: document("StringEqual") })],
        },
      },
    },
  }
  const { stdout } = await runCommand(["lint", "-", "--json"], { input: JSON.stringify(shown) })
  const { findings } = JSON.parse(stdout) as { findings: { id: string; policy: string; fix: string }[] }
  const refused = findings.filter(({ id }) => id === "HP003")
  assert.equal(refused.length, 1)
  assert.match(refused[0]!.policy, /^planned_values/)
  assert.match(refused[0]!.fix, /Did you mean StringEquals\?/)
})
