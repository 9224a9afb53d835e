import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { runCommand } from "../../test/harness/command.ts"

let cwd: string
const fileOf = (sentence: string) => `
roles:
  Reader: { policies: [read.json] }
cases:
  - ${sentence}
`
before(() => {
  cwd = mkdtempSync(join(tmpdir(), "hallpass-test-"))
  const Statement = {
    Sid: "Read",
    Effect: "Allow",
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::b/${aws:PrincipalTag/team}/*",
  }
  writeFileSync(join(cwd, "read.json"), JSON.stringify({ Version: "2012-10-17", Statement }))
  writeFileSync(join(cwd, "passes.yaml"), fileOf("role Reader may not s3:PutObject on arn:aws:s3:::b/k"))
  writeFileSync(join(cwd, "fails.yaml"), fileOf("role Reader may s3:GetObject on arn:aws:s3:::b/k"))
  writeFileSync(join(cwd, "wrong.yaml"), fileOf("role Writer may s3:GetObject on arn:aws:s3:::b/k"))
  writeFileSync(join(cwd, "broken.yaml"), "cases: [")
  writeFileSync(join(cwd, "server.yaml"), "server: true\ncases: []")
})
after(() => rmSync(cwd, { recursive: true }))

const EXITS: readonly [args: string[], code: number, stderr: RegExp][] = [
  [["passes.yaml"], 0, /^$/],
  [["passes.yaml", "fails.yaml"], 1, /^$/],
  [["wrong.yaml"], 2, /^hallpass test: wrong\.yaml:5:5: There is no role 'Writer'.\n$/],
  [["broken.yaml"], 2, /^hallpass test: broken\.yaml:1:9: /],
  [["missing.yaml"], 2, /^hallpass test: missing\.yaml cannot be read \(ENOENT\)\.\n$/],
  [["server.yaml", "--data-dir", "nowhere"], 1, /^hallpass test: No server of yours is running on nowhere\./],
  [[], 2, /^hallpass test: name the files to run\./],
]

for (const [args, code, stderr] of EXITS)
  test(`test ${args.join(" ")} ends with ${code}`, async () => {
    const result = await runCommand(["test", ...args], { cwd })
    assert.match(result.stderr, stderr)
    assert.equal(result.code, code)
  })

test("a failure tells the statement, its element and the value", async () => {
  const { stdout } = await runCommand(["test", "passes.yaml", "fails.yaml"], { cwd })
  assert.equal(
    stdout,
    `✗ role Reader may s3:GetObject on arn:aws:s3:::b/k
  fails.yaml:5
  implicit deny: no identity policy allows it
  identity policy read.json
    · statement "Read" (Allow) does not apply:
        Resource is arn:aws:s3:::b/\${aws:PrincipalTag/team}/* (a variable in it has no value), asked was arn:aws:s3:::b/k

1 passed, 1 failed.
`,
  )
})

test("JUnit XML is written beside what is printed", async () => {
  await runCommand(["test", "passes.yaml", "fails.yaml", "--junit", "out.xml"], { cwd })
  const xml = readFileSync(join(cwd, "out.xml"), "utf8")
  assert.match(xml, /<testsuites name="hallpass test" tests="2" failures="1" errors="0">/)
  assert.match(xml, /<testsuite name="fails\.yaml" tests="1" failures="1" errors="0">/)
})

test("as JSON", async () => {
  const { stdout } = await runCommand(["test", "passes.yaml", "--json"], { cwd })
  assert.deepEqual(JSON.parse(stdout), {
    checks: [
      {
        file: "passes.yaml",
        line: 5,
        name: "role Reader may not s3:PutObject on arn:aws:s3:::b/k",
        passed: true,
        outcome: "implicit deny: no identity policy allows it",
        why: "implicit deny: no identity policy allows it\n  identity policy read.json allows nothing of this action",
      },
    ],
  })
})
