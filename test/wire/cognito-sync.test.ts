import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { DeleteIdentitiesCommand, GetIdCommand } from "@aws-sdk/client-cognito-identity"
import {
  BulkPublishCommand,
  CognitoSyncClient,
  DeleteDatasetCommand,
  DescribeDatasetCommand,
  DescribeIdentityPoolUsageCommand,
  DescribeIdentityUsageCommand,
  GetBulkPublishDetailsCommand,
  GetCognitoEventsCommand,
  GetIdentityPoolConfigurationCommand,
  ListDatasetsCommand,
  ListIdentityPoolUsageCommand,
  ListRecordsCommand,
  RegisterDeviceCommand,
  SetCognitoEventsCommand,
  SetIdentityPoolConfigurationCommand,
  SubscribeToDatasetCommand,
  UnsubscribeFromDatasetCommand,
  UpdateRecordsCommand,
} from "@aws-sdk/client-cognito-sync"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"
import {
  clientsOf,
  createIdentityPool,
  createRole,
  createUser,
  enter,
  policy,
  refusal,
  setRoles,
  trust,
} from "./cognito-identity-world.ts"

let server: TestServer
let developer: CognitoSyncClient
let IdentityPoolId: string

before(async () => {
  server = await startServer()
  developer = new CognitoSyncClient(server.client)
  IdentityPoolId = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true })
  const arn = `arn:aws:cognito-sync:${server.region}:${server.account}:identitypool`
  const own = "$" + "{cognito-identity.amazonaws.com:aud}/identity/$" + "{cognito-identity.amazonaws.com:sub}"
  const access = policy(
    { Effect: "Allow", Action: "cognito-sync:*", Resource: [`${arn}/${own}`, `${arn}/${own}/*`] },
    // What a policy gives too freely, an identity does not get all the same.
    { Effect: "Allow", Action: ["cognito-sync:ListRecords", "cognito-sync:GetCognitoEvents"], Resource: "*" },
  )
  const unauthenticated = await createRole(server, "Guests", trust(IdentityPoolId, "unauthenticated"), access)
  await setRoles(server, IdentityPoolId, { unauthenticated })
})
after(() => server[Symbol.asyncDispose]())

/** A guest with a client of their own: two of them may stand for two people. */
async function guest() {
  const { identityId: IdentityId, ...credentials } = await enter(server, IdentityPoolId)
  return { sync: clientOf(credentials), of: { IdentityPoolId, IdentityId } }
}

const clientOf = (credentials: Credentials) => new CognitoSyncClient(server.clientOf(credentials))

type Guest = Awaited<ReturnType<typeof guest>>

const list = ({ sync, of }: Guest, DatasetName: string, more: object = {}) =>
  sync.send(new ListRecordsCommand({ ...of, DatasetName, ...more }))

const replace = (Key: string, Value: string, SyncCount = 0) => ({ Op: "replace" as const, Key, Value, SyncCount })

async function update(who: Guest, DatasetName: string, ...RecordPatches: object[]) {
  const { SyncSessionToken } = await list(who, DatasetName)
  const input = { ...who.of, DatasetName, SyncSessionToken, RecordPatches: RecordPatches as never }
  return (await who.sync.send(new UpdateRecordsCommand(input))).Records!
}

describe("a dataset", () => {
  it("is not there until it is written", async () => {
    const ann = await guest()
    const page = await list(ann, "settings")
    assert.equal(page.DatasetExists, false)
    assert.equal(page.DatasetSyncCount, 0)
    assert.deepEqual(page.Records, [])
    assert.equal(page.DatasetDeletedAfterRequestedSyncCount, false)
    const { name, status } = await refusal(server, () =>
      ann.sync.send(new DescribeDatasetCommand({ ...ann.of, DatasetName: "settings" })),
    )
    assert.deepEqual([name, status], ["ResourceNotFoundException", 404])
  })

  it("gives each synchronization a count, and tells what came after one", async () => {
    const ann = await guest()
    const [first] = await update(ann, "settings", replace("colour", "red"), replace("size", "9"))
    assert.equal(first!.SyncCount, 1)
    const [changed] = await update(ann, "settings", replace("size", "10", 1))
    assert.deepEqual([changed!.Key, changed!.Value, changed!.SyncCount], ["size", "10", 2])
    assert.equal(changed!.LastModifiedBy, ann.of.IdentityId)
    const { Records, DatasetSyncCount, DatasetExists } = await list(ann, "settings", { LastSyncCount: 1 })
    assert.deepEqual(
      Records!.map(({ Key, Value }) => [Key, Value]),
      [["size", "10"]],
    )
    assert.deepEqual([DatasetSyncCount, DatasetExists], [2, true])
    const { Dataset } = await ann.sync.send(new DescribeDatasetCommand({ ...ann.of, DatasetName: "settings" }))
    assert.equal(Dataset!.NumRecords, 2)
    assert.equal(Dataset!.DataStorage, "colour".length + "red".length + "size".length + "10".length)
  })

  it("tells other devices what was removed", async () => {
    const ann = await guest()
    await update(ann, "settings", replace("colour", "red"), replace("size", "9"))
    await update(ann, "settings", { Op: "remove", Key: "colour", SyncCount: 1 })
    const { Records } = await list(ann, "settings", { LastSyncCount: 1 })
    assert.deepEqual(
      Records!.map(({ Key, Value }) => [Key, Value]),
      [["colour", undefined]],
    )
    const { Dataset } = await ann.sync.send(new DescribeDatasetCommand({ ...ann.of, DatasetName: "settings" }))
    assert.equal(Dataset!.NumRecords, 1)
  })

  it("takes no part of what contradicts what another device wrote", async () => {
    const ann = await guest()
    await update(ann, "settings", replace("colour", "red"))
    await update(ann, "settings", replace("colour", "blue", 1))
    const { name, status, message } = await refusal(server, () =>
      update(ann, "settings", replace("new", "1"), replace("colour", "green", 1)),
    )
    assert.deepEqual([name, status], ["ResourceConflictException", 409])
    assert.match(message, /^Current SyncCount for: /)
    const { Records, DatasetSyncCount } = await list(ann, "settings")
    assert.deepEqual([Records!.length, Records![0]!.Value, DatasetSyncCount], [1, "blue", 2])
  })

  it("is deleted, which other devices learn, and may be written again", async () => {
    const ann = await guest()
    await update(ann, "settings", replace("colour", "red"))
    const { Dataset } = await ann.sync.send(new DeleteDatasetCommand({ ...ann.of, DatasetName: "settings" }))
    assert.equal(Dataset!.DatasetName, "settings")
    const gone = await list(ann, "settings", { LastSyncCount: 1 })
    assert.deepEqual([gone.DatasetExists, gone.DatasetDeletedAfterRequestedSyncCount], [false, true])
    const again = () => ann.sync.send(new DeleteDatasetCommand({ ...ann.of, DatasetName: "settings" }))
    assert.equal((await refusal(server, again)).name, "ResourceNotFoundException")
    const [record] = await update(ann, "settings", replace("colour", "blue"))
    assert.equal(record!.SyncCount, 3)
    assert.equal((await list(ann, "settings", { LastSyncCount: 2 })).DatasetDeletedAfterRequestedSyncCount, false)
  })

  it("comes in pages, in the order of the changes", async () => {
    const ann = await guest()
    await update(ann, "many", ...Array.from({ length: 30 }, (_, n) => replace(`k${n} `, "v")))
    await update(ann, "many", replace("k3 ", "w", 1))
    const keys: string[] = []
    let NextToken: string | undefined
    do {
      const page = await list(ann, "many", { MaxResults: 7, NextToken })
      assert.equal(page.Count, page.Records!.length)
      keys.push(...page.Records!.map(({ Key }) => Key!))
      NextToken = page.NextToken
    } while (NextToken)
    assert.equal(keys.length, 30)
    assert.equal(keys.at(-1), "k3 ")
    assert.equal(new Set(keys).size, 30)
    const wrong = await refusal(server, () => list(ann, "many", { NextToken: "AAAA" }))
    assert.equal(wrong.name, "InvalidParameterException")
  })

  it("has nothing after a count that it never gets to", async () => {
    const ann = await guest()
    await update(ann, "settings", replace("colour", "red"))
    for (const LastSyncCount of [2, Number.MAX_SAFE_INTEGER, 2 ** 62])
      assert.deepEqual((await list(ann, "settings", { LastSyncCount })).Records, [])
    assert.equal((await list(ann, "settings", { LastSyncCount: -1 })).Records!.length, 1)
  })

  it("has at most 1,024 records and 1 MB, and an identity twenty of them", async () => {
    const ann = await guest()
    const tooMany = Array.from({ length: 1_025 }, (_, n) => replace(String(n), "v"))
    assert.equal((await refusal(server, () => update(ann, "a", ...tooMany))).name, "LimitExceededException")
    const large = "x".repeat(600_000)
    const both = () => update(ann, "a", replace("1", large), replace("2", large))
    assert.equal((await refusal(server, both)).name, "LimitExceededException")
    assert.equal((await list(ann, "a")).DatasetExists, false)
    for (let n = 0; n < 20; n++) await update(ann, `d${n}`, replace("k", "v"))
    assert.equal((await refusal(server, () => update(ann, "d20", replace("k", "v")))).name, "LimitExceededException")
    const { Datasets, Count, NextToken } = await ann.sync.send(new ListDatasetsCommand({ ...ann.of, MaxResults: 15 }))
    assert.deepEqual([Datasets!.length, Count], [15, 15])
    const rest = await ann.sync.send(new ListDatasetsCommand({ ...ann.of, MaxResults: 15, NextToken }))
    assert.equal(rest.Datasets!.length, 5)
  })

  it("is written with a session of its own", async () => {
    const ann = await guest()
    const { SyncSessionToken: other } = await list(ann, "other")
    const { SyncSessionToken } = await list(ann, "settings")
    const send = (token: string | undefined) =>
      ann.sync.send(
        new UpdateRecordsCommand({ ...ann.of, DatasetName: "settings", SyncSessionToken: token, RecordPatches: [] }),
      )
    await send(SyncSessionToken)
    for (const token of [other, "nonsense"])
      assert.deepEqual((await refusal(server, () => send(token))).name, "NotAuthorizedException")
  })

  it("refuses nonsense", async () => {
    const ann = await guest()
    const cases: [object[], string][] = [
      [[{ Op: "replace", Key: "k", SyncCount: 0 }], "InvalidParameterException"],
      [[replace("k", "1"), replace("k", "2")], "InvalidParameterException"],
      [[{ Op: "append", Key: "k", SyncCount: 0 }], "ValidationException"],
      [[{ Op: "replace", Key: "é".repeat(600), Value: "1", SyncCount: 0 }], "LimitExceededException"],
    ]
    for (const [patches, code] of cases)
      assert.equal((await refusal(server, () => update(ann, "settings", ...patches))).name, code)
    const name = () => list(ann, "no blanks")
    assert.equal((await refusal(server, name)).name, "ValidationException")
  })
})

describe("who may", () => {
  it("an identity reaches its own data alone, whatever its role's policy says", async () => {
    const [ann, bob] = [await guest(), await guest()]
    const { name, status, because } = await refusal(server, () => list({ ...ann, of: bob.of }, "settings"))
    assert.deepEqual([name, status], ["NotAuthorizedException", 403])
    assert.equal(because.check, "identity")
    const write = () =>
      ann.sync.send(
        new UpdateRecordsCommand({ ...bob.of, DatasetName: "settings", SyncSessionToken: "x", RecordPatches: [] }),
      )
    const denied = await refusal(server, write)
    assert.deepEqual([denied.name, denied.status], ["AccessDeniedException", 403])
    assert.match(
      denied.message,
      /is not authorized to perform: cognito-sync:UpdateRecords on resource: arn:aws:cognito-sync:/,
    )
  })

  it("developers' operations are not for identities, nor theirs for developers", async () => {
    const ann = await guest()
    const events = () => ann.sync.send(new GetCognitoEventsCommand({ IdentityPoolId }))
    assert.equal((await refusal(server, events)).name, "NotAuthorizedException")
    const register = () => developer.send(new RegisterDeviceCommand({ ...ann.of, Platform: "GCM", Token: "t" }))
    assert.equal((await refusal(server, register)).name, "NotAuthorizedException")
  })

  it("developers read and write for identities, as their policies say", async () => {
    const ann = await guest()
    const [written] = await update({ ...ann, sync: developer }, "settings", replace("k", "v"))
    assert.equal(written!.LastModifiedBy, server.account)
    assert.equal((await list(ann, "settings")).Records!.length, 1)
    const nobody = clientOf(await createUser(server, "nobody", policy({ Effect: "Deny", Action: "*", Resource: "*" })))
    assert.equal(
      (await refusal(server, () => list({ ...ann, sync: nobody }, "settings"))).name,
      "AccessDeniedException",
    )
  })

  it("nothing is found in a pool or an identity that is not there", async () => {
    const ann = await guest()
    const other = await guest()
    const elsewhere = { ...ann.of, IdentityPoolId: await createIdentityPool(server) }
    for (const named of [elsewhere, { ...ann.of, IdentityId: `${server.region}:00000000-0000-0000-0000-000000000000` }])
      assert.equal(
        (await refusal(server, () => list({ of: named, sync: developer }, "settings"))).name,
        "ResourceNotFoundException",
      )
    await update(other, "settings", replace("k", "v"))
    await clientsOf(server).identity.send(new DeleteIdentitiesCommand({ IdentityIdsToDelete: [other.of.IdentityId] }))
    assert.equal((await refusal(server, () => list(other, "settings"))).name, "ResourceNotFoundException")
  })
})

describe("usage", () => {
  it("is told of identities and pools, and goes with what is deleted", async () => {
    const pool = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true })
    const { identity } = clientsOf(server)
    const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId: pool }))
    const of = { IdentityPoolId: pool, IdentityId: IdentityId! }
    const who = { sync: developer, of }
    await update(who, "a", replace("key", "value"))
    await update(who, "b", replace("key", "v"))
    const { IdentityUsage } = await developer.send(new DescribeIdentityUsageCommand(of))
    assert.deepEqual([IdentityUsage!.DatasetCount, IdentityUsage!.DataStorage], [2, 12])
    await developer.send(new DeleteDatasetCommand({ ...of, DatasetName: "a" }))
    const { IdentityPoolUsage } = await developer.send(new DescribeIdentityPoolUsageCommand({ IdentityPoolId: pool }))
    assert.deepEqual([IdentityPoolUsage!.DataStorage, IdentityPoolUsage!.SyncSessionsCount], [4, 2])
    const { IdentityPoolUsages } = await developer.send(new ListIdentityPoolUsageCommand({}))
    assert.equal(IdentityPoolUsages!.find((usage) => usage.IdentityPoolId === pool)!.DataStorage, 4)
  })
})

describe("a pool's settings", () => {
  it("name a function for its events", async () => {
    const pool = { IdentityPoolId: await createIdentityPool(server) }
    const SyncTrigger = `arn:aws:lambda:${server.region}:${server.account}:function:sync`
    await developer.send(new SetCognitoEventsCommand({ ...pool, Events: { SyncTrigger } }))
    assert.deepEqual((await developer.send(new GetCognitoEventsCommand(pool))).Events, { SyncTrigger })
    await developer.send(new SetCognitoEventsCommand({ ...pool, Events: { SyncTrigger: "" } }))
    assert.deepEqual((await developer.send(new GetCognitoEventsCommand(pool))).Events, {})
    for (const Events of [{ Other: SyncTrigger }, { SyncTrigger: "no ARN" }])
      assert.equal(
        (await refusal(server, () => developer.send(new SetCognitoEventsCommand({ ...pool, Events: Events as never }))))
          .name,
        "InvalidParameterException",
      )
  })

  it("fail a synchronization whose function cannot be asked", async () => {
    const SyncTrigger = `arn:aws:lambda:${server.region}:${server.account}:function:not-there`
    await developer.send(new SetCognitoEventsCommand({ IdentityPoolId, Events: { SyncTrigger } }))
    const ann = await guest()
    const { because } = await refusal(server, () => update(ann, "settings", replace("k", "v")))
    assert.equal(because.check, "the function of the sync trigger")
    assert.equal((await list(ann, "settings")).DatasetExists, false)
    // It is asked for identities alone.
    await update({ ...ann, sync: developer }, "settings", replace("k", "v"))
    await developer.send(new SetCognitoEventsCommand({ IdentityPoolId, Events: { SyncTrigger: "" } }))
    await update(ann, "settings", replace("k", "w", 1))
  })

  it("keep a stream that is disabled, and refuse what would not be delivered", async () => {
    const pool = { IdentityPoolId: await createIdentityPool(server) }
    const RoleArn = `arn:aws:iam::${server.account}:role/Streamer`
    const CognitoStreams = { StreamName: "s", RoleArn, StreamingStatus: "DISABLED" as const }
    await developer.send(new SetIdentityPoolConfigurationCommand({ ...pool, CognitoStreams }))
    const kept = await developer.send(new GetIdentityPoolConfigurationCommand(pool))
    assert.deepEqual(kept.CognitoStreams, CognitoStreams)
    const enabled = { CognitoStreams: { ...CognitoStreams, StreamingStatus: "ENABLED" as const } }
    for (const settings of [enabled, { PushSync: { ApplicationArns: [], RoleArn } }])
      assert.equal(
        (await refusal(server, () => developer.send(new SetIdentityPoolConfigurationCommand({ ...pool, ...settings }))))
          .name,
        "InvalidConfigurationException",
      )
    assert.equal((await refusal(server, () => developer.send(new BulkPublishCommand(pool)))).status, 400)
    const details = await developer.send(new GetBulkPublishDetailsCommand(pool))
    assert.equal(details.BulkPublishStatus, "NOT_STARTED")
  })

  it("register no device, as nothing can be pushed", async () => {
    const ann = await guest()
    const register = () => ann.sync.send(new RegisterDeviceCommand({ ...ann.of, Platform: "GCM", Token: "t" }))
    assert.equal((await refusal(server, register)).name, "InvalidConfigurationException")
    const device = { ...ann.of, DatasetName: "settings", DeviceId: "d" }
    for (const Command of [SubscribeToDatasetCommand, UnsubscribeFromDatasetCommand])
      assert.equal((await refusal(server, () => ann.sync.send(new Command(device)))).name, "ResourceNotFoundException")
  })
})
