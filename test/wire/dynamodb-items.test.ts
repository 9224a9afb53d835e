import assert from "node:assert/strict"
import { Readable } from "node:stream"
import { text } from "node:stream/consumers"
import { test } from "node:test"
import { type AttributeValue, type DeleteItemCommandInput, DynamoDB } from "@aws-sdk/client-dynamodb"
import { invalidates, openWorld, refuses, TABLE } from "./dynamodb-world.ts"

const TableName = "Music"
const key = (pk = "a", sk = "1") => ({ pk: { S: pk }, sk: { N: sk } })

test("items", async (t) => {
  await using world = await openWorld()
  const { db } = world
  await db.createTable({
    ...TABLE,
    AttributeDefinitions: [...TABLE.AttributeDefinitions, { AttributeName: "g", AttributeType: "S" }],
    GlobalSecondaryIndexes: [
      { IndexName: "byG", KeySchema: [{ AttributeName: "g", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
    ],
  })

  await t.test("come back as they were put", async () => {
    const Item: Record<string, AttributeValue> = {
      ...key(),
      b: { B: new Uint8Array([0, 1, 255]) },
      bs: { BS: [new Uint8Array([1]), new Uint8Array([2])] },
      empty: { S: "" },
      flags: { L: [{ BOOL: true }, { NULL: true }, { M: { constructor: { S: "x" } } }] },
    }
    await db.putItem({ TableName, Item })
    const found = await db.getItem({ TableName, Key: key(), ConsistentRead: true })
    assert.deepEqual(found.Item, Item)
  })

  await t.test("an item that is not there is no item", async () => {
    const found = await db.getItem({ TableName, Key: key("nobody"), ReturnConsumedCapacity: "TOTAL" })
    assert.equal(found.Item, undefined)
    assert.deepEqual(found.ConsumedCapacity, { TableName, CapacityUnits: 0.5 })
  })

  const REFUSED: [name: string, call: () => Promise<unknown>, message: string][] = [
    [
      "a put without the key",
      () => db.putItem({ TableName, Item: { pk: { S: "a" } } }),
      "One or more parameter values were invalid: Missing the key sk in the item",
    ],
    [
      "a put with a key of another type",
      () => db.putItem({ TableName, Item: { pk: { S: "a" }, sk: { S: "1" } } }),
      "One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S",
    ],
    [
      "an empty key",
      () => db.putItem({ TableName, Item: key("") }),
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk",
    ],
    [
      "an empty index key",
      () => db.putItem({ TableName, Item: { ...key(), g: { S: "" } } }),
      "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byG, IndexKey: g",
    ],
    [
      "an index key of another type",
      () => db.putItem({ TableName, Item: { ...key(), g: { N: "1" } } }),
      "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byG",
    ],
    [
      "an update to such an index key",
      () =>
        db.updateItem({
          TableName,
          Key: key(),
          UpdateExpression: "SET g = :n",
          ExpressionAttributeValues: { ":n": { N: "1" } },
        }),
      "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byG",
    ],
    [
      "an update to an empty index key",
      () =>
        db.updateItem({
          TableName,
          Key: key(),
          UpdateExpression: "SET g = :e",
          ExpressionAttributeValues: { ":e": { S: "" } },
        }),
      "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.",
    ],
    [
      "an attribute without a name",
      () => db.putItem({ TableName, Item: { ...key(), m: { M: { "": { S: "a" } } } } }),
      "Empty attribute name",
    ],
    [
      "a partial key",
      () => db.getItem({ TableName, Key: { pk: { S: "a" } } }),
      "The provided key element does not match the schema",
    ],
    [
      "a key with more",
      () => db.deleteItem({ TableName, Key: { ...key(), x: { S: "a" } } }),
      "The provided key element does not match the schema",
    ],
    [
      "a partition key of more than 2048 bytes",
      () => db.getItem({ TableName, Key: key("x".repeat(2049)) }),
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
    ],
    [
      "an item of more than 400 KB",
      () => db.putItem({ TableName, Item: { ...key(), x: { S: "x".repeat(400 * 1024) } } }),
      "Item size has exceeded the maximum allowed size",
    ],
    [
      "an update of the key",
      () =>
        db.updateItem({
          TableName,
          Key: key(),
          UpdateExpression: "SET sk = :n",
          ExpressionAttributeValues: { ":n": { N: "2" } },
        }),
      "One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key",
    ],
    [
      "return values that PutItem has not",
      () => db.putItem({ TableName, Item: key(), ReturnValues: "ALL_NEW" }),
      "ReturnValues can only be ALL_OLD or NONE",
    ],
    [
      "old and new parameters together",
      () =>
        db.putItem({
          TableName,
          Item: key(),
          Expected: { a: { Exists: false } },
          ConditionExpression: "attribute_not_exists(a)",
        }),
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
    ],
    [
      "a name that is not used",
      () =>
        db.putItem({
          TableName,
          Item: key(),
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: { "#count": "a" },
        }),
      "Value provided in ExpressionAttributeNames unused in expressions: keys: {#count}",
    ],
    [
      "a number of 39 digits",
      () => db.putItem({ TableName, Item: { ...key(), n: { N: "1".repeat(39) } } }),
      "Attempting to store more than 38 significant digits in a Number",
    ],
  ]
  for (const [name, call, message] of REFUSED) {
    await t.test(`refuses ${name}`, async () => {
      await invalidates(call(), message)
    })
  }

  await t.test("a table that is not there is not named", async () => {
    const put = db.putItem({ TableName: "None", Item: key() })
    await refuses(put, "ResourceNotFoundException", "Requested resource not found")
  })

  await t.test("a condition that fails changes nothing, and shows the item where it is asked to", async () => {
    const condition = {
      TableName,
      Item: { ...key("cond"), v: { N: "2" } },
      ConditionExpression: "attribute_not_exists(pk)",
    }
    await db.putItem({ ...condition, Item: { ...key("cond"), v: { N: "1" } } })
    const failed = "The conditional request failed"
    const bare = await refuses(db.putItem(condition), "ConditionalCheckFailedException", failed)
    assert.equal((bare as { Item?: unknown }).Item, undefined)
    const shown = await refuses(
      db.putItem({ ...condition, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
      "ConditionalCheckFailedException",
      failed,
    )
    assert.deepEqual((shown as { Item?: unknown }).Item, { ...key("cond"), v: { N: "1" } })
    const { Item } = await db.getItem({ TableName, Key: key("cond") })
    assert.deepEqual(Item!.v, { N: "1" })
  })

  await t.test("beside an item the text of a failed condition is under Message", async () => {
    let body = ""
    const reading = new DynamoDB(world.server.client)
    reading.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        const response = result.response as { body: Readable }
        body = await text(response.body)
        response.body = Readable.from([Buffer.from(body)])
        return result
      },
      { step: "deserialize", priority: "low" },
    )
    const deletion = { TableName, Key: key("cond"), ConditionExpression: "attribute_not_exists(pk)" }
    const membersOf = async (more: Partial<DeleteItemCommandInput>) => {
      await assert.rejects(reading.deleteItem({ ...deletion, ...more }))
      return Object.keys(JSON.parse(body) as object)
    }
    assert.deepEqual(await membersOf({}), ["__type", "message"])
    assert.deepEqual(await membersOf({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" }), ["__type", "Message", "Item"])
  })

  await t.test("ReturnValues tell the old and the new, whole or in part", async () => {
    const put = { ...key("rv"), a: { N: "1" }, m: { M: { x: { S: "1" }, y: { S: "2" } } } }
    await db.putItem({ TableName, Item: put })
    const update = async (ReturnValues: "ALL_OLD" | "ALL_NEW" | "UPDATED_OLD" | "UPDATED_NEW" | "NONE") => {
      await db.putItem({ TableName, Item: put })
      const { Attributes } = await db.updateItem({
        TableName,
        Key: key("rv"),
        UpdateExpression: "SET m.x = :s, fresh = :s REMOVE a",
        ExpressionAttributeValues: { ":s": { S: "new" } },
        ReturnValues,
      })
      return Attributes
    }
    const after = { ...key("rv"), m: { M: { x: { S: "new" }, y: { S: "2" } } }, fresh: { S: "new" } }
    assert.equal(await update("NONE"), undefined)
    assert.deepEqual(await update("ALL_OLD"), put)
    assert.deepEqual(await update("ALL_NEW"), after)
    assert.deepEqual(await update("UPDATED_OLD"), { a: { N: "1" }, m: { M: { x: { S: "1" } } } })
    assert.deepEqual(await update("UPDATED_NEW"), { m: { M: { x: { S: "new" } } }, fresh: { S: "new" } })
    const deleted = await db.deleteItem({ TableName, Key: key("rv"), ReturnValues: "ALL_OLD" })
    assert.deepEqual(deleted.Attributes, after)
    const again = await db.deleteItem({ TableName, Key: key("rv"), ReturnValues: "ALL_OLD" })
    assert.equal(again.Attributes, undefined)
  })

  await t.test("UPDATED_NEW tells what was set beyond the end of a list, and nothing of what is gone", async () => {
    await db.putItem({ TableName, Item: { ...key("list"), l: { L: [{ N: "1" }, { N: "2" }] }, s: { SS: ["a"] } } })
    const update = async (UpdateExpression: string, value?: AttributeValue) =>
      (
        await db.updateItem({
          TableName,
          Key: key("list"),
          UpdateExpression,
          ...(value && { ExpressionAttributeValues: { ":v": value } }),
          ReturnValues: "UPDATED_NEW",
        })
      ).Attributes
    assert.deepEqual(await update("SET l[7] = :v", { N: "9" }), { l: { L: [{ N: "9" }] } })
    assert.deepEqual(await update("SET l[0] = :v", { N: "8" }), { l: { L: [{ N: "8" }] } })
    assert.equal(await update("DELETE s :v", { SS: ["a"] }), undefined)
    assert.equal(await update("REMOVE l"), undefined)
  })

  await t.test("an update makes the item that is not there", async () => {
    await db.updateItem({
      TableName,
      Key: key("upsert"),
      UpdateExpression: "ADD visits :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    })
    const { Item } = await db.getItem({ TableName, Key: key("upsert") })
    assert.deepEqual(Item, { ...key("upsert"), visits: { N: "1" } })
  })

  await t.test("concurrent updates are all counted", async () => {
    const add = () =>
      db.updateItem({
        TableName,
        Key: key("counter"),
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      })
    await Promise.all(Array.from({ length: 40 }, add))
    const { Item } = await db.getItem({ TableName, Key: key("counter") })
    assert.deepEqual(Item!.n, { N: "40" })
  })

  await t.test("the legacy parameters do what they did", async () => {
    await db.putItem({ TableName, Item: { ...key("old"), a: { N: "1" } }, Expected: { pk: { Exists: false } } })
    await refuses(
      db.putItem({ TableName, Item: key("old"), Expected: { a: { Value: { N: "2" } } } }),
      "ConditionalCheckFailedException",
      "The conditional request failed",
    )
    const { Attributes } = await db.updateItem({
      TableName,
      Key: key("old"),
      AttributeUpdates: { a: { Action: "ADD", Value: { N: "4" } } },
      Expected: { a: { ComparisonOperator: "LT", AttributeValueList: [{ N: "2" }] } },
      ReturnValues: "UPDATED_NEW",
    })
    assert.deepEqual(Attributes, { a: { N: "5" } })
    const { Item } = await db.getItem({ TableName, Key: key("old"), AttributesToGet: ["a"] })
    assert.deepEqual(Item, { a: { N: "5" } })
  })

  await t.test("capacity is counted by table and by index", async () => {
    const { ConsumedCapacity } = await db.putItem({
      TableName,
      Item: { ...key("cap"), g: { S: "g" }, x: { S: "x".repeat(1500) } },
      ReturnConsumedCapacity: "INDEXES",
    })
    assert.deepEqual(ConsumedCapacity, {
      TableName,
      CapacityUnits: 4,
      Table: { CapacityUnits: 2 },
      GlobalSecondaryIndexes: { byG: { CapacityUnits: 2 } },
    })
    const read = await db.getItem({ TableName, Key: key("cap"), ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" })
    assert.deepEqual(read.ConsumedCapacity, { TableName, CapacityUnits: 1 })
  })
})
