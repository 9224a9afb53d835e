import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { KMS } from "@aws-sdk/client-kms"
import { Lambda } from "@aws-sdk/client-lambda"
import { eventually } from "../harness/eventually.ts"
import { type EventSourcesWorld, openEventSourcesWorld, streamArn } from "./event-sources-world.ts"
import { invalidates } from "./lambda-world.ts"

let world: EventSourcesWorld
let kms: KMS
/** ARN of a key that Lambda itself may not use. */
let key: string
/** May do all with Lambda, and with KMS what a test lets them. */
let developer: Lambda

before(async () => {
  world = await openEventSourcesWorld(["--clock-control"])
  kms = new KMS({ ...world.server.client, maxAttempts: 2 })
  key = (await kms.createKey({})).KeyMetadata!.Arn!
  await world.iam.createUser({ UserName: "developer" })
  const { AccessKey } = await world.iam.createAccessKey({ UserName: "developer" })
  const { AccessKeyId, SecretAccessKey } = AccessKey!
  developer = new Lambda(world.server.clientOf({ accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey! }))
  await may()
})
after(() => world[Symbol.asyncDispose]())

const may = (...Action: string[]) =>
  world.iam.putUserPolicy({
    UserName: "developer",
    PolicyName: "does",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["lambda:*", ...Action], Resource: "*" }],
    }),
  })

/** The key's policy: its account, and Lambda for one mapping, or for none. */
const lend = (sourceArn?: string) =>
  kms.putKeyPolicy({
    KeyId: key,
    Policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "kms:*", Resource: "*" },
        ...(sourceArn
          ? [
              {
                Effect: "Allow",
                Principal: { Service: "lambda.amazonaws.com" },
                Action: "kms:Decrypt",
                Resource: "*",
                Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
              },
            ]
          : []),
      ],
    }),
  })

const filters = (text: string) => ({ Filters: [{ Pattern: JSON.stringify({ data: [{ prefix: text }] }) }] })

describe("filter criteria under a customer's key", () => {
  it("take a caller who may use the key, and are told to one who may decrypt them", async () => {
    await world.reader("told")
    await world.stream("told")
    const create = (client: Lambda) =>
      client.createEventSourceMapping({
        FunctionName: "told",
        EventSourceArn: streamArn("told"),
        StartingPosition: "LATEST",
        Enabled: false,
        KMSKeyArn: key,
        FilterCriteria: filters("a"),
      })
    await invalidates(create(developer), /KMS Exception: AccessDeniedException KMS Message: .*kms:GenerateDataKey/)
    assert.match(await world.server.explain(), /key of KMS/)
    await may("kms:GenerateDataKey")
    const made = await create(developer)
    assert.deepEqual([made.KMSKeyArn, made.FilterCriteria], [key, filters("a")])
    const { UUID } = made
    const hidden = await developer.getEventSourceMapping({ UUID })
    assert.equal(hidden.FilterCriteria, undefined)
    assert.equal(hidden.FilterCriteriaError!.ErrorCode, "AccessDeniedException")
    assert.match(hidden.FilterCriteriaError!.Message!, /kms:Decrypt/)
    await may("kms:GenerateDataKey", "kms:Decrypt")
    const shown = await developer.getEventSourceMapping({ UUID })
    assert.deepEqual([shown.FilterCriteria, shown.FilterCriteriaError], [filters("a"), undefined])
    const { EventSourceMappings } = await developer.listEventSourceMappings({ FunctionName: "told" })
    assert.equal(EventSourceMappings![0]!.KMSKeyArn, key)
    assert.equal(EventSourceMappings![0]!.FilterCriteria, undefined)
  })

  it("are changed, put under another key, and taken from it", async () => {
    await world.reader("changed")
    await world.stream("changed")
    const { UUID } = await world.lambda.createEventSourceMapping({
      FunctionName: "changed",
      EventSourceArn: streamArn("changed"),
      StartingPosition: "LATEST",
      Enabled: false,
      FilterCriteria: filters("a"),
    })
    const update = (input: object) => world.lambda.updateEventSourceMapping({ UUID, ...input })
    const get = async () => {
      const { KMSKeyArn, FilterCriteria } = await world.lambda.getEventSourceMapping({ UUID })
      return [KMSKeyArn, FilterCriteria]
    }
    assert.deepEqual((await update({ KMSKeyArn: key })).FilterCriteria, filters("a"))
    assert.deepEqual(await get(), [key, filters("a")])
    assert.deepEqual((await update({ FilterCriteria: filters("b") })).FilterCriteria, filters("b"))
    assert.deepEqual(await get(), [key, filters("b")])
    assert.equal((await update({ BatchSize: 7 })).BatchSize, 7)
    const other = (await kms.createKey({})).KeyMetadata!.Arn!
    await update({ KMSKeyArn: other })
    assert.deepEqual(await get(), [other, filters("b")])
    await update({ FilterCriteria: {} })
    assert.deepEqual(await get(), [other, undefined])
    await update({ FilterCriteria: filters("c") })
    await update({ KMSKeyArn: "" })
    assert.deepEqual(await get(), [undefined, filters("c")])
    await may()
    await invalidates(developer.updateEventSourceMapping({ UUID, KMSKeyArn: key }), /kms:GenerateDataKey/)
    assert.deepEqual(await get(), [undefined, filters("c")])
  })

  it("are what a source is read by, as long as the key's policy lets Lambda", async () => {
    await world.reader("read")
    await world.stream("read")
    const UUID = await world.map("read", "read", { KMSKeyArn: key, FilterCriteria: filters("yes") })
    const result = async () => (await world.lambda.getEventSourceMapping({ UUID })).LastProcessingResult!
    await world.put("read", "yes-1", "no-1")
    await eventually(async () => /^PROBLEM: .*KMS Exception: AccessDeniedException/.test(await result()))
    assert.deepEqual(world.textsOf("read"), [])
    await lend(`arn:aws:lambda:us-east-1:123456789012:event-source-mapping:${UUID}`)
    await world.server.clock.advance({ seconds: 11 })
    await eventually(() => world.textsOf("read").length > 0)
    await world.put("read", "no-2", "yes-2")
    await eventually(() => world.textsOf("read").includes("yes-2"))
    assert.deepEqual(world.textsOf("read"), ["yes-1", "yes-2"])
    assert.equal(await result(), "OK")
    await lend()
    await world.server.clock.advance({ minutes: 2 })
    await world.put("read", "yes-3")
    await eventually(async () => /^PROBLEM: /.test(await result()))
    assert.deepEqual(world.textsOf("read"), ["yes-1", "yes-2"])
  })
})
