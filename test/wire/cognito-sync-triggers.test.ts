import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { GetCognitoEventsCommand, SetCognitoEventsCommand } from "@aws-sdk/client-cognito-sync"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda } from "@aws-sdk/client-lambda"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { zipOf } from "../harness/zip.ts"
import { createIdentityPool, refusal } from "./cognito-identity-world.ts"
import { list, openSyncWorld, remove, replace, type SyncWorld, update, valuesOf } from "./cognito-sync-world.ts"
import { TRUSTS_LAMBDA } from "./lambda-world.ts"

/** Does as the dataset is called: each of the tests has one of its own. */
const CODE = `
const does = {
  changes(event) {
    for (const record of Object.values(event.datasetRecords)) if (record.op === "replace") record.newValue += "!"
  },
  example(event) {
    const { SampleKey1, SampleKey2 } = event.datasetRecords
    if (SampleKey1) Object.assign(SampleKey1, { newValue: "ModifyValue1", op: "replace" })
    if (SampleKey2) SampleKey2.op = "remove"
    event.datasetRecords.SampleKey3 ??= { newValue: "ModifyValue3", op: "replace" }
  },
  touches(event) { Object.assign(event.datasetRecords.other, { newValue: "touched", op: "replace" }) },
  nulls(event) { event.datasetRecords.k.newValue = null },
  ignores(event) { event.datasetRecords = {} },
  tells(event) { event.datasetRecords.told = { op: "replace", newValue: JSON.stringify(event) } },
  throws() { throw new Error("not today") },
  elsewhere(event) { event.identityId = "us-east-1:00000000-0000-0000-0000-000000000000" },
  empty(event) { event.datasetRecords = "none" },
  late: () => new Promise((resolve) => setTimeout(resolve, 7000)),
}
export const handler = async (event) => {
  await does[event.datasetName]?.(event)
  return event
}
`

let world: SyncWorld
let lambda: Lambda
let SyncTrigger: string

before(async () => {
  world = await openSyncWorld([...FUNCTION_FLAGS])
  const { server } = world
  lambda = new Lambda(server.client)
  const role = await new IAM(server.client).createRole({
    RoleName: "function-role",
    AssumeRolePolicyDocument: TRUSTS_LAMBDA,
  })
  await lambda.createFunction({
    FunctionName: "sync",
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: role.Role!.Arn!,
    Timeout: 30,
    Code: { ZipFile: zipOf({ "index.mjs": CODE }) },
  })
  await server.work.settle()
  SyncTrigger = `arn:aws:lambda:${server.region}:${server.account}:function:sync`
  await setTrigger(SyncTrigger)
})
after(() => world[Symbol.asyncDispose]())

const setTrigger = (arn: string, IdentityPoolId = world.IdentityPoolId) =>
  world.developer.send(new SetCognitoEventsCommand({ IdentityPoolId, Events: { SyncTrigger: arn } }))

const permit = (SourceArn = world.poolArn) =>
  lambda.addPermission({
    FunctionName: "sync",
    StatementId: "cognito-sync",
    Action: "lambda:InvokeFunction",
    Principal: "cognito-sync.amazonaws.com",
    SourceArn,
    SourceAccount: world.server.account,
  })

const forbid = () => lambda.removePermission({ FunctionName: "sync", StatementId: "cognito-sync" })

describe("a pool's function for Cognito Events", () => {
  it("is set, told and taken away", async () => {
    const pool = { IdentityPoolId: await createIdentityPool(world.server) }
    const events = async () => (await world.developer.send(new GetCognitoEventsCommand(pool))).Events
    assert.deepEqual(await events(), {})
    await setTrigger(SyncTrigger, pool.IdentityPoolId)
    assert.deepEqual(await events(), { SyncTrigger })
    await setTrigger("", pool.IdentityPoolId)
    assert.deepEqual(await events(), {})
    for (const Events of [{ Other: SyncTrigger }, { SyncTrigger: "no ARN" }]) {
      const set = new SetCognitoEventsCommand({ ...pool, Events: Events as never })
      const { name } = await refusal(world.server, () => world.developer.send(set))
      assert.equal(name, "InvalidParameterException")
    }
  })

  it("must let Cognito Sync call it in the name of this pool; else nothing is written", async () => {
    const ann = await world.guest()
    const refused = async () => {
      const { name, because } = await refusal(world.server, () => update(ann, "settings", replace("k", "v")))
      assert.deepEqual(
        [name, because.check, because.found, because.code],
        ["InvalidParameterException", "the function of the sync trigger", "refused", "AccessDeniedException"],
      )
      assert.equal((await list(ann, "settings")).DatasetExists, false)
    }
    await refused()
    await permit(world.poolArn.replace(/.$/, (last) => (last === "0" ? "1" : "0")))
    await refused()
    await forbid()
    await permit()
    await update(ann, "settings", replace("k", "v"))
  })

  it("is told of all records and of what the device wants, exactly as AWS tells it", async () => {
    const ann = await world.guest()
    await update(
      { ...ann, sync: world.developer },
      "tells",
      replace("kept", "1"),
      replace("gone", "2"),
      replace("old", "3"),
    )
    await update(ann, "tells", replace("old", "4", 1), remove("gone", 1), replace("new", "5"))
    const told = new Map(await valuesOf(ann, "tells")).get("told")!
    assert.deepEqual(JSON.parse(told), {
      version: 2,
      eventType: "SyncTrigger",
      region: world.server.region,
      identityPoolId: ann.of.IdentityPoolId,
      identityId: ann.of.IdentityId,
      datasetName: "tells",
      datasetRecords: {
        kept: { oldValue: "1", newValue: "1", op: "none" },
        gone: { oldValue: "2", op: "remove" },
        old: { oldValue: "3", newValue: "4", op: "replace" },
        new: { newValue: "5", op: "replace" },
      },
    })
  })

  it("changes, takes away and adds records, as the guide's example does", async () => {
    const ann = await world.guest()
    const written = await update(ann, "example", replace("SampleKey1", "1"), replace("SampleKey2", "2"))
    assert.deepEqual(
      written.map(({ Key, Value, SyncCount }) => [Key, Value, SyncCount]),
      [
        ["SampleKey1", "ModifyValue1", 1],
        ["SampleKey2", undefined, 1],
        ["SampleKey3", "ModifyValue3", 1],
      ],
    )
    await update(ann, "changes", replace("a", "1"))
    await update(ann, "changes", replace("b", "2"))
    // What the device did not send stays as it is.
    assert.deepEqual(await valuesOf(ann, "changes"), [
      ["a", "1!"],
      ["b", "2!"],
    ])
  })

  it("changes a record that the device did not send; takes one away by null; ignores what it leaves out", async () => {
    const ann = await world.guest()
    const asDeveloper = { ...ann, sync: world.developer }
    await update(asDeveloper, "touches", replace("other", "1"))
    await update(ann, "touches", replace("k", "v"))
    assert.deepEqual(new Map(await valuesOf(ann, "touches")).get("other"), "touched")
    await update(asDeveloper, "nulls", replace("k", "v"))
    await update(ann, "nulls", replace("k", "w", 1))
    assert.deepEqual(await valuesOf(ann, "nulls"), [["k", undefined]])
    assert.deepEqual(await update(ann, "ignores", replace("k", "v")), [])
    assert.deepEqual(await valuesOf(ann, "ignores"), [])
  })

  it("fails the synchronization, whole, where it throws or answers nonsense", async () => {
    const ann = await world.guest()
    const cases: [string, string][] = [
      ["throws", "The AWS Lambda function returned an exception."],
      ["elsewhere", "The AWS Lambda function returned invalid output."],
      ["empty", "The AWS Lambda function returned invalid output."],
    ]
    for (const [dataset, text] of cases) {
      const { name, message, status } = await refusal(world.server, () => update(ann, dataset, replace("k", "v")))
      assert.deepEqual([name, status, message], ["InvalidLambdaFunctionOutputException", 400, text])
      assert.equal((await list(ann, dataset)).DatasetExists, false)
    }
  })

  it("has five seconds, whatever its own limit is", async () => {
    const ann = await world.guest()
    const { name, status } = await refusal(world.server, () => update(ann, "late", replace("k", "v")))
    assert.deepEqual([name, status], ["LambdaSocketTimeoutException", 400])
    assert.equal((await list(ann, "late")).DatasetExists, false)
  })

  it("is throttled where it may not run", async () => {
    const ann = await world.guest()
    await lambda.putFunctionConcurrency({ FunctionName: "sync", ReservedConcurrentExecutions: 0 })
    const { name, status } = await refusal(world.server, () => update(ann, "settings", replace("k", "v")))
    assert.deepEqual([name, status], ["LambdaThrottledException", 429])
    await lambda.deleteFunctionConcurrency({ FunctionName: "sync" })
    await update(ann, "settings", replace("k", "v"))
  })

  it("is asked for identities alone, never for developers", async () => {
    const ann = await world.guest()
    await update({ ...ann, sync: world.developer }, "throws", replace("k", "v"))
    assert.deepEqual(await valuesOf(ann, "throws"), [["k", "v"]])
  })

  it("holds up no device that has written meanwhile: it is told of the conflict", async () => {
    const ann = await world.guest()
    await update(ann, "settings", replace("k", "v"))
    const results = await Promise.allSettled([1, 2].map((n) => update(ann, "settings", replace("k", `${n}`, 1))))
    assert.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"])
    const { reason } = results.find((result) => result.status === "rejected")!
    assert.equal(reason.name, "ResourceConflictException")
  })
})
