import assert from "node:assert/strict"
import { after, before, beforeEach, describe, test } from "node:test"
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import type { GetRecordsCommandOutput } from "@aws-sdk/client-dynamodb-streams"
import {
  bySequence,
  createStreamed,
  iteratorOf,
  openStreamsWorld,
  readAll,
  type StreamsWorld,
  shardsOf,
  TableName,
} from "./dynamodb-streams-world.ts"

const key = (pk: string, sk = 1) => ({ pk: { S: pk }, sk: { N: String(sk) } })
const song = (pk: string, title: string, sk = 1) => ({ ...key(pk, sk), title: { S: title } })

describe("what a stream tells of a table", () => {
  let world: StreamsWorld
  before(async () => {
    world = await openStreamsWorld()
  })
  after(() => world[Symbol.asyncDispose]())

  let count = 0
  let table = ""
  let arn = ""
  const createTable = async (...[view, more]: [Parameters<typeof createStreamed>[1]?, object?]) => {
    table = `${TableName}${count++}`
    arn = await createStreamed(world.db, view, { TableName: table, ...more })
  }
  const put = (Item: Record<string, AttributeValue>) => world.db.putItem({ TableName: table, Item })
  const read = async () => bySequence(await readAll(world.streams, arn))
  const shapes = async () =>
    (await read()).map(({ eventName, dynamodb }) => [eventName, dynamodb!.Keys, dynamodb!.OldImage, dynamodb!.NewImage])
  beforeEach(() => createTable())

  test("a record is whole, as AWS writes it", async () => {
    const started = Math.floor(Date.now() / 1000)
    await put({ pk: { S: "Id" }, sk: { N: "101" }, Message: { S: "New item!" } })
    const [record, ...others] = await read()
    assert.deepEqual(others, [])
    const { eventID, dynamodb, ...rest } = record!
    assert.deepEqual(rest, {
      awsRegion: "us-east-1",
      eventName: "INSERT",
      eventSource: "aws:dynamodb",
      eventVersion: "1.1",
    })
    assert.match(eventID!, /^[0-9a-f]{32}$/)
    const { ApproximateCreationDateTime, SequenceNumber, ...parts } = dynamodb!
    assert.ok(ApproximateCreationDateTime!.getTime() / 1000 >= started)
    assert.equal(ApproximateCreationDateTime!.getTime() % 1000, 0)
    assert.match(SequenceNumber!, /^\d{21,40}$/)
    const Keys = { pk: { S: "Id" }, sk: { N: "101" } }
    const keyBytes = 2 + 2 + 2 + 3
    assert.deepEqual(parts, {
      Keys,
      NewImage: { ...Keys, Message: { S: "New item!" } },
      SizeBytes: keyBytes + keyBytes + 7 + 9,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    })
    assert.deepEqual(await read(), [record], "the same whenever it is read")
    const Item = { ...key("日本"), é: { S: "Ünï \u0000 😀" } }
    await put(Item)
    assert.deepEqual(
      (await read()).map(({ dynamodb }) => dynamodb!.NewImage).find((image) => image!.é),
      Item,
    )
  })

  // Source: Developer Guide, "Reading and processing a stream": sizes of the three records of its example.
  test("sizes are those of AWS's own example", async () => {
    await createTable("NEW_AND_OLD_IMAGES", {
      AttributeDefinitions: [{ AttributeName: "Id", AttributeType: "N" }],
      KeySchema: [{ AttributeName: "Id", KeyType: "HASH" }],
    })
    await put({ Id: { N: "101" }, Message: { S: "New item!" } })
    await put({ Id: { N: "101" }, Message: { S: "This item has changed" } })
    await world.db.deleteItem({ TableName: table, Key: { Id: { N: "101" } } })
    assert.deepEqual(
      (await read()).map(({ dynamodb }) => dynamodb!.SizeBytes),
      [26, 59, 38],
    )
  })

  const VIEWS = [
    ["KEYS_ONLY", false, false],
    ["NEW_IMAGE", false, true],
    ["OLD_IMAGE", true, false],
    ["NEW_AND_OLD_IMAGES", true, true],
  ] as const
  for (const [view, showsOld, showsNew] of VIEWS)
    test(`${view} shows ${[showsOld && "the old", showsNew && "the new"].filter(Boolean).join(" and ") || "no"} image`, async () => {
      await createTable(view)
      await put(song("a", "one"))
      await put(song("a", "two"))
      await world.db.deleteItem({ TableName: table, Key: key("a") })
      const old = (title: string) => (showsOld ? song("a", title) : undefined)
      const new_ = (title: string) => (showsNew ? song("a", title) : undefined)
      assert.deepEqual(await shapes(), [
        ["INSERT", key("a"), undefined, new_("one")],
        ["MODIFY", key("a"), old("one"), new_("two")],
        ["REMOVE", key("a"), old("two"), undefined],
      ])
      for (const { dynamodb } of await read()) assert.equal(dynamodb!.StreamViewType, view)
    })

  test("updates, and what an update makes anew", async () => {
    const update = (pk: string) =>
      world.db.updateItem({
        TableName: table,
        Key: key(pk),
        UpdateExpression: "SET title = :t",
        ExpressionAttributeValues: { ":t": { S: "new" } },
      })
    await put({ ...key("a"), other: { L: [{ B: Buffer.from("bytes") }, { NULL: true }] } })
    await update("a")
    await update("a")
    const made = { ...key("a"), other: { L: [{ B: new Uint8Array(Buffer.from("bytes")) }, { NULL: true }] } }
    assert.deepEqual(await shapes(), [
      ["INSERT", key("a"), undefined, made],
      ["MODIFY", key("a"), made, { ...made, title: { S: "new" } }],
    ])
    await createTable()
    await update("b")
    assert.deepEqual(await shapes(), [["INSERT", key("b"), undefined, { ...key("b"), title: { S: "new" } }]])
  })

  test("nothing where nothing changed", async () => {
    const Item = { ...key("a"), tags: { SS: ["x", "y"] }, m: { M: { a: { N: "1" }, b: { N: "2" } } } }
    await put(Item)
    await put(Item)
    await put({ m: { M: { b: { N: "2.0" }, a: { N: "1" } } }, tags: { SS: ["y", "x"] }, ...key("a") })
    await world.db.updateItem({ TableName: table, Key: key("a") })
    await world.db.deleteItem({ TableName: table, Key: key("none") })
    await world.db.transactWriteItems({
      TransactItems: [
        { ConditionCheck: { TableName: table, Key: key("a"), ConditionExpression: "attribute_exists(pk)" } },
        { Delete: { TableName: table, Key: key("none") } },
      ],
    })
    assert.equal((await read()).length, 1)
  })

  test("nothing of what was refused", async () => {
    await put(song("a", "one"))
    await assert.rejects(
      world.db.putItem({
        TableName: table,
        Item: song("a", "two"),
        ConditionExpression: "attribute_not_exists(pk)",
      }),
      { name: "ConditionalCheckFailedException" },
    )
    await assert.rejects(
      world.db.transactWriteItems({
        TransactItems: [
          { Put: { TableName: table, Item: song("b", "one") } },
          { Put: { TableName: table, Item: song("a", "two"), ConditionExpression: "attribute_not_exists(pk)" } },
        ],
      }),
      { name: "TransactionCanceledException" },
    )
    assert.deepEqual(await shapes(), [["INSERT", key("a"), undefined, song("a", "one")]])
  })

  test("batches, of several tables", async () => {
    await put(song("gone", "x"))
    const [first, firstArn] = [table, arn]
    await createTable("NEW_IMAGE")
    const plain = `${table}-plain`
    await world.db.createTable({
      TableName: plain,
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    })
    await world.db.batchWriteItem({
      RequestItems: {
        [first]: [
          ...Array.from({ length: 10 }, (_, i) => ({ PutRequest: { Item: song(`p${i}`, "x") } })),
          { DeleteRequest: { Key: key("gone") } },
        ],
        [table]: [{ PutRequest: { Item: song("other", "x") } }],
        [plain]: [{ PutRequest: { Item: { pk: { S: "a" } } } }],
      },
    })
    assert.deepEqual(
      (await shapes()).map(([name]) => name),
      ["INSERT"],
    )
    const names = (await readAll(world.streams, firstArn)).map(({ eventName }) => eventName!)
    assert.deepEqual(names.toSorted(), [...Array<string>(11).fill("INSERT"), "REMOVE"])
  })

  test("transactions, of one moment; a repeated one not again", async () => {
    await put(song("a", "one"))
    const transaction = {
      ClientRequestToken: "once",
      TransactItems: [
        { Put: { TableName: table, Item: song("b", "one") } },
        { Delete: { TableName: table, Key: key("a") } },
        {
          Update: {
            TableName: table,
            Key: key("c"),
            UpdateExpression: "SET title = :t",
            ExpressionAttributeValues: { ":t": { S: "one" } },
          },
        },
      ],
    }
    await world.db.transactWriteItems(transaction)
    await world.db.transactWriteItems(transaction)
    const records = (await read()).filter(
      ({ eventName, dynamodb }) => eventName === "REMOVE" || dynamodb!.Keys!.pk!.S !== "a",
    )
    assert.deepEqual(records.map(({ eventName, dynamodb }) => `${eventName} ${dynamodb!.Keys!.pk!.S}`).toSorted(), [
      "INSERT b",
      "INSERT c",
      "REMOVE a",
    ])
    const times = new Set(records.map(({ dynamodb }) => dynamodb!.ApproximateCreationDateTime!.getTime()))
    assert.equal(times.size, 1)
  })

  test("each key's changes in their order, whoever writes them at once", async () => {
    const keys = Array.from({ length: 12 }, (_, i) => `p${i}`)
    await Promise.all(
      keys.flatMap((pk) =>
        Array.from({ length: 5 }, async () => {
          for (let i = 0; i < 4; i++)
            await world.db.updateItem({
              TableName: table,
              Key: key(pk),
              UpdateExpression: "ADD n :one",
              ExpressionAttributeValues: { ":one": { N: "1" } },
            })
        }),
      ),
    )
    const shardOf = new Map<string, string>()
    const seen = new Map<string, number[]>()
    const ids = new Set<string>()
    for (const { ShardId } of await shardsOf(world.streams, arn)) {
      let last = ""
      let ShardIterator: string | undefined = await iteratorOf(world.streams, arn, ShardId!)
      for (;;) {
        const page: GetRecordsCommandOutput = await world.streams.getRecords({
          ShardIterator,
          Limit: 7,
        })
        for (const { dynamodb, eventID } of page.Records!) {
          const pk = dynamodb!.Keys!.pk!.S!
          assert.equal(shardOf.get(pk) ?? ShardId, ShardId)
          shardOf.set(pk, ShardId!)
          assert.ok(dynamodb!.SequenceNumber! > last)
          last = dynamodb!.SequenceNumber!
          ids.add(eventID!)
          seen.set(pk, [...(seen.get(pk) ?? []), Number(dynamodb!.NewImage!.n!.N)])
        }
        if (page.Records!.length === 0) break
        ShardIterator = page.NextShardIterator!
      }
    }
    const expected = Array.from({ length: 20 }, (_, i) => i + 1)
    for (const pk of keys) assert.deepEqual(seen.get(pk), expected)
    assert.equal(ids.size, keys.length * 20)
    assert.ok(new Set(shardOf.values()).size > 1, "several shards")
  })

  test("an item of the greatest size, and as many as fit into an answer", async () => {
    await createTable("NEW_AND_OLD_IMAGES", {
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    })
    const large = (letter: string) => ({ ...key("large"), text: { S: letter.repeat(400 * 1024 - 20) } })
    for (const letter of "abcd") await put(large(letter))
    const [{ ShardId }] = (await shardsOf(world.streams, arn)) as [{ ShardId: string }]
    let ShardIterator: string | undefined = await iteratorOf(world.streams, arn, ShardId)
    const counts: number[] = []
    for (let records = 0; records < 4; ) {
      const page: GetRecordsCommandOutput = await world.streams.getRecords({ ShardIterator })
      counts.push(page.Records!.length)
      records += page.Records!.length
      ShardIterator = page.NextShardIterator
    }
    assert.deepEqual(counts, [1, 1, 1, 1].slice(0, counts.length))
    assert.ok(counts.length >= 3)
  })
})
