import assert from "node:assert/strict"
import { test } from "node:test"
import type {
  AttributeValue,
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb"
import { invalidates, openWorld, refuses, TABLE } from "./dynamodb-world.ts"

const TableName = "Music"
const key = (pk: string) => ({ pk: { S: pk }, sk: { N: "1" } })
const CANCELLED = "Transaction cancelled, please refer cancellation reasons for specific reasons "

test("batches", async (t) => {
  await using world = await openWorld()
  const { db } = world
  await db.createTable(TABLE)

  await t.test("write, read and delete", async () => {
    const written = await db.batchWriteItem({
      RequestItems: {
        [TableName]: ["a", "b", "c"].map((pk) => ({ PutRequest: { Item: { ...key(pk), x: { S: pk } } } })),
      },
    })
    assert.deepEqual(written.UnprocessedItems, {})
    const read = await db.batchGetItem({
      RequestItems: { [TableName]: { Keys: [key("a"), key("c"), key("none")], ProjectionExpression: "x" } },
      ReturnConsumedCapacity: "TOTAL",
    })
    assert.deepEqual(read.Responses, { [TableName]: [{ x: { S: "a" } }, { x: { S: "c" } }] })
    assert.deepEqual(read.UnprocessedKeys, {})
    assert.deepEqual(read.ConsumedCapacity, [{ TableName, CapacityUnits: 1.5 }])
    await db.batchWriteItem({ RequestItems: { [TableName]: [{ DeleteRequest: { Key: key("a") } }] } })
    assert.equal((await db.getItem({ TableName, Key: key("a") })).Item, undefined)
  })

  await t.test("read 16 MB, and tell what is left", async () => {
    const keys = Array.from({ length: 44 }, (_, i) => key(`large${i}`))
    const x = { S: "x".repeat(390_000) }
    for (const some of [keys.slice(0, 22), keys.slice(22)]) {
      const RequestItems = { [TableName]: some.map((Key) => ({ PutRequest: { Item: { ...Key, x } } })) }
      await db.batchWriteItem({ RequestItems })
    }
    const projection = { ProjectionExpression: "pk, sk", ConsistentRead: true }
    const first = await db.batchGetItem({ RequestItems: { [TableName]: { ...projection, Keys: keys } } })
    assert.deepEqual(first.Responses, { [TableName]: keys.slice(0, 43) })
    assert.deepEqual(first.UnprocessedKeys, { [TableName]: { ...projection, Keys: keys.slice(43) } })
    const second = await db.batchGetItem({ RequestItems: first.UnprocessedKeys })
    assert.deepEqual(second.Responses, { [TableName]: keys.slice(43) })
    assert.deepEqual(second.UnprocessedKeys, {})
  })

  await t.test("are refused for what is not there, duplicates, sizes and keys of another shape", async () => {
    for (const RequestItems of [{}, undefined]) {
      await invalidates(
        db.batchGetItem({ RequestItems } as BatchGetItemCommandInput),
        "The requestItems parameter is required for BatchGetItem",
      )
      await invalidates(
        db.batchWriteItem({ RequestItems } as BatchWriteItemCommandInput),
        "The requestItems parameter is required for BatchWriteItem",
      )
    }
    const duplicates = "Provided list of item keys contains duplicates"
    await invalidates(db.batchGetItem({ RequestItems: { [TableName]: { Keys: [key("a"), key("a")] } } }), duplicates)
    const writes = [{ PutRequest: { Item: key("a") } }, { DeleteRequest: { Key: key("a") } }]
    await invalidates(db.batchWriteItem({ RequestItems: { [TableName]: writes } }), duplicates)
    await invalidates(
      db.batchWriteItem({ RequestItems: { [TableName]: [{ PutRequest: { Item: { nonKey: { S: "hello" } } } }] } }),
      "The provided key element does not match the schema",
    )
    await refuses(
      db.batchGetItem({ RequestItems: { Nowhere: { Keys: [key("a")] } } }),
      "ResourceNotFoundException",
      "Requested resource not found",
    )
  })
})

test("transactions", async (t) => {
  await using world = await openWorld()
  const { db } = world
  await db.createTable(TABLE)
  await db.putItem({ TableName, Item: { ...key("a"), n: { N: "1" } } })
  const increment = {
    TableName,
    Key: key("a"),
    UpdateExpression: "ADD n :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
  }
  const valueOfA = async () => (await db.getItem({ TableName, Key: key("a") })).Item!.n!.N

  await t.test("happen whole or not at all", async () => {
    const failed = (await refuses(
      db.transactWriteItems({
        TransactItems: [
          { Update: increment },
          { Put: { TableName, Item: key("b") } },
          {
            ConditionCheck: {
              TableName,
              Key: key("c"),
              ConditionExpression: "attribute_exists(pk)",
              ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            },
          },
        ],
      }),
      "TransactionCanceledException",
      `${CANCELLED}[None, None, ConditionalCheckFailed]`,
    )) as TransactionCanceledException
    assert.deepEqual(failed.CancellationReasons, [
      { Code: "None" },
      { Code: "None" },
      { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
    ])
    assert.equal(await valueOfA(), "1")
    await db.transactWriteItems({
      TransactItems: [
        { Update: increment },
        { Put: { TableName, Item: key("b") } },
        { ConditionCheck: { TableName, Key: key("c"), ConditionExpression: "attribute_not_exists(pk)" } },
      ],
    })
    assert.equal(await valueOfA(), "2")
  })

  await t.test("show the item that failed them, and errors of single parts", async () => {
    const failed = (await refuses(
      db.transactWriteItems({
        TransactItems: [
          {
            Put: {
              TableName,
              Item: key("a"),
              ConditionExpression: "attribute_not_exists(pk)",
              ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            },
          },
          {
            Update: {
              TableName,
              Key: key("b"),
              UpdateExpression: "SET x = gone",
            },
          },
        ],
      }),
      "TransactionCanceledException",
      `${CANCELLED}[ConditionalCheckFailed, ValidationError]`,
    )) as TransactionCanceledException
    assert.deepEqual(failed.CancellationReasons![0]!.Item, { ...key("a"), n: { N: "2" } })
    assert.equal(
      failed.CancellationReasons![1]!.Message,
      "The provided expression refers to an attribute that does not exist in the item",
    )
  })

  await t.test("are refused for the first part that cannot be", async () => {
    const put = (Item: Record<string, AttributeValue>) => ({ Put: { TableName, Item } })
    const get = (Key: Record<string, AttributeValue>) => ({ Get: { TableName, Key } })
    const failed = (await refuses(
      db.transactWriteItems({
        TransactItems: [put(key("z")), put({ pk: { N: "1" }, sk: { N: "1" } }), put({ pk: { S: "y" } })],
      }),
      "TransactionCanceledException",
      `${CANCELLED}[None, ValidationError, None]`,
    )) as TransactionCanceledException
    assert.equal(
      failed.CancellationReasons![1]!.Message,
      "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
    )
    await refuses(
      db.transactGetItems({
        TransactItems: [get({ pk: { S: "a" } }), get({ sk: { N: "1" } }), get(key("a"))],
      }),
      "TransactionCanceledException",
      `${CANCELLED}[ValidationError, None, None]`,
    )
    await invalidates(
      db.transactWriteItems({ TransactItems: [{ Delete: { TableName, Key: key("x".repeat(2049)) } }] }),
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
    )
  })

  await t.test("hold 4 MB and no more", async () => {
    const text = "Transaction request size cannot exceed 4 MB"
    const x = { S: "x".repeat(390_000) }
    const puts = Array.from({ length: 11 }, (_, i) => ({ Put: { TableName, Item: { ...key(`big${i}`), x } } }))
    await invalidates(db.transactWriteItems({ TransactItems: puts }), text)
    await db.transactWriteItems({ TransactItems: puts.slice(1) })
    await db.transactWriteItems({ TransactItems: puts.slice(0, 1) })
    const grow = puts.map(({ Put }) => ({
      Update: {
        TableName,
        Key: key(Put.Item.pk.S),
        UpdateExpression: "SET y = :y",
        ExpressionAttributeValues: { ":y": { S: "y" } },
      },
    }))
    await invalidates(db.transactWriteItems({ TransactItems: grow }), text)
    assert.equal((await db.getItem({ TableName, Key: key("big1") })).Item!.y, undefined)
    const gets = puts.map(({ Put }) => ({ Get: { TableName, Key: key(Put.Item.pk.S), ProjectionExpression: "pk" } }))
    await invalidates(db.transactGetItems({ TransactItems: gets }), text)
    assert.equal((await db.transactGetItems({ TransactItems: gets.slice(1) })).Responses!.length, 10)
  })

  await t.test("with the same token happen once", async () => {
    const request = { ClientRequestToken: "token-1", TransactItems: [{ Update: increment }] }
    await db.transactWriteItems(request)
    await db.transactWriteItems(request)
    assert.equal(await valueOfA(), "3")
    await refuses(
      db.transactWriteItems({ ...request, TransactItems: [{ Delete: { TableName, Key: key("a") } }] }),
      "IdempotentParameterMismatchException",
      /./,
    )
  })

  await t.test("touch an item once", async () => {
    const text = "Transaction request cannot include multiple operations on one item"
    const TransactItems = [{ Update: increment }, { Delete: { TableName, Key: key("a") } }]
    await invalidates(db.transactWriteItems({ TransactItems }), text)
    const gets = [{ Get: { TableName, Key: key("a") } }, { Get: { TableName, Key: key("a") } }]
    await invalidates(db.transactGetItems({ TransactItems: gets }), text)
    await invalidates(
      db.transactWriteItems({ TransactItems: [{}] }),
      "TransactItems can only contain one of Check, Put, Update or Delete",
    )
  })

  await t.test("read in order", async () => {
    const { Responses } = await db.transactGetItems({
      TransactItems: [
        { Get: { TableName, Key: key("none") } },
        { Get: { TableName, Key: key("a"), ProjectionExpression: "n" } },
      ],
    })
    assert.deepEqual(Responses, [{}, { Item: { n: { N: "3" } } }])
    await refuses(
      db.transactGetItems({ TransactItems: [{ Get: { TableName: "Nowhere", Key: key("a") } }] }),
      "ResourceNotFoundException",
      "Requested resource not found",
    )
  })
})
