import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { runCommand } from "../../test/harness/command.ts"

interface Vector {
  id: string
  policies: object
  request: object
  expected: string
}

const file = fileURLToPath(new URL("../../test/vectors/policy-vectors.json", import.meta.url))
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] }
const questions = vectors.map(({ id, policies, request }) => `${JSON.stringify({ id, policies, request })}\n`).join("")
const answersIn = (stdout: string) =>
  stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))

test("every vector is decided as expected, in the order of the lines", async () => {
  const { code, stdout } = await runCommand(["decide"], { input: questions })
  const answers = answersIn(stdout)
  assert.deepEqual(
    answers.map(({ id, decision }) => [id, decision]),
    vectors.map(({ id, expected }) => [id, expected]),
  )
  for (const answer of answers) assert.deepEqual(Object.keys(answer), ["id", "decision", "because", "statements"])
  assert.equal(code, 0)
})

test("an answer names the statements that decided", async () => {
  const { id, policies, request } = vectors.find(({ id }) => id === "doc-carlos-1")!
  const { stdout } = await runCommand(["decide"], { input: JSON.stringify({ id, policies, request }) })
  assert.deepEqual(JSON.parse(stdout), {
    id: "doc-carlos-1",
    decision: "explicit_deny",
    because: { reason: "explicit deny", policyType: "identity" },
    statements: [{ policyType: "identity", policyIndex: 0, index: 2, effect: "Deny" }],
  })
})

const request = {
  principal: { type: "user", arn: "arn:aws:iam::111122223333:user/a", account: "111122223333" },
  action: "s3:GetObject",
  resource: "arn:aws:s3:::b/k",
  resourceAccount: "111122223333",
}
const line = (change: object) => JSON.stringify({ id: 7, policies: { identity: [] }, request, ...change })
const inPolicy = (Statement: object) => line({ policies: { identity: [{ Version: "2012-10-17", Statement }] } })
const allow = { Effect: "Allow", Action: "s3:*", Resource: "*" }

test("the policy of a VPC endpoint has to allow, as one document or as a list", async () => {
  const identity = [{ Version: "2012-10-17", Statement: allow }]
  const statement = { ...allow, Principal: "*" }
  const endpoint = (changes: object) => ({ Version: "2012-10-17", Statement: { ...statement, ...changes } })
  const lines = [
    endpoint({}),
    [endpoint({ Action: "s3:PutObject" }), endpoint({})],
    endpoint({ Resource: "arn:aws:s3:::other/*" }),
    [endpoint({}), endpoint({ Effect: "Deny" })],
    [],
  ].map((vpce) => line({ policies: { identity, vpce } }))
  const { stdout } = await runCommand(["decide"], { input: lines.join("\n") })
  const refusal = { policyType: "vpce" }
  assert.deepEqual(
    answersIn(stdout).map(({ decision, because }) => [decision, because]),
    [
      ["allow", { reason: "allowed" }],
      ["allow", { reason: "allowed" }],
      ["implicit_deny", { reason: "no allow", ...refusal }],
      ["explicit_deny", { reason: "explicit deny", ...refusal }],
      ["allow", { reason: "allowed" }],
    ],
  )
})

test("the policy of a key must allow, or a grant", async () => {
  const identity = [{ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } }]
  const forWho = (AWS: string) => ({ Statement: { Effect: "Allow", Principal: { AWS }, Action: "*", Resource: "*" } })
  const resource = forWho("arn:aws:iam::999999999999:role/none")
  const lines = [
    line({ policies: { identity, resource, resourcePolicyType: "key" } }),
    line({ policies: { resource, resourcePolicyType: "key", grants: [forWho(request.principal.arn)] } }),
  ]
  const { stdout } = await runCommand(["decide"], { input: lines.join("\n") })
  assert.deepEqual(
    answersIn(stdout).map(({ because }) => because),
    [{ reason: "no allow", policyType: "key" }, { reason: "allowed" }],
  )
})

const REFUSED: readonly { what: string; line: string | Uint8Array; error: RegExp; id?: number }[] = [
  { what: "no JSON", line: "{", error: /^The line is not JSON: / },
  { what: "bytes that are not UTF-8", line: Uint8Array.of(0x22, 0xff, 0x22), error: /^The line is not UTF-8\.$/ },
  { what: "a list", line: "[]", error: /^The line is not a JSON object\.$/ },
  { what: "null", line: "null", error: /^The line is not a JSON object\.$/ },
  { what: "no policies", line: line({ policies: undefined }), error: /^policies is missing\.$/, id: 7 },
  { what: "policies of an unknown type", line: line({ policies: { acl: {} } }), error: /^policies\.acl /, id: 7 },
  {
    what: "a prototype key",
    line: line({}).replace('"identity"', '"__proto__"'),
    error: /^policies\.__proto__ is not known/,
    id: 7,
  },
  {
    what: "identity that is no list",
    line: line({ policies: { identity: {} } }),
    error: /identity is not a list/,
    id: 7,
  },
  {
    what: "a VPC endpoint's policy that cannot be evaluated",
    line: line({ policies: { vpce: [{ Statement: { Effect: "Maybe" } }] } }),
    error: /^policies\.vpce\[0\]: Statement\[0\]\.Effect: is neither Allow nor Deny$/,
    id: 7,
  },
  { what: "levels that are no lists", line: line({ policies: { scp: [{}] } }), error: /scp\[0\] is not a list/, id: 7 },
  {
    what: "another kind of resource policy",
    line: line({ policies: { resourcePolicyType: "kms" } }),
    error: /trust/,
    id: 7,
  },
  {
    what: "an unknown operator",
    line: inPolicy({ ...allow, Condition: { StringSame: { a: "b" } } }),
    error: /^policies\.identity\[0\]: Statement\[0\]\.Condition\.StringSame: is no condition operator$/,
    id: 7,
  },
  { what: "an unknown element", line: inPolicy({ ...allow, Acton: "*" }), error: /Acton: is no element/, id: 7 },
  { what: "an unknown effect", line: inPolicy({ ...allow, Effect: "allow" }), error: /neither Allow nor Deny/, id: 7 },
  { what: "a text that is no policy", line: line({ policies: { identity: ["x"] } }), error: /not JSON/, id: 7 },
  { what: "no request", line: line({ request: null }), error: /^request is missing\.$/, id: 7 },
  {
    what: "an unknown part",
    line: line({ request: { ...request, principl: {} } }),
    error: /principl is not known/,
    id: 7,
  },
  {
    what: "an action without a service",
    line: line({ request: { ...request, action: "Get" } }),
    error: /service:Action/,
    id: 7,
  },
  {
    what: "an unknown kind of principal",
    line: line({ request: { ...request, principal: { type: "robot" } } }),
    error: /principal\.type is none of root, user/,
    id: 7,
  },
  {
    what: "a number in the context",
    line: line({ request: { ...request, context: { "s3:max-keys": 1 } } }),
    error: /context\["s3:max-keys"\] is neither/,
    id: 7,
  },
  {
    what: "a request nested a hundred thousand deep",
    line: line({}).replace("[]", `[${"[".repeat(1e5)}${"]".repeat(1e5)}]`),
    error: /nested too deeply/,
    id: 7,
  },
]

test("lines that are no questions are told apart, and do not keep others from their answers", async () => {
  const good = inPolicy(allow)
  const input = Buffer.concat(
    REFUSED.flatMap(({ line }) => [line, "\n", good, "\r\n\n"]).map((part) => Buffer.from(part)),
  )
  const { code, stdout, stderr } = await runCommand(["decide", "-"], { input })
  assert.equal(code, 1)
  assert.equal(stderr, "")
  const answers = answersIn(stdout)
  assert.equal(answers.length, 2 * REFUSED.length)
  for (const [i, { what, error, id }] of REFUSED.entries()) {
    const { id: found, error: text, ...others } = answers[2 * i]
    assert.match(text, error, what)
    assert.deepEqual(others, {}, what)
    assert.equal(found, id, what)
    assert.equal(answers[2 * i + 1].decision, "allow", what)
  }
})

test("files are read in their order, and one that is not there is wrongly given", async () => {
  const missing = await runCommand(["decide", "no-such-file.jsonl"])
  assert.equal(missing.code, 2)
  assert.match(missing.stderr, /^hallpass decide: no-such-file\.jsonl cannot be read \(ENOENT\)\.\n$/)
  const directory = await runCommand(["decide", "."])
  assert.equal(directory.code, 2)
  assert.match(directory.stderr, /is a directory/)
})

test("no input is no answer, and no failure", async () => {
  assert.deepEqual(await runCommand(["decide"], { input: "" }), { code: 0, stdout: "", stderr: "" })
})

test("a context key called __proto__ is a key like any other", async () => {
  const Condition = { StringEquals: { ["__proto__"]: "x" } }
  const asked = inPolicy({ ...allow, Condition }).replace('"request":{', '"request":{"context":{"__proto__":"x"},')
  assert.equal(JSON.parse((await runCommand(["decide"], { input: asked })).stdout).decision, "allow")
})
