import assert from "node:assert/strict"
import { test } from "node:test"
import type { AttributeValue, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import { invalidates, openWorld, refuses, TABLE } from "./dynamodb-world.ts"

const TableName = "Music"
const key = (pk: string) => ({ pk: { S: pk }, sk: { N: "1" } })
const KEY_PATH = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "

test("expressions", async (t) => {
  await using world = await openWorld()
  const { db } = world
  await db.createTable({
    ...TABLE,
    AttributeDefinitions: [...TABLE.AttributeDefinitions, { AttributeName: "g", AttributeType: "S" }],
    GlobalSecondaryIndexes: [
      { IndexName: "byG", KeySchema: [{ AttributeName: "g", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
    ],
  })
  const itemOf = async (pk: string) => (await db.getItem({ TableName, Key: key(pk) })).Item
  const update = (pk: string, UpdateExpression: string, more: Partial<UpdateItemCommandInput> = {}) =>
    db.updateItem({ TableName, Key: key(pk), UpdateExpression, ReturnValues: "ALL_NEW", ...more })

  await t.test("what takes away makes no item", async () => {
    assert.equal((await update("gone", "REMOVE a")).Attributes, undefined)
    const set = { ExpressionAttributeValues: { ":s": { SS: ["a"] } } }
    assert.equal((await update("gone", "DELETE a :s", set)).Attributes, undefined)
    assert.equal((await update("gone", "REMOVE b DELETE a :s", set)).Attributes, undefined)
    const Update = { TableName, Key: key("gone"), UpdateExpression: "REMOVE a" }
    await db.transactWriteItems({ TransactItems: [{ Update }] })
    await db.updateItem({ TableName, Key: key("gone"), AttributeUpdates: { a: { Action: "DELETE" } } })
    assert.equal(await itemOf("gone"), undefined)
    await refuses(
      update("gone", "REMOVE a", { ConditionExpression: "attribute_exists(pk)" }),
      "ConditionalCheckFailedException",
      "The conditional request failed",
    )
    await db.updateItem({ TableName, Key: key("bare") })
    assert.deepEqual(await itemOf("bare"), key("bare"))
    const mixed = await update("mixed", "REMOVE a SET b = :s", set)
    assert.deepEqual(mixed.Attributes, { ...key("mixed"), b: { SS: ["a"] } })
  })

  await t.test("a new item has its key from the first", async () => {
    const copied = await update("new", "SET b = pk, c = if_not_exists(c, sk), d = sk + :n", {
      ExpressionAttributeValues: { ":n": { N: "2" } },
    })
    assert.deepEqual(copied.Attributes, { ...key("new"), b: { S: "new" }, c: { N: "1" }, d: { N: "3" } })
  })

  await t.test("operands may stand in parentheses", async () => {
    const ExpressionAttributeValues = { ":m": { N: "2" }, ":n": { N: "1" } }
    await update("parens", "SET m = (:m), c = (:m) + (:n)", { ExpressionAttributeValues })
    assert.deepEqual((await itemOf("parens"))!.c, { N: "3" })
    const found = await db.query({
      TableName,
      KeyConditionExpression: "(pk) = (:pk) AND (sk) BETWEEN (:n) AND :m",
      FilterExpression: "(size((s))) = :n OR (m) = :m",
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ":pk": { S: "parens" } },
    })
    assert.equal(found.Count, 1)
  })

  await t.test("no path goes into a key", async () => {
    const Key = key("a")
    const names = { ExpressionAttributeNames: { "#p": "pk" } }
    const values = { ExpressionAttributeValues: { ":v": { S: "a" } } }
    const get = { TableName, Key, ProjectionExpression: "x, pk.y" }
    const query = {
      TableName,
      KeyConditionExpression: "pk = :v",
      ProjectionExpression: "sk[0]",
      ...values,
    }
    const CALLS: [call: () => Promise<unknown>, attribute: string][] = [
      [() => db.getItem(get), "Key: pk"],
      [() => db.getItem({ TableName, Key, ProjectionExpression: "#p[0]", ...names }), "Key: pk"],
      [() => db.getItem({ TableName, Key, ProjectionExpression: "g.y" }), "IndexKey: g"],
      [() => db.batchGetItem({ RequestItems: { [TableName]: { ...get, Keys: [Key] } } }), "Key: pk"],
      [() => db.query(query), "Key: sk"],
      [() => db.scan({ TableName, FilterExpression: "attribute_exists(pk[0])" }), "Key: pk"],
      [() => db.scan({ TableName, FilterExpression: "g.x = :v", ...values }), "IndexKey: g"],
      [() => db.putItem({ TableName, Item: Key, ConditionExpression: "size(pk.x) > sk" }), "Key: pk"],
      [() => db.deleteItem({ TableName, Key, ConditionExpression: "NOT sk[1] = :v", ...values }), "Key: sk"],
      [() => db.updateItem({ TableName, Key, UpdateExpression: "SET g.x = :v", ...values }), "IndexKey: g"],
      [() => db.updateItem({ TableName, Key, UpdateExpression: "SET x = pk.y" }), "Key: pk"],
      [() => db.updateItem({ TableName, Key, UpdateExpression: "REMOVE sk.y" }), "Key: sk"],
    ]
    for (const [call, attribute] of CALLS) await invalidates(call(), KEY_PATH + attribute)
  })

  await t.test("no update nests deeper than an item may", async () => {
    const nested = (levels: number): AttributeValue => (levels === 0 ? { S: "" } : { L: [nested(levels - 1)] })
    const set = (levels: number, path: string) =>
      update("deep", `SET ${path} = :v`, { ExpressionAttributeValues: { ":v": nested(levels) } })
    await set(31, "a")
    await set(1, "b")
    await set(30, "b[0]")
    const text =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
    await invalidates(set(32, "a"), `ExpressionAttributeValues contains invalid value: ${text} for key :v`)
    await invalidates(set(31, "b[0]"), text)
  })

  await t.test("AttributeUpdates names a type that does not fit in its own words", async () => {
    await db.putItem({ TableName, Item: { ...key("types"), ns: { NS: ["1"] }, n: { N: "1" } } })
    for (const [Action, Value] of [
      ["ADD", { SS: ["a"] }],
      ["DELETE", { SS: ["a"] }],
      ["ADD", { L: [] }],
    ] as const) {
      await invalidates(
        db.updateItem({ TableName, Key: key("types"), AttributeUpdates: { ns: { Action, Value: Value as never } } }),
        "Type mismatch for attribute to update",
      )
    }
    await invalidates(
      update("types", "ADD ns :v", { ExpressionAttributeValues: { ":v": { SS: ["a"] } } }),
      "An operand in the update expression has an incorrect data type",
    )
  })
})
