import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { matchesPattern, substituteAll } from "../../test/policy/reference-patterns.ts"
import { type ContextValue, contextOf, type Request } from "./request.ts"
import { matchesTemplate, parseTemplate, substitutions } from "./template.ts"

const requestWith = (context: Record<string, ContextValue>, expandable?: readonly string[]): Request => ({
  principal: { type: "anonymous", arn: null, account: null },
  action: "s3:GetObject",
  resource: "*",
  resourceAccount: "111122223333",
  context: contextOf(context),
  ...(expandable && { expandable: new Set(expandable) }),
})

const BOTH = { variables: true, wildcards: true }

for (const [template, context, text, expected] of [
  ["${k}", { k: "v" }, "v", true],
  ["${K}", { k: "v" }, "v", true],
  ["${k}", {}, "", false],
  ["${k}", {}, "${k}", false],
  ["${k, 'd'}", {}, "d", true],
  ["${k, 'd'}", { k: "v" }, "d", false],
  ["${k,'d'}", {}, "d", true],
  ["${k, ''}", {}, "", true],
  ["${k, 'a}b'}", {}, "a}b", true],
  ["${k, '*'}", {}, "x", false],
  ["${k, 'd'}", { k: "" }, "", true],
  ["${k, 'd'}", { k: ["a"] }, "d", false],
  ["${k}", { k: ["a"] }, "a", false],
  ["${k}*", { k: "*" }, "*x", true],
  ["${k}*", { k: "*" }, "xx", false],
  ["${k}", { k: "?" }, "x", false],
  ["${k}", { k: "${l}", l: "x" }, "x", false],
  ["a${k}?*", { k: "v" }, "av", false],
  ["a${k}?*", { k: "v" }, "avx", true],
  ["*${k}*", { k: "v" }, "xvy", true],
  ["${*}", {}, "*", true],
  ["${*}", {}, "x", false],
  ["${?}${$}", {}, "?$", true],
  ["${$}{k}", { k: "v" }, "${k}", true],
  ["${}", {}, "${}", true],
  ["${k", { k: "v" }, "${k", true],
  ["${k, d}", { k: "v" }, "${k, d}", true],
  ["$k", { k: "v" }, "$k", true],
] as const)
  test(`${template} with ${JSON.stringify(context)} ${expected ? "matches" : "does not match"} "${text}"`, () =>
    assert.equal(matchesTemplate(parseTemplate(template, BOTH), text, requestWith(context)), expected))

test("documents of 2008 have no variables", () => {
  const template = parseTemplate("${k}*", { variables: false, wildcards: true })
  assert.ok(matchesTemplate(template, "${k}x", requestWith({ k: "v" })))
  assert.ok(!matchesTemplate(template, "vx", requestWith({ k: "v" })))
})

test("matches as the reference does", () => {
  const parts = fc.array(fc.constantFrom("a", "b", "/", "*", "?", "${k}", "${l}", "${m, 'a'}", "${*}", "${list}"), {
    maxLength: 7,
  })
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "*"), maxLength: 8 })
  const context = fc.record(
    { k: fc.constantFrom("a", "ab", "", "*"), l: fc.constantFrom("b", "/"), list: fc.array(fc.constantFrom("a", "b")) },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, ContextValue>>
  fc.assert(
    fc.property(parts, text, context, fc.boolean(), (written, subject, keys, expanding) => {
      const source = written.join("")
      const expandable = new Set(expanding ? ["list"] : [])
      const byKey = new Map(Object.entries(keys))
      assert.equal(
        matchesTemplate(parseTemplate(source, BOTH), subject, requestWith(keys, [...expandable])),
        substituteAll(source, { byKey, expandable }, BOTH).some((pattern) => matchesPattern(pattern, subject)),
      )
    }),
    { numRuns: 20_000 },
  )
})

test("an expanded key stands for each of its values, the same in every place", () => {
  const request = requestWith({ groups: ["red", "b*"], name: "alice" }, ["groups"])
  const template = parseTemplate("${groups}/${name}/${groups}", BOTH)
  assert.deepEqual(substitutions(template, request), ["red/alice/red", "b*/alice/b*"])
  assert.ok(matchesTemplate(template, "b*/alice/b*", request))
  assert.ok(!matchesTemplate(template, "bx/alice/bx", request), "a * of a value is that character")
  assert.ok(!matchesTemplate(template, "red/alice/b*", request))
  assert.deepEqual(
    substitutions(template, requestWith({ groups: ["red"], name: "alice" })),
    [],
    "unless it is asked for",
  )
  assert.deepEqual(substitutions(template, requestWith({ groups: [], name: "alice" }, ["groups"])), [])
})

test("two expanded keys stand for every pair", () => {
  const request = requestWith({ a: ["1", "2"], b: ["x", "y"] }, ["a", "b"])
  assert.deepEqual(substitutions(parseTemplate("${a}${b}", BOTH), request), ["1x", "1y", "2x", "2y"])
})

test("reading takes linear time, whatever is unclosed", () => {
  for (const unit of ["${", "${a", "${a,", "${a, '", "${ ", "$", "${a, 'b"]) {
    const source = unit.repeat(50_000)
    assert.equal(substitutions(parseTemplate(source, BOTH), requestWith({})).length <= 1, true)
  }
})
