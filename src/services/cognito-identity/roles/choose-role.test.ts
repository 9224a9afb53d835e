import assert from "node:assert/strict"
import { test } from "node:test"
import type { MappingRule, RoleMapping } from "@aws-sdk/client-cognito-identity"
import { chooseRole, type RoleChoice, type RoleQuestion } from "./choose-role.ts"

const ROLES = { authenticated: "arn:member", unauthenticated: "arn:guest" }
const ask = (more: Partial<RoleQuestion>): RoleChoice =>
  chooseRole({ roles: ROLES, mapping: undefined, isGuest: false, claims: {}, customRoleArn: undefined, ...more })
const result = ({ because: _, ...choice }: RoleChoice) => choice

const rule = (
  Claim: string,
  MatchType: MappingRule["MatchType"],
  Value: string,
  RoleARN = "arn:ruled",
): MappingRule => ({
  Claim,
  MatchType,
  Value,
  RoleARN,
})
const rules = (...Rules: MappingRule[]): RoleMapping => ({
  Type: "Rules",
  AmbiguousRoleResolution: "Deny",
  RulesConfiguration: { Rules },
})
const token = (AmbiguousRoleResolution?: "Deny" | "AuthenticatedRole"): RoleMapping => ({
  Type: "Token",
  ...(AmbiguousRoleResolution && { AmbiguousRoleResolution }),
})
const AMBIGUOUS = { ambiguous: true }

test("without a mapping the pool's two roles count, if it has them", () => {
  assert.deepEqual(result(ask({})), { role: "arn:member" })
  assert.deepEqual(result(ask({ isGuest: true })), { role: "arn:guest" })
  assert.deepEqual(result(ask({ roles: {} })), { missing: true })
  assert.deepEqual(result(ask({ roles: { authenticated: "arn:member" }, isGuest: true })), { missing: true })
  // A mapping is of a provider, and a guest has none.
  assert.deepEqual(result(ask({ isGuest: true, mapping: token("Deny") })), { role: "arn:guest" })
  // API Reference: CustomRoleArn is for tokens that bring several roles.
  assert.deepEqual(result(ask({ customRoleArn: "arn:any" })), { role: "arn:member" })
})

test("without a mapping, the role that is asked for is one of the SAML assertion's", () => {
  const assertedRoles = ["arn:a", "arn:b"]
  assert.deepEqual(result(ask({ assertedRoles, customRoleArn: "arn:b" })), { role: "arn:b" })
  assert.deepEqual(result(ask({ assertedRoles, customRoleArn: "arn:c" })), { forbidden: "arn:c" })
  assert.deepEqual(result(ask({ assertedRoles: [], customRoleArn: "arn:member" })), { forbidden: "arn:member" })
  assert.deepEqual(result(ask({ assertedRoles })), { role: "arn:member" })
  assert.deepEqual(result(ask({ assertedRoles, mapping: token("Deny"), customRoleArn: "arn:a" })), {
    forbidden: "arn:a",
  })
})

test("a token's roles: the one asked for, the preferred one, the only one", () => {
  const two = { "cognito:roles": ["arn:a", "arn:b"] }
  const cases: [what: string, question: Partial<RoleQuestion>, choice: object][] = [
    ["preferred", { claims: { ...two, "cognito:preferred_role": "arn:b" } }, { role: "arn:b" }],
    ["the only one", { claims: { "cognito:roles": ["arn:a"] } }, { role: "arn:a" }],
    ["the only one, as a text", { claims: { "cognito:roles": "arn:a" } }, { role: "arn:a" }],
    ["two, none preferred", { claims: two }, AMBIGUOUS],
    ["none", { claims: {} }, AMBIGUOUS],
    ["asked for", { claims: { ...two, "cognito:preferred_role": "arn:b" }, customRoleArn: "arn:a" }, { role: "arn:a" }],
    ["asked for, not held", { claims: two, customRoleArn: "arn:c" }, { forbidden: "arn:c" }],
    ["asked for, none held", { customRoleArn: "arn:c" }, { forbidden: "arn:c" }],
    ["asked for the member's role", { claims: two, customRoleArn: "arn:member" }, { forbidden: "arn:member" }],
  ]
  for (const [what, question, choice] of cases)
    assert.deepEqual(result(ask({ mapping: token("Deny"), ...question })), choice, what)
})

test("what is ambiguous falls to the member's role only where the mapping says so", () => {
  for (const mapping of [
    token("AuthenticatedRole"),
    { ...rules(rule("a", "Equals", "1")), ...token("AuthenticatedRole") },
  ]) {
    assert.deepEqual(result(ask({ mapping })), { role: "arn:member" })
    assert.deepEqual(result(ask({ mapping, roles: {} })), { missing: true })
  }
  assert.deepEqual(result(ask({ mapping: token() })), AMBIGUOUS)
  // Who asks for a role that they do not have gets none instead.
  const mapping = token("AuthenticatedRole")
  assert.deepEqual(result(ask({ mapping, customRoleArn: "arn:c" })), { forbidden: "arn:c" })
})

test("a rule matches as its type says, a list by any of its values", () => {
  const cases: [MappingRule["MatchType"], value: string, claim: unknown, matches: boolean][] = [
    ["Equals", "blue", "blue", true],
    ["Equals", "blue", "Blue", false],
    ["Equals", "blue", "blueish", false],
    ["Equals", "true", true, true],
    ["Equals", "3", 3, true],
    ["Equals", "blue", ["red", "blue"], true],
    ["Equals", "blue", ["red", "blueish"], false],
    ["Equals", "blue", [], false],
    ["Contains", "lu", "blue", true],
    ["Contains", "lu", ["red", "blue"], true],
    ["Contains", "x", "blue", false],
    ["StartsWith", "bl", "blue", true],
    ["StartsWith", "ue", "blue", false],
    ["StartsWith", "bl", ["red", "blue"], true],
    ["NotEqual", "blue", "red", true],
    ["NotEqual", "blue", "blue", false],
    ["NotEqual", "blue", ["red", "blue"], false],
    ["NotEqual", "blue", ["red", "green"], true],
    // Of an object, its text: nothing inside of it is a claim.
    ["Contains", '"a":1', { a: 1 }, true],
    ["Equals", "[object Object]", {}, false],
  ]
  for (const [type, value, claim, matches] of cases) {
    const choice = result(ask({ mapping: rules(rule("c", type, value)), claims: { c: claim } }))
    assert.deepEqual(choice, matches ? { role: "arn:ruled" } : AMBIGUOUS, `${type} ${value} ${JSON.stringify(claim)}`)
  }
})

test("a claim that is not there is matched by nothing", () => {
  for (const type of ["Equals", "Contains", "StartsWith", "NotEqual"] as const)
    for (const claim of ["c", "toString", "__proto__", "constructor"])
      assert.deepEqual(result(ask({ mapping: rules(rule(claim, type, "blue")) })), AMBIGUOUS, `${type} ${claim}`)
  assert.deepEqual(result(ask({ mapping: rules(rule("c", "Equals", "null")), claims: { c: null } })), AMBIGUOUS)
})

test("the first rule that matches counts, unless another is asked for that matches too", () => {
  const mapping = rules(
    rule("team", "Equals", "red", "arn:red"),
    rule("team", "StartsWith", "bl", "arn:first"),
    rule("team", "Equals", "blue", "arn:second"),
  )
  const claims = { team: "blue" }
  assert.deepEqual(result(ask({ mapping, claims })), { role: "arn:first" })
  assert.deepEqual(result(ask({ mapping, claims, customRoleArn: "arn:second" })), { role: "arn:second" })
  assert.deepEqual(result(ask({ mapping, claims, customRoleArn: "arn:red" })), { forbidden: "arn:red" })
})

test("a choice says how it came to be", () => {
  const mapping = rules(rule("team", "Equals", "red", "arn:red"), rule("team", "Equals", "blue", "arn:blue"))
  assert.deepEqual(ask({ mapping, claims: { team: "blue" } }).because, {
    step: "rule",
    index: 1,
    rule: rule("team", "Equals", "blue", "arn:blue"),
    values: ["blue"],
  })
  assert.deepEqual(ask({ mapping, claims: { team: "green" } }).because, {
    step: "no rule matched",
    tried: [
      { index: 0, claim: "team", matchType: "Equals", value: "red", found: ["green"] },
      { index: 1, claim: "team", matchType: "Equals", value: "blue", found: ["green"] },
    ],
  })
})
