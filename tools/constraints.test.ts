import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import type { Constraint } from "../src/wire/constraints/model.ts"
import { compilePattern } from "../src/wire/constraints/pattern.ts"
import { CLIENTS, type ConstraintsFile, constraintsPath, digestOf, operationsOf, schemasOf } from "./constraints.ts"

/** Operations and structures that AWS's models keep for old clients, and the SDK no longer has. */
const RETIRED = new Set([
  "GetBucketLifecycle",
  "GetBucketNotification",
  "PutBucketLifecycle",
  "PutBucketNotification",
  "CloudFunctionConfiguration",
  "GetBucketLifecycleRequest",
  "LifecycleConfiguration",
  "NotificationConfigurationDeprecated",
  "PutBucketLifecycleRequest",
  "PutBucketNotificationRequest",
  "QueueConfigurationDeprecated",
  "Rule",
  "TopicConfigurationDeprecated",
])

for (const service of Object.keys(CLIENTS)) {
  describe(`constraints of ${service}`, () => {
    const file = JSON.parse(readFileSync(constraintsPath(service), "utf8")) as ConstraintsFile
    const schemas = schemasOf(service)

    test("are as the tool wrote them", () => assert.equal(digestOf(file), file.digest))

    test("know the operations of the client and no others", () => {
      const known = Object.keys(file.inputs).filter((name) => !RETIRED.has(name))
      assert.deepEqual(known, Object.keys(operationsOf(service)).sort())
    })

    test("name structures and members that the client has", () => {
      for (const [name, members] of Object.entries(file.structures)) {
        if (RETIRED.has(name)) continue
        const known = new Set(schemas.get(name)?.map(({ memberName }) => memberName))
        for (const member of Object.keys(members)) assert.ok(known.has(member), `${name}.${member}`)
      }
    })

    test("ask for what the client's schemas ask for", () => {
      for (const [name, members] of Object.entries(file.structures)) {
        for (const { memberName, required } of schemas.get(name) ?? []) {
          if (!required) continue
          assert.equal(members[memberName]?.required, true, `${name}.${memberName}`)
        }
      }
    })

    test("hold no pattern that cannot be checked", () => {
      for (const pattern of patternsOf(Object.values(file.structures).flatMap(Object.values))) {
        assert.ok(compilePattern(pattern), pattern)
      }
    })
  })
}

function patternsOf(constraints: readonly Constraint[]): string[] {
  return constraints.flatMap(({ pattern, member, key, value }) => [
    ...(pattern === undefined ? [] : [pattern]),
    ...patternsOf([member, key, value].filter((inner) => inner !== undefined)),
  ])
}
