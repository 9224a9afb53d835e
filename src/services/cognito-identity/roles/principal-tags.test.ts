import assert from "node:assert/strict"
import { test } from "node:test"
import { principalTags } from "./principal-tags.ts"

const map = (tags: Record<string, string>) => ({ useDefaults: false, tags })

test("tags come from claims, and claims that are not there give none", () => {
  const claims = { sub: "ann", aud: "shop", dept: "sales", floor: 3, boss: false, empty: "", none: null, one: ["x"] }
  const cases: [what: string, tags: Record<string, string>, expected: Record<string, string>][] = [
    ["texts", { team: "dept" }, { team: "sales" }],
    ["numbers and switches", { floor: "floor", boss: "boss" }, { floor: "3", boss: "false" }],
    ["an empty text", { e: "empty" }, { e: "" }],
    ["a list of one", { o: "one" }, { o: "x" }],
    ["nothing", { n: "none", m: "missing", p: "toString", q: "__proto__" }, {}],
  ]
  for (const [what, tags, expected] of cases) assert.deepEqual(principalTags(map(tags), claims), expected, what)
  assert.deepEqual(principalTags({ useDefaults: true, tags: {} }, claims), { username: "ann", client: "shop" })
  assert.equal(principalTags(undefined, claims), undefined)
})

test("a claim that cannot be a tag's value is refused, not left out", () => {
  for (const value of ["a|b", "a,b", "a".repeat(257), ["a", "b"], { a: 1 }, "line\nbreak"])
    assert.throws(
      () => principalTags(map({ t: "c" }), { c: value }),
      (error: { code: string; because: object }) => {
        assert.equal(error.code, "InvalidIdentityPoolConfigurationException")
        assert.deepEqual(error.because, {
          check: "the claim can be the value of a session tag",
          tag: "t",
          claim: "c",
          found: value,
        })
        return true
      },
    )
  assert.deepEqual(principalTags(map({ t: "c" }), { c: "Zoë +a@b.c:/=-_ 1" }), { t: "Zoë +a@b.c:/=-_ 1" })
})
