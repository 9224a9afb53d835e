import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  BulkPublishCommand,
  type CognitoSyncClient,
  DeleteDatasetCommand,
  GetBulkPublishDetailsCommand,
  GetIdentityPoolConfigurationCommand,
  SetIdentityPoolConfigurationCommand,
} from "@aws-sdk/client-cognito-sync"
import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam"
import type { Kinesis } from "@aws-sdk/client-kinesis"
import { askControl } from "../harness/control.ts"
import { clientsOf, createIdentityPool, createUser, policy, refusal } from "./cognito-identity-world.ts"
import {
  createSyncRole,
  letIn,
  openSyncWorld,
  remove,
  replace,
  type Somebody,
  type SyncWorld,
  update,
} from "./cognito-sync-world.ts"
import { iteratorOf, kinesisClient } from "./kinesis-world.ts"

let world: SyncWorld
let developer: CognitoSyncClient
let kinesis: Kinesis

before(async () => {
  world = await openSyncWorld(["--clock-control"])
  ;({ developer } = world)
  kinesis = kinesisClient(world.server.client)
})
after(() => world[Symbol.asyncDispose]())

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A pool of its own with a role and a stream that the role may write to; guests as in the world's pool. */
async function openPool(name: string, stream: object = { Tags: { "hallpass:throughput": "unlimited" } }) {
  const { server } = world
  const IdentityPoolId = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true })
  const poolArn = world.poolArn.replace(world.IdentityPoolId, IdentityPoolId)
  const StreamARN = `arn:aws:kinesis:${server.region}:${server.account}:stream/${name}`
  const access = policy({ Effect: "Allow", Action: "kinesis:PutRecord", Resource: StreamARN })
  const RoleArn = await createSyncRole(world, `${name}-role`, access, poolArn)
  await kinesis.createStream({ StreamName: name, ShardCount: 1, ...stream })
  const streams = { StreamName: name, RoleArn, StreamingStatus: "ENABLED" as const }
  const configure = (settings: object = {}, client = developer) =>
    client.send(
      new SetIdentityPoolConfigurationCommand({ IdentityPoolId, CognitoStreams: { ...streams, ...settings } }),
    )
  await configure()
  await letIn(server, IdentityPoolId, name)
  return {
    IdentityPoolId,
    poolArn,
    streams,
    configure,
    guest: () => world.guest(IdentityPoolId),
    async status() {
      const { CognitoStreams } = await developer.send(new GetIdentityPoolConfigurationCommand({ IdentityPoolId }))
      return CognitoStreams!.StreamingStatus
    },
    /** What the stream has, in its order. */
    async read() {
      await server.work.settle()
      const ShardIterator = await iteratorOf(kinesis, name)
      const { Records } = await kinesis.getRecords({ ShardIterator })
      return Records!.map(({ Data, PartitionKey }) => ({
        PartitionKey,
        // biome-ignore lint/suspicious/noExplicitAny: the tests say what it holds
        update: JSON.parse(Buffer.from(Data!).toString()) as Record<string, any>,
      }))
    },
    publish: () => developer.send(new BulkPublishCommand({ IdentityPoolId })),
    details: () => developer.send(new GetBulkPublishDetailsCommand({ IdentityPoolId })),
  }
}

/** Does something so much later by the server's clock, and the developer's with it, lest signatures be out of date. */
async function later<T>(milliseconds: number, what: () => Promise<T>): Promise<T> {
  const move = async (by: number) => {
    await world.server.clock.advance({ seconds: by / 1000 })
    for (const client of [kinesis, developer]) client.config.systemClockOffset += by
  }
  await move(milliseconds)
  try {
    return await what()
  } finally {
    await move(-milliseconds)
  }
}

const deleteDataset = ({ sync, of }: Somebody, DatasetName: string) =>
  sync.send(new DeleteDatasetCommand({ ...of, DatasetName }))

describe("a pool's settings for a stream", () => {
  it("are kept and told, and change in the parts that are sent", async () => {
    const { IdentityPoolId, streams } = await openPool("kept")
    const get = () => developer.send(new GetIdentityPoolConfigurationCommand({ IdentityPoolId }))
    assert.deepEqual((await get()).CognitoStreams, streams)
    const set = await developer.send(
      new SetIdentityPoolConfigurationCommand({ IdentityPoolId, CognitoStreams: { StreamingStatus: "DISABLED" } }),
    )
    assert.deepEqual(set.CognitoStreams, { ...streams, StreamingStatus: "DISABLED" })
    assert.deepEqual((await get()).CognitoStreams, set.CognitoStreams)
  })

  it("name a stream that may be, and a role that trusts Cognito Sync for this pool", async () => {
    const { IdentityPoolId, configure, streams } = await openPool("checked")
    const RoleArn = await createSyncRole(world, "of-another-pool", undefined, `${world.poolArn}x`)
    const none = `arn:aws:iam::${world.server.account}:role/none`
    for (const settings of [{ StreamName: "no name" }, { RoleArn }, { RoleArn: none }]) {
      const { name } = await refusal(world.server, () => configure(settings))
      assert.equal(name, "InvalidParameterException", JSON.stringify(settings))
    }
    const { because } = await refusal(world.server, () => configure({ RoleArn }))
    assert.equal(because.found, "a role that does not trust cognito-sync.amazonaws.com")
    // One that is not used need not be usable.
    await configure({ RoleArn, StreamingStatus: "DISABLED" })
    const pool = await createIdentityPool(world.server)
    const CognitoStreams = { StreamName: streams.StreamName, StreamingStatus: "ENABLED" as const }
    const incomplete = new SetIdentityPoolConfigurationCommand({ IdentityPoolId: pool, CognitoStreams })
    assert.equal((await refusal(world.server, () => developer.send(incomplete))).name, "InvalidParameterException")
    const one = { Effect: "Allow", Action: "cognito-sync:*", Resource: "*" }
    const nobody = world.clientOf(await createUser(world.server, "passes-no-role", policy(one)))
    const { name, message } = await refusal(world.server, () => configure({}, nobody))
    assert.equal(name, "AccessDeniedException")
    assert.ok(message.includes(`iam:PassRole on resource: ${streams.RoleArn}`), message)
    assert.ok(IdentityPoolId !== pool)
  })
})

describe("updates of datasets", () => {
  it("come to the stream in the order of their counts, as AWS writes them", async () => {
    const { guest, read } = await openPool("updates")
    const ann = await guest()
    const DeviceLastModifiedDate = new Date(1_424_801_824_000)
    await update(ann, "settings", { ...replace("colour", "red"), DeviceLastModifiedDate }, replace("size", "9"))
    await update(ann, "settings", remove("size", 1))
    await deleteDataset(ann, "settings")
    await update(ann, "settings", replace("colour", "blue"))
    const records = await read()
    assert.deepEqual(
      records.map(({ update: { syncCount, operation } }) => [syncCount, operation]),
      [
        [1, "replace"],
        [2, "replace"],
        [3, "remove"],
        [4, "replace"],
      ],
    )
    const [first, second, third] = records.map((record) => record.update)
    const { lastModifiedDate } = first!
    assert.equal(typeof lastModifiedDate, "number")
    const settings = { identityPoolId: ann.of.IdentityPoolId, identityId: ann.of.IdentityId, dataSetName: "settings" }
    assert.deepEqual(first, {
      ...settings,
      operation: "replace",
      kinesisSyncRecords: [
        {
          key: "colour",
          value: "red",
          syncCount: 1,
          lastModifiedDate,
          deviceLastModifiedDate: 1_424_801_824_000,
          op: "replace",
        },
        {
          key: "size",
          value: "9",
          syncCount: 1,
          lastModifiedDate,
          deviceLastModifiedDate: lastModifiedDate,
          op: "replace",
        },
      ],
      lastModifiedDate,
      kinesisSyncRecordsURL: null,
      payloadType: "Inline",
      syncCount: 1,
    })
    assert.deepEqual(
      second!.kinesisSyncRecords.map(({ key, value, op }: Record<string, unknown>) => [key, value, op]),
      [["size", null, "remove"]],
    )
    assert.equal(third!.kinesisSyncRecords, null)
    assert.deepEqual(new Set(records.map(({ PartitionKey }) => PartitionKey)), new Set([ann.of.IdentityId]))
  })

  it("are not lost between the two: they wait where nothing can be delivered", async () => {
    const { guest, read } = await openPool("waiting")
    const [ann, bob] = [await guest(), await guest()]
    await world.server.work.pause()
    await update(ann, "a", replace("k", "1"))
    await update(ann, "a", replace("k", "2", 1))
    await update(bob, "a", replace("k", "3"))
    await world.server.work.resume()
    const values = (await read()).map(({ update }) => update.kinesisSyncRecords[0].value)
    assert.deepEqual(values.toSorted(), ["1", "2", "3"])
    assert.ok(values.indexOf("1") < values.indexOf("2"))
  })

  it("are none where nothing was written", async () => {
    const { guest, read } = await openPool("refused")
    const ann = await guest()
    await update(ann, "a", replace("k", "1"))
    await refusal(world.server, () => update(ann, "a", replace("k", "2")))
    await update(ann, "a")
    assert.equal((await read()).length, 1)
  })

  it("wait for a stream that is busy, and come when it is not", async () => {
    const { guest, read, status } = await openPool("busy", {})
    const ann = await guest()
    for (let n = 0; n < 3; n++) await update(ann, `d${n}`, replace("k", "x".repeat(600_000)))
    let records = await read()
    for (let n = 1; records.length < 3; n++) {
      assert.ok(n < 100)
      await world.server.clock.advance({ seconds: 2 })
      records = await read()
    }
    assert.deepEqual(records.map(({ update }) => update.dataSetName).sort(), ["d0", "d1", "d2"])
    assert.equal(await status(), "ENABLED")
  })

  it("that are too large are fetched by their URL, for a week, by those who have it", async () => {
    const { guest, read } = await openPool("large")
    const ann = await guest()
    const value = '"'.repeat(600_000)
    await update(ann, "settings", replace("k", value))
    const [record] = await read()
    const { kinesisSyncRecords, kinesisSyncRecordsURL: url, payloadType } = record!.update
    assert.deepEqual([kinesisSyncRecords, payloadType], [null, "S3Url"])
    const response = await fetch(url)
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, "application/json"])
    const records = (await response.json()) as Record<string, unknown>[]
    assert.deepEqual(
      records.map(({ key, syncCount, op }) => [key, syncCount, op]),
      [["k", 1, "replace"]],
    )
    assert.equal(records[0]!.value, value)
    for (const [changed, expected] of [
      [url.replace(/Signature=../, "Signature=00"), "SignatureDoesNotMatch"],
      [url.replace(/Expires=(.)/, "Expires=9$1"), "SignatureDoesNotMatch"],
      [url.split("?")[0], "SignatureDoesNotMatch"],
    ] as const) {
      const refused = await fetch(changed)
      assert.equal(refused.status, 403)
      assert.match(await refused.text(), new RegExp(`<Code>${expected}</Code>`))
    }
    assert.equal((await fetch(url, { method: "DELETE" })).status, 405)
    const late = await later(7 * 24 * HOUR + MINUTE, () => fetch(url))
    assert.deepEqual([late.status, /<Code>(\w+)/.exec(await late.text())![1]], [403, "AccessDenied"])
  })
})

describe("a stream that refuses", () => {
  const turnsOff = async (name: string, spoil: (pool: Awaited<ReturnType<typeof openPool>>) => Promise<unknown>) => {
    const pool = await openPool(name)
    const ann = await pool.guest()
    await spoil(pool)
    await update(ann, "settings", replace("k", "1"))
    await update(ann, "settings", replace("k", "2", 1))
    await world.server.work.settle()
    assert.equal(await pool.status(), "DISABLED")
    return { pool, ann }
  }

  it("is turned off when it was deleted, until somebody turns it on again", async () => {
    const { pool, ann } = await turnsOff("deleted", async () => {
      await kinesis.deleteStream({ StreamName: "deleted" })
      await world.server.work.settle()
    })
    await kinesis.createStream({ StreamName: "deleted", ShardCount: 1 })
    await update(ann, "settings", replace("k", "3", 2))
    await pool.configure()
    await update(ann, "settings", replace("k", "4", 3))
    assert.deepEqual(
      (await pool.read()).map(({ update }) => update.syncCount),
      [4],
    )
  })

  it("is turned off when the role may not be assumed any more", async () => {
    const { iam } = clientsOf(world.server)
    const trusting = policy({
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    })
    const { pool } = await turnsOff("untrusted", () =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "untrusted-role", PolicyDocument: trusting })),
    )
    assert.deepEqual(await pool.read(), [])
  })

  it("is turned off when the role may not write to it, which the engine decides and explains", async () => {
    const { iam } = clientsOf(world.server)
    const elsewhere = policy({ Effect: "Allow", Action: "kinesis:PutRecord", Resource: "arn:aws:kinesis:*:*:stream/x" })
    const { pool } = await turnsOff("unpermitted", () =>
      iam.send(
        new PutRolePolicyCommand({ RoleName: "unpermitted-role", PolicyName: "access", PolicyDocument: elsewhere }),
      ),
    )
    const { decisions } = await askControl(world.server, "GET", "decisions?refused=1")
    const last = decisions.find(({ operation }: { operation: string }) => operation === "PutRecord")
    assert.equal(last.service, "kinesis")
    assert.ok(JSON.stringify(last).includes("unpermitted-role"), JSON.stringify(last))
    assert.deepEqual(await pool.read(), [])
  })
})

describe("a bulk publish", () => {
  it("puts every dataset of the pool into the stream, once", async () => {
    const { configure, guest, read, publish, details, IdentityPoolId } = await openPool("bulk")
    await configure({ StreamingStatus: "DISABLED" })
    const people = [await guest(), await guest(), await guest()]
    for (const [n, person] of people.entries())
      for (let d = 0; d < 4; d++) await update(person, `d${d}`, replace("who", String(n)), replace("k", "v"))
    await update(people[0]!, "d0", remove("k", 1))
    await deleteDataset(people[1]!, "d1")
    assert.deepEqual(await read(), [])
    assert.equal((await details()).BulkPublishStatus, "NOT_STARTED")
    const disabled = await refusal(world.server, publish)
    assert.deepEqual([disabled.name, disabled.because.check], ["InvalidParameterException", "CognitoStreams"])

    await configure()
    await world.server.work.pause()
    assert.equal((await publish()).IdentityPoolId, IdentityPoolId)
    const running = await details()
    assert.equal(running.BulkPublishStatus, "IN_PROGRESS")
    assert.ok(running.BulkPublishStartTime)
    assert.equal(running.BulkPublishCompleteTime, undefined)
    const twice = await refusal(world.server, publish)
    assert.deepEqual([twice.name, twice.status], ["DuplicateRequestException", 400])
    await world.server.work.resume()
    const records = await read()
    const ended = await details()
    assert.equal(ended.BulkPublishStatus, "SUCCEEDED")
    assert.ok(ended.BulkPublishCompleteTime! >= ended.BulkPublishStartTime!)
    assert.equal(records.length, 11)
    assert.equal(new Set(records.map(({ update }) => `${update.identityId} ${update.dataSetName}`)).size, 11)
    const changed = records.find(
      ({ update }) => update.identityId === people[0]!.of.IdentityId && update.dataSetName === "d0",
    )!.update
    assert.deepEqual([changed.syncCount, changed.operation], [2, "replace"])
    assert.deepEqual(
      changed.kinesisSyncRecords.map(({ key }: { key: string }) => key),
      ["who"],
    )

    const again = await refusal(world.server, publish)
    assert.deepEqual([again.name, again.status], ["AlreadyStreamedException", 400])
    const soon = await later(24 * HOUR - MINUTE, () => refusal(world.server, publish))
    assert.equal(soon.name, "AlreadyStreamedException")
    await later(24 * HOUR + MINUTE, publish)
  })

  it("fails where the stream refuses, and may be begun again", async () => {
    const { configure, guest, read, publish, details, status } = await openPool("bulk-fails")
    await update(await guest(), "d", replace("k", "v"))
    await world.server.work.settle()
    await kinesis.deleteStream({ StreamName: "bulk-fails" })
    await world.server.work.settle()
    await publish()
    await world.server.work.settle()
    const failed = await details()
    assert.equal(failed.BulkPublishStatus, "FAILED")
    assert.match(failed.FailureMessage!, /^ResourceNotFoundException: /)
    assert.equal(await status(), "DISABLED")
    await kinesis.createStream({ StreamName: "bulk-fails", ShardCount: 1 })
    await configure()
    await publish()
    assert.equal((await read()).length, 1)
    assert.equal((await details()).BulkPublishStatus, "SUCCEEDED")
  })

  it("is for developers who may, of pools that there are", async () => {
    const { guest, IdentityPoolId } = await openPool("bulk-access")
    const ann = await guest()
    const as = (sync: CognitoSyncClient, id = IdentityPoolId) => ({
      publish: () => sync.send(new BulkPublishCommand({ IdentityPoolId: id })),
      details: () => sync.send(new GetBulkPublishDetailsCommand({ IdentityPoolId: id })),
    })
    const nobody = world.clientOf(
      await createUser(world.server, "publishes-nothing", policy({ Effect: "Deny", Action: "*", Resource: "*" })),
    )
    for (const [{ publish, details }, code] of [
      [as(ann.sync), "NotAuthorizedException"],
      [as(nobody), "AccessDeniedException"],
      [as(developer, `${world.server.region}:00000000-0000-0000-0000-000000000000`), "ResourceNotFoundException"],
    ] as const)
      for (const call of [publish, details]) assert.equal((await refusal(world.server, call)).name, code)
  })
})
