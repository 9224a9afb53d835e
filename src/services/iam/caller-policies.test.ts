import assert from "node:assert/strict"
import { describe, it } from "node:test"
import type { RoleSessionCaller, UserCaller } from "../../authentication/caller.ts"
import type { RoleSession } from "../../authentication/session-record.ts"
import type { CallerPolicies } from "../../authorization/policy-source.ts"
import { systemClock } from "../../base/clock.ts"
import { openSqliteStore } from "../../store/sqlite/open.ts"
import { callerPolicies } from "./caller-policies.ts"
import { type Identity, identityChanged, insertIdentity } from "./identities/record.ts"
import { createRole } from "./roles.ts"
import { service } from "./service.ts"

const ACCOUNT = "123456789012"
const S3 = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
const document = (Action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] })
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
})

describe("a caller's policies", async () => {
  const store = await openSqliteStore({ path: ":memory:", migrations: [...service.migrations], clock: systemClock })
  const deps = { store, clock: systemClock }
  const names = (policies: CallerPolicies) => policies.identity.map(({ name }) => name)

  const identity = (kind: Identity["kind"], name: string, id: string): Identity => ({
    account: ACCOUNT,
    kind,
    name,
    path: "/",
    id,
    body: { createdAt: 0, tags: [{ Key: "Team", Value: "red" }] },
  })
  const user = identity("user", "ann", "AIDAANN")
  const group = identity("group", "staff", "AGPASTAFF")
  const signed = { account: ACCOUNT, accessKeyId: "AKIA", region: "us-east-1" }
  const caller = { ...signed, kind: "user", userName: "ann", userId: "AIDAANN", path: "/" } as UserCaller
  await store.transact(async (tx) => {
    await insertIdentity(tx, user)
    await insertIdentity(tx, group)
    await tx.run("INSERT INTO iam_group_members (group_id, user_id) VALUES ($1, $2)", group.id, user.id)
    await tx.run(
      "INSERT INTO iam_inline_policies (owner_id, name, document) VALUES ($1, 'own', $2)",
      user.id,
      document("s3:*"),
    )
  })

  it("come at once, and as the same object, when they are in memory", async () => {
    const first = await callerPolicies(deps, caller)
    const second = callerPolicies(deps, caller)
    assert.ok(!(second instanceof Promise))
    assert.equal(second, first)
    assert.deepEqual(names(second), ["own"])
    assert.deepEqual({ ...second.tags }, { Team: "red" })
  })

  it("follow the group", async () => {
    await store.transact(async (tx) => {
      await tx.run(
        "INSERT INTO iam_attachments (owner_id, policy_arn, account) VALUES ($1, $2, $3)",
        group.id,
        S3,
        ACCOUNT,
      )
      await identityChanged(tx, group)
    })
    assert.deepEqual(names(await callerPolicies(deps, caller)), ["own", "AmazonS3FullAccess"])
    const warm = callerPolicies(deps, caller)
    assert.ok(!(warm instanceof Promise))
  })

  it("are none for a namesake", async () => {
    const namesake = await callerPolicies(deps, { ...caller, userId: "AIDAOTHER" })
    assert.equal(namesake.gone, true)
    assert.deepEqual(namesake.identity, [])
  })

  it("of a session have its tags over the role's, whatever their case, and its policies", async () => {
    const role = await createRole(deps, ACCOUNT, {
      RoleName: "worker",
      AssumeRolePolicyDocument: TRUST,
      Tags: [
        { Key: "Team", Value: "red" },
        { Key: "Cost", Value: "1" },
      ],
      PermissionsBoundary: S3,
    })
    const session: RoleSession = {
      kind: "role-session",
      roleArn: role.Arn!,
      roleId: role.RoleId!,
      roleName: "worker",
      sessionName: "s",
      accessKeyId: "ASIA",
      account: ACCOUNT,
      issuedAt: 0,
      expiresAt: 0,
      policies: [document("s3:GetObject")],
      policyArns: [S3, "arn:aws:iam::aws:policy/Gone"],
      tags: { team: "blue" },
    }
    const of = (facts: RoleSession) =>
      ({
        ...signed,
        kind: "role-session",
        roleArn: facts.roleArn,
        roleId: facts.roleId,
        roleName: "worker",
        session: facts,
      }) as RoleSessionCaller
    const policies = await callerPolicies(deps, of(session))
    assert.deepEqual({ ...policies.tags }, { Cost: "1", team: "blue" })
    assert.deepEqual(
      policies.session?.map(({ name }) => name),
      ["session policy", "AmazonS3FullAccess", "missing policy"],
    )
    assert.equal(policies.boundary?.arn, S3)
    const { policies: _, policyArns: __, tags: ___, ...plain } = session
    assert.equal((await callerPolicies(deps, of(plain))).session, undefined)
    await callerPolicies(deps, of(session))
    assert.ok(!(callerPolicies(deps, of(plain)) instanceof Promise))
  })
})
