import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { matchesPattern, type Sign } from "../../test/policy/reference-patterns.ts"
import { globTokens, matchesGlob, parseGlob } from "./glob.ts"

const expected = (pattern: string, text: string): boolean =>
  matchesPattern(
    globTokens(pattern).flatMap((token): Sign[] =>
      typeof token === "string" ? token.split("") : [{ wildcard: token === 1 ? "*" : "?" }],
    ),
    text,
  )

const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 12 })
const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 14 })

test("matches as the table of prefixes does", () =>
  fc.assert(
    fc.property(pattern, text, (p, t) => assert.equal(matchesGlob(parseGlob(p), t), expected(p, t))),
    { numRuns: 20_000 },
  ))

/** Pieces of many lengths, so that each way of searching is taken, and texts in which they nearly stand. */
const piece = fc
  .tuple(fc.string({ unit: fc.constantFrom("a", "b", "?"), minLength: 1, maxLength: 3 }), fc.nat({ max: 40 }))
  .map(([unit, times]) => unit.repeat(times + 1))

test("matches long pieces as the table of prefixes does", () =>
  fc.assert(
    fc.property(fc.array(piece, { minLength: 2, maxLength: 4 }), fc.nat(), text, (pieces, seed, noise) => {
      const filled = pieces.map((one, i) => one.replaceAll("?", "ab"[(seed >> i) & 1] as string))
      const p = pieces.join("*")
      for (const t of [filled.join(noise), filled.join(noise).slice(1), `${filled.join("a")}a`])
        assert.equal(matchesGlob(parseGlob(p), t), expected(p, t))
    }),
    { numRuns: 3000 },
  ))

for (const [name, hostile, subject] of [
  ["many stars", `${"*a".repeat(500)}*b`, "a".repeat(1000)],
  ["a long piece that nearly stands everywhere", `*${"a".repeat(1000)}b*`, "a".repeat(4000)],
  ["a long piece with open places", `*${"a?".repeat(500)}b*`, "a".repeat(4000)],
  ["open places between stars", `${"*?a".repeat(300)}*b`, "a".repeat(2000)],
  ["a short piece that nearly stands everywhere", "*aaaaaaaaaaaaaaaaaaaaaaaaaaaaab*", "a".repeat(4000)],
] as const)
  test(`takes a bounded number of steps at each character: ${name}`, () => {
    const meter = { steps: 0 }
    const glob = parseGlob(hostile)
    assert.equal(matchesGlob(glob, subject, meter), false)
    // At most 32 looks at a character of the text, or a 32nd of the piece; and one at each of the pattern.
    assert.ok(meter.steps <= 33 * subject.length + 2 * hostile.length, `${meter.steps} steps`)
  })

test("twice the text takes twice the steps", () => {
  const glob = parseGlob(`*${"ab".repeat(100)}c*${"a?".repeat(100)}c*`)
  const stepsOf = (length: number) => {
    const meter = { steps: 0 }
    matchesGlob(glob, "ab".repeat(length), meter)
    return meter.steps
  }
  assert.ok(stepsOf(8000) <= 2.1 * stepsOf(4000))
})
