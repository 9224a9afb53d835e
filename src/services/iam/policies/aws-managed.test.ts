import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, it } from "node:test"
import { compile, validate } from "../../../policy/index.ts"
import { awsManagedPolicies } from "./aws-managed.ts"

const page = readFileSync(new URL("../../../../docs/aws-managed-policies.md", import.meta.url), "utf8")

describe("AWS's managed policies", () => {
  for (const { name, path, document, version } of awsManagedPolicies)
    it(`${name} can be written, evaluated, and is documented`, () => {
      const text = JSON.stringify(document)
      assert.equal(validate("identity-managed", text), undefined)
      compile(text)
      assert.ok(page.includes(`| \`arn:aws:iam::aws:policy${path}${name}\` | v${version} |`), "is not in the page")
    })

  it("are documented and no others", () => {
    assert.equal(page.match(/^\| `arn:aws:iam::aws:policy/gm)?.length, awsManagedPolicies.length)
  })
})
