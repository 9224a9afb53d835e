import assert from "node:assert/strict"
import { test } from "node:test"
import type { ServerPool } from "../server/identity-pools.ts"
import type { ServerRole } from "../server/roles.ts"
import { ExportError } from "./for-group.ts"
import { planExport } from "./plan.ts"

const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`
const PROVIDER = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AAAAAAAAA"

const pool = (change: Partial<ServerPool>): ServerPool => ({
  poolId: "us-east-1:12345678-1234-1234-1234-123456789012",
  name: "Shop",
  roles: { authenticated: arn("Folders") },
  mappings: {},
  principalTags: {},
  hasGroupsTag: true,
  userPools: [
    {
      userPoolId: "us-east-1_AAAAAAAAA",
      providerName: PROVIDER,
      clientIds: ["web"],
      groups: [{ name: "a", precedence: 5, roleArn: arn("Plain") }, { name: "b" }, { name: "c" }],
    },
  ],
  ...change,
})

const role = (name: string, Resource: string): ServerRole => ({
  name,
  arn: arn(name),
  path: "/",
  trust: { Version: "2012-10-17", Statement: [] },
  inline: [
    { name: "x", document: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "s3:*", Resource } } },
  ],
  attached: [],
  boundary: undefined,
  tags: {},
})

const readRole = async (wanted: string): Promise<ServerRole> =>
  wanted === arn("Plain") ? role("Plain", "*") : role("Folders", "arn:aws:s3:::f/${cognito:groups}/*")

const groupsOf = async (change: Partial<ServerPool>) => {
  const { userPools, roles } = await planExport(pool(change), "123456789012", readRole)
  return {
    groups: userPools[0]!.groups.map(({ name, precedence, role: given }) => [name, precedence, given]),
    otherwise: userPools[0]!.otherwise,
    roles: roles.map(({ name }) => name).sort(),
  }
}

const mapping = (rules: object[] | undefined, AmbiguousRoleResolution: "Deny" | "AuthenticatedRole") =>
  ({
    [`${PROVIDER}:web`]: {
      Type: rules ? "Rules" : "Token",
      AmbiguousRoleResolution,
      ...(rules && { RulesConfiguration: { Rules: rules } }),
    },
  }) as ServerPool["mappings"]

test("without a mapping every group has the authenticated role, written out for it", async () => {
  assert.deepEqual(await groupsOf({}), {
    groups: [
      ["a", 5, "Folders-a"],
      ["b", 7, "Folders-b"],
      ["c", 8, "Folders-c"],
    ],
    otherwise: "AuthenticatedRole",
    roles: ["Folders", "Folders-a", "Folders-b", "Folders-c"],
  })
})

test("by Token a group has its own role, and without one what is otherwise", async () => {
  assert.deepEqual((await groupsOf({ mappings: mapping(undefined, "AuthenticatedRole") })).groups, [
    ["a", 5, "Plain"],
    ["b", 7, "Folders-b"],
    ["c", 8, "Folders-c"],
  ])
  const denied = await groupsOf({ mappings: mapping(undefined, "Deny") })
  assert.deepEqual(denied.groups.at(-1), ["c", 8, undefined])
  assert.equal(denied.otherwise, "Deny")
})

test("rules on the groups are followed", async () => {
  const rules = [{ Claim: "cognito:groups", MatchType: "Equals", Value: "b", RoleARN: arn("Plain") }]
  assert.deepEqual((await groupsOf({ mappings: mapping(rules, "AuthenticatedRole") })).groups, [
    ["a", 5, "Folders-a"],
    ["b", 7, "Plain"],
    ["c", 8, "Folders-c"],
  ])
})

test("names of groups that a role cannot have are told apart", async () => {
  const [userPool] = pool({}).userPools
  const groups = [{ name: "a/b" }, { name: "a:b" }, { name: "x".repeat(120) }]
  const { roles } = await groupsOf({ userPools: [{ ...userPool!, groups }] })
  assert.equal(new Set(roles).size, 4)
  for (const name of roles) assert.match(name, /^[\w+=,.@-]{1,64}$/)
})

const two = [{ ...pool({}).userPools[0]!, clientIds: ["web", "app"] }]
const REFUSED: readonly [what: string, change: Partial<ServerPool>, message: RegExp][] = [
  ["a pool that did not opt in", { hasGroupsTag: false }, /has not the tag/],
  [
    "roles that use no groups",
    { roles: { authenticated: arn("Plain") } },
    /No policy of the roles of Shop uses cognito:groups/,
  ],
  [
    "rules on another claim",
    { mappings: mapping([{ Claim: "custom:team", MatchType: "Equals", Value: "b", RoleARN: arn("Plain") }], "Deny") },
    /by the claim custom:team/,
  ],
  [
    "clients with different mappings",
    { mappings: mapping(undefined, "Deny"), userPools: two },
    /different role mappings/,
  ],
]

for (const [what, change, message] of REFUSED)
  test(`${what} cannot be exported`, () =>
    assert.rejects(groupsOf(change), (error) => error instanceof ExportError && message.test(error.message)))
