import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { DeleteIdentitiesCommand, GetIdCommand, GetOpenIdTokenCommand } from "@aws-sdk/client-cognito-identity"
import {
  type CognitoSyncClient,
  DeleteDatasetCommand,
  DescribeDatasetCommand,
  DescribeIdentityPoolUsageCommand,
  DescribeIdentityUsageCommand,
  GetCognitoEventsCommand,
  ListDatasetsCommand,
  ListIdentityPoolUsageCommand,
  RegisterDeviceCommand,
  UpdateRecordsCommand,
} from "@aws-sdk/client-cognito-sync"
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import type { TestServer } from "../harness/server.ts"
import { clientsOf, createIdentityPool, createUser, policy, refusal } from "./cognito-identity-world.ts"
import { list, openSyncWorld, remove, replace, type SyncWorld, update } from "./cognito-sync-world.ts"

let world: SyncWorld
let server: TestServer
let developer: CognitoSyncClient
let IdentityPoolId: string

before(async () => {
  world = await openSyncWorld(["--clock-control"], { AllowClassicFlow: true })
  ;({ server, developer, IdentityPoolId } = world)
})
after(() => world[Symbol.asyncDispose]())

const guest = () => world.guest()
const clientOf: SyncWorld["clientOf"] = (credentials) => world.clientOf(credentials)

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
    assert.equal(message, "Current SyncCount for: colour is: 2 not: 1")
    const { Records, DatasetSyncCount } = await list(ann, "settings")
    assert.deepEqual([Records!.length, Records![0]!.Value, DatasetSyncCount], [1, "blue", 2])
  })

  it("takes a record at its own count alone: an older one and a newer one are of something else", async () => {
    const ann = await guest()
    await update(ann, "settings", replace("colour", "red"))
    for (const [count, text] of [
      [0, "Current SyncCount for: colour is: 1 not: 0"],
      [2, "Current SyncCount for: colour is: 1 not: 2"],
      [-1, "Current SyncCount for: colour is: 1 not: -1"],
    ] as const) {
      const { name, message } = await refusal(server, () => update(ann, "settings", replace("colour", "red", count)))
      assert.deepEqual([name, message], ["ResourceConflictException", text])
    }
    // What was removed keeps its count; what never was has none.
    await update(ann, "settings", remove("colour", 1))
    const { message } = await refusal(server, () => update(ann, "settings", replace("colour", "green")))
    assert.equal(message, "Current SyncCount for: colour is: 2 not: 0")
    await update(ann, "settings", replace("colour", "green", 2), remove("never", 0))
  })

  it("lets one of two devices win that write at once", async () => {
    const ann = await guest()
    await update(ann, "settings", replace("n", "0"))
    for (let count = 1; count <= 5; count++) {
      const results = await Promise.allSettled(
        [1, 2, 3].map((n) => update(ann, "settings", replace("n", `${n}`, count))),
      )
      assert.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected", "rejected"])
    }
    const { DatasetSyncCount } = await list(ann, "settings")
    assert.equal(DatasetSyncCount, 6)
  })

  it("holds any text", async () => {
    const ann = await guest()
    const texts = ["", "é\u{1f600}", 'a"\\b\n', "__proto__", "constructor", " ", "a\u0000b", "x".repeat(5_000)]
    for (const [n, text] of texts.entries()) {
      await update(ann, "texts", replace(text.slice(0, 500) || "empty", text))
      assert.equal((await list(ann, "texts", { LastSyncCount: n })).Records![0]!.Value, text)
    }
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
    for (const token of [other, "nonsense"]) {
      const { name, status, message, because } = await refusal(server, () => send(token))
      assert.deepEqual(
        [name, status, message],
        ["InvalidParameterException", 400, "SyncSessionToken not valid for these inputs"],
      )
      assert.equal(because.check, "SyncSessionToken")
    }
    // One that is given to ListRecords goes on, and is held against the dataset there as well.
    assert.equal((await list(ann, "settings", { SyncSessionToken })).SyncSessionToken, SyncSessionToken)
    const foreign = () => list(ann, "settings", { SyncSessionToken: other })
    assert.equal((await refusal(server, foreign)).name, "InvalidParameterException")
  })

  it("refuses nonsense", async () => {
    const ann = await guest()
    const cases: [object[], string][] = [
      [[{ Op: "replace", Key: "k", SyncCount: 0 }], "InvalidParameterException"],
      [[replace("k", "1"), replace("k", "2")], "InvalidParameterException"],
      [[replace("\ud800", "half of a pair")], "InvalidParameterException"],
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

  it("so does one by the basic flow, whose credentials it got from STS itself", async () => {
    const [ann, bob] = [await guest(), await guest()]
    const { identity } = clientsOf(server)
    const { Token } = await identity.send(new GetOpenIdTokenCommand({ IdentityId: ann.of.IdentityId }))
    const { Credentials } = await new STSClient(server.client).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: `arn:aws:iam::${server.account}:role/Guests`,
        RoleSessionName: "basic",
        WebIdentityToken: Token,
      }),
    )
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!
    const sync = clientOf({
      accessKeyId: AccessKeyId!,
      secretAccessKey: SecretAccessKey!,
      sessionToken: SessionToken!,
    })
    await update({ ...ann, sync }, "settings", replace("k", "v"))
    assert.equal((await list(ann, "settings")).Records!.length, 1)
    assert.equal((await refusal(server, () => list({ ...bob, sync }, "settings"))).name, "NotAuthorizedException")
    const events = () => sync.send(new GetCognitoEventsCommand({ IdentityPoolId }))
    assert.equal((await refusal(server, events)).name, "NotAuthorizedException")
  })

  it("developers' operations are not for identities, nor theirs for developers", async () => {
    const ann = await guest()
    const events = () => ann.sync.send(new GetCognitoEventsCommand({ IdentityPoolId }))
    assert.deepEqual((({ name, message, status }) => [name, message, status])(await refusal(server, events)), [
      "NotAuthorizedException",
      "These credentials are not valid for accessing this resource",
      403,
    ])
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

  it("lists are of all datasets, and asked for as AWS asks", async () => {
    const ann = await guest()
    const resource = `arn:aws:cognito-sync:${server.region}:${server.account}:identitypool/${ann.of.IdentityPoolId}/identity/${ann.of.IdentityId}/dataset`
    const one = { Effect: "Allow", Action: "cognito-sync:*", Resource: `${resource}/settings` }
    const sync = clientOf(await createUser(server, "lister", policy(one)))
    const { message, name } = await refusal(server, () => sync.send(new ListDatasetsCommand(ann.of)))
    assert.equal(name, "AccessDeniedException")
    assert.ok(message.includes(`cognito-sync:ListDatasets on resource: ${resource}/null`), message)
    assert.equal((await list({ sync, of: ann.of }, "settings")).DatasetExists, false)
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

  it("falls with the identities that are deleted, within an hour", async () => {
    const pool = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true })
    const { identity } = clientsOf(server)
    const ids: string[] = []
    for (let n = 0; n < 8; n++) {
      const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId: pool }))
      ids.push(IdentityId!)
      await update({ sync: developer, of: { IdentityPoolId: pool, IdentityId: IdentityId! } }, "a", replace("k", "v"))
    }
    const storage = async () => {
      const { IdentityPoolUsage } = await developer.send(new DescribeIdentityPoolUsageCommand({ IdentityPoolId: pool }))
      return IdentityPoolUsage!.DataStorage
    }
    assert.equal(await storage(), 16)
    await identity.send(new DeleteIdentitiesCommand({ IdentityIdsToDelete: ids.slice(1) }))
    await server.clock.advance({ hours: 1, minutes: 1 })
    await server.work.settle()
    await server.clock.advance({ hours: -1, minutes: -1 })
    assert.equal(await storage(), 2)
  })

  it("counts what is there, however it came and went", async () => {
    const ann = await guest()
    const use = async () => {
      const { IdentityUsage } = await ann.sync.send(new DescribeIdentityUsageCommand(ann.of))
      return [IdentityUsage!.DatasetCount, IdentityUsage!.DataStorage]
    }
    assert.deepEqual(await use(), [0, 0])
    await update(ann, "a", replace("key", "value"))
    await update(ann, "b", replace("k", "v"))
    assert.deepEqual(await use(), [2, 10])
    await update(ann, "a", replace("key", "v", 1))
    assert.deepEqual(await use(), [2, 6])
    await update(ann, "a", remove("key", 2))
    assert.deepEqual(await use(), [2, 2])
    await ann.sync.send(new DeleteDatasetCommand({ ...ann.of, DatasetName: "b" }))
    assert.deepEqual(await use(), [1, 0])
    await update(ann, "b", replace("k", "v"))
    assert.deepEqual(await use(), [2, 2])
  })
})

describe("what is refused beside policies", () => {
  const explained = async (call: () => Promise<unknown>) => {
    await refusal(server, call)
    return server.explain()
  }

  it("is explained", async () => {
    const [ann, bob] = [await guest(), await guest()]
    await update(ann, "settings", replace("colour", "red"))
    const cases: [() => Promise<unknown>, RegExp][] = [
      [() => list({ ...ann, of: bob.of }, "settings"), /reach the data of their own identity alone/],
      [() => ann.sync.send(new GetCognitoEventsCommand({ IdentityPoolId })), /for developers alone/],
      [
        () => developer.send(new RegisterDeviceCommand({ ...ann.of, Platform: "GCM", Token: "t" })),
        /for the identities of a pool alone/,
      ],
      [() => update(ann, "settings", replace("colour", "blue")), /changed the record colour since this device saw it/],
      [
        () =>
          ann.sync.send(
            new UpdateRecordsCommand({ ...ann.of, DatasetName: "a", SyncSessionToken: "x", RecordPatches: [] }),
          ),
        /SyncSessionToken does not let this dataset be written/,
      ],
      [
        () => ann.sync.send(new RegisterDeviceCommand({ ...ann.of, Platform: "GCM", Token: "t" })),
        /pushes nothing to such a device/,
      ],
    ]
    for (const [call, text] of cases) assert.match(await explained(call), text)
  })
})
