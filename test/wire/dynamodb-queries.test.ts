import assert from "node:assert/strict"
import { test } from "node:test"
import type { Condition, QueryCommandInput, ScanCommandInput } from "@aws-sdk/client-dynamodb"
import { invalidates, openWorld, TABLE } from "./dynamodb-world.ts"

const TableName = "Music"
const EQ_A = { ComparisonOperator: "EQ", AttributeValueList: [{ S: "a" }] } satisfies Condition
const EXISTS = { ComparisonOperator: "NOT_NULL" } satisfies Condition
const key = (pk: string, sk: number) => ({ pk: { S: pk }, sk: { N: String(sk) } })

test("Query and Scan", async (t) => {
  await using world = await openWorld()
  const { db } = world
  await db.createTable({
    ...TABLE,
    AttributeDefinitions: [
      ...TABLE.AttributeDefinitions,
      { AttributeName: "g", AttributeType: "S" },
      { AttributeName: "l", AttributeType: "S" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byG",
        KeySchema: [{ AttributeName: "g", KeyType: "HASH" }],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["extra"] },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: "byL",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "l", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  })
  for (let i = -5; i < 5; i++) {
    for (const pk of ["a", "b"]) {
      const Item = {
        ...key(pk, i),
        extra: { S: `e${i}` },
        secret: { S: `s${i}` },
        ...(i % 2 === 0 && { g: { S: "even" } }),
        ...(i > 0 && { l: { S: `l${9 - i}` } }),
      }
      await db.putItem({ TableName, Item })
    }
  }

  const of = (pk: string, more: Partial<QueryCommandInput> = {}): QueryCommandInput => ({
    TableName,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: pk } },
    ...more,
  })
  const numbers = async (input: QueryCommandInput) => (await db.query(input)).Items!.map(({ sk }) => Number(sk!.N))

  await t.test("a partition is in the order of its sort key, either way", async () => {
    assert.deepEqual(await numbers(of("a")), [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4])
    assert.deepEqual(await numbers(of("a", { ScanIndexForward: false, Limit: 3 })), [4, 3, 2])
  })

  await t.test("a sort key condition narrows it", async () => {
    const values = { ":pk": { S: "a" }, ":x": { N: "-1.5" }, ":y": { N: "1" } }
    const where = (condition: string, ExpressionAttributeValues: object = values) =>
      numbers(
        of("a", {
          KeyConditionExpression: `pk = :pk AND ${condition}`,
          ExpressionAttributeValues: ExpressionAttributeValues as typeof values,
        }),
      )
    assert.deepEqual(await where("sk BETWEEN :x AND :y"), [-1, 0, 1])
    assert.deepEqual(await where("sk < :x", { ":pk": { S: "a" }, ":x": { N: "-3" } }), [-5, -4])
    assert.deepEqual(await where("sk >= :x", { ":pk": { S: "a" }, ":x": { N: "3" } }), [3, 4])
  })

  for (const ScanIndexForward of [true, false]) {
    await t.test(`pages fit together ${ScanIndexForward ? "forward" : "backward"}`, async () => {
      const inputs: QueryCommandInput[] = [
        of("a", { ScanIndexForward }),
        {
          TableName,
          IndexName: "byG",
          KeyConditionExpression: "g = :g",
          ExpressionAttributeValues: { ":g": { S: "even" } },
          ScanIndexForward,
        },
        of("a", { IndexName: "byL", ScanIndexForward }),
      ]
      for (const input of inputs) {
        const whole = (await db.query(input)).Items!
        const paged: unknown[] = []
        let ExclusiveStartKey: QueryCommandInput["ExclusiveStartKey"]
        let pages = 0
        do {
          const page = await db.query({ ...input, Limit: 3, ExclusiveStartKey })
          paged.push(...page.Items!)
          ExclusiveStartKey = page.LastEvaluatedKey
          assert.ok(++pages < 20)
        } while (ExclusiveStartKey)
        assert.deepEqual(paged, whole)
      }
    })
  }

  await t.test("Limit counts what is looked at, not what is kept", async () => {
    const found = await db.query(
      of("a", {
        Limit: 4,
        FilterExpression: "extra = :e",
        ExpressionAttributeValues: { ":pk": { S: "a" }, ":e": { S: "e-4" } },
      }),
    )
    assert.equal(found.Count, 1)
    assert.equal(found.ScannedCount, 4)
    assert.deepEqual(found.LastEvaluatedKey, key("a", -2))
  })

  await t.test("an index shows what it projects", async () => {
    const { Items } = await db.query({
      TableName,
      IndexName: "byG",
      KeyConditionExpression: "g = :g",
      ExpressionAttributeValues: { ":g": { S: "even" } },
    })
    assert.equal(Items!.length, 10)
    assert.deepEqual(Object.keys(Items![0]!).sort(), ["extra", "g", "pk", "sk"])
    const local = await db.query(of("a", { IndexName: "byL", Select: "ALL_ATTRIBUTES" }))
    assert.deepEqual(
      local.Items!.map(({ l, secret }) => [l!.S, secret!.S]),
      [
        ["l5", "s4"],
        ["l6", "s3"],
        ["l7", "s2"],
        ["l8", "s1"],
      ],
    )
  })

  await t.test("what a local index has to fetch is paid for", async () => {
    const asked = { IndexName: "byL", ReturnConsumedCapacity: "INDEXES" as const }
    const narrow = await db.query(of("a", asked))
    assert.deepEqual(narrow.ConsumedCapacity!.LocalSecondaryIndexes, { byL: { CapacityUnits: 0.5 } })
    assert.equal(narrow.ConsumedCapacity!.Table!.CapacityUnits, 0)
    const whole = await db.query(of("a", { ...asked, ProjectionExpression: "secret" }))
    assert.deepEqual(whole.ConsumedCapacity, {
      TableName,
      CapacityUnits: 2.5,
      Table: { CapacityUnits: 2 },
      LocalSecondaryIndexes: { byL: { CapacityUnits: 0.5 } },
    })
  })

  await t.test("an index follows its items", async () => {
    const index = (g: string) =>
      db.query({
        TableName,
        IndexName: "byG",
        KeyConditionExpression: "g = :g",
        ExpressionAttributeValues: { ":g": { S: g } },
        Select: "COUNT",
      })
    const set = (UpdateExpression: string, g?: string) =>
      db.updateItem({
        TableName,
        Key: key("moving", 1),
        UpdateExpression,
        ...(g !== undefined && { ExpressionAttributeValues: { ":g": { S: g } } }),
      })
    await set("SET g = :g", "one")
    assert.equal((await index("one")).Count, 1)
    await set("SET g = :g", "two")
    assert.equal((await index("one")).Count, 0)
    assert.equal((await index("two")).Count, 1)
    await set("REMOVE g")
    assert.equal((await index("two")).Count, 0)
    await set("SET g = :g", "two")
    await db.deleteItem({ TableName, Key: key("moving", 1) })
    assert.equal((await index("two")).Count, 0)
  })

  await t.test("the segments of a scan are the whole of it", async () => {
    const whole = await db.scan({ TableName })
    const keys: string[] = []
    for (let Segment = 0; Segment < 7; Segment++) {
      const { Items } = await db.scan({ TableName, Segment, TotalSegments: 7 })
      keys.push(...Items!.map(({ pk, sk }) => `${pk!.S} ${sk!.N}`))
    }
    assert.deepEqual(
      keys,
      whole.Items!.map(({ pk, sk }) => `${pk!.S} ${sk!.N}`),
    )
    assert.equal(keys.length, 20)
  })

  await t.test("a page holds about a megabyte", async () => {
    for (let i = 0; i < 5; i++) {
      await db.putItem({ TableName, Item: { ...key("big", i), x: { S: "x".repeat(300_000) } } })
    }
    const first = await db.query(of("big", { ReturnConsumedCapacity: "TOTAL" }))
    assert.equal(first.Count, 4)
    assert.deepEqual(first.LastEvaluatedKey, key("big", 3))
    const second = await db.query(of("big", { ExclusiveStartKey: first.LastEvaluatedKey }))
    assert.equal(second.Count, 1)
    assert.equal(second.LastEvaluatedKey, undefined)
  })

  await t.test("legacy conditions query and filter", async () => {
    const { Items } = await db.query({
      TableName,
      KeyConditions: {
        pk: { ComparisonOperator: "EQ", AttributeValueList: [{ S: "a" }] },
        sk: { ComparisonOperator: "GE", AttributeValueList: [{ N: "2" }] },
      },
      QueryFilter: { g: { ComparisonOperator: "NOT_NULL" } },
    })
    assert.deepEqual(
      Items!.map(({ sk }) => sk!.N),
      ["2", "4"],
    )
  })

  await t.test("KeyConditions go with other expressions", async () => {
    const query = { TableName, KeyConditions: { pk: EQ_A } }
    const { Items } = await db.query({
      ...query,
      FilterExpression: "attribute_exists(#g)",
      ProjectionExpression: "#g",
      ExpressionAttributeNames: { "#g": "g" },
    })
    assert.deepEqual(Items, Array(5).fill({ g: { S: "even" } }))
  })

  await t.test("a query of one item ends with it", async () => {
    await db.createTable({
      ...TABLE,
      TableName: "Single",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    })
    const Key = { pk: { S: "a" } }
    await db.putItem({ TableName: "Single", Item: Key })
    const found = await db.query({ ...of("a"), TableName: "Single", Limit: 1 })
    assert.equal(found.Count, 1)
    assert.equal(found.LastEvaluatedKey, undefined)
    await invalidates(
      db.query({ ...of("a"), TableName: "Single", ExclusiveStartKey: Key }),
      /^The provided exclusive start key is invalid: /,
    )
    assert.equal((await db.scan({ TableName: "Single", ExclusiveStartKey: Key })).Count, 0)
  })

  const REFUSED: [name: string, call: () => Promise<unknown>, message: string | RegExp][] = [
    [
      "no condition",
      () => db.query({ TableName }),
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    ],
    [
      "a filter on the key",
      () => db.query(of("a", { FilterExpression: "sk > :pk" })),
      "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
    ],
    [
      "a consistent read of a global index",
      () =>
        db.query({
          TableName,
          IndexName: "byG",
          ConsistentRead: true,
          KeyConditionExpression: "g = :g",
          ExpressionAttributeValues: { ":g": { S: "even" } },
        }),
      "Consistent reads are not supported on global secondary indexes",
    ],
    [
      "all attributes of a narrow index",
      () => db.scan({ TableName, IndexName: "byG", Select: "ALL_ATTRIBUTES" }),
      "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index byG because its projection type is not ALL",
    ],
    [
      "an attribute that an index has not",
      () => db.scan({ TableName, IndexName: "byG", ProjectionExpression: "secret" }),
      "One or more parameter values were invalid: Global secondary index byG does not project [secret]",
    ],
    [
      "a starting key of another shape",
      () => db.query(of("a", { ExclusiveStartKey: { pk: { S: "a" } } })),
      "The provided starting key is invalid",
    ],
    [
      "a starting key of another type",
      () => db.query(of("a", { ExclusiveStartKey: { pk: { S: "a" }, sk: { S: "1" } } })),
      "The provided starting key is invalid: The provided key element does not match the schema",
    ],
    [
      "a starting key before the range",
      () =>
        db.query(
          of("a", {
            KeyConditionExpression: "pk = :pk AND sk >= :n",
            ExpressionAttributeValues: { ":pk": { S: "a" }, ":n": { N: "2" } },
            ExclusiveStartKey: key("a", 1),
          }),
        ),
      "The provided starting key does not match the range key predicate",
    ],
    [
      "KeyConditions beside KeyConditionExpression",
      () => db.query(of("a", { KeyConditions: { pk: EQ_A }, FilterExpression: "attribute_exists(x)" })),
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {KeyConditions} Expression parameters: {FilterExpression, KeyConditionExpression}",
    ],
    [
      "QueryFilter beside FilterExpression",
      () =>
        db.query({
          TableName,
          KeyConditions: { pk: EQ_A },
          QueryFilter: { x: EXISTS },
          FilterExpression: "attribute_exists(x)",
        }),
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {QueryFilter} Expression parameters: {FilterExpression}",
    ],
    [
      "a type that is an attribute",
      () => db.scan({ TableName, FilterExpression: "attribute_type(a, b)" }),
      /^Invalid FilterExpression: Incorrect operand type for operator or function; operator or function: attribute_type, operand type: /,
    ],
    [
      "such a starting key of a scan",
      () => db.scan({ TableName, ExclusiveStartKey: { pk: { S: "a" }, sk: { S: "1" } } }),
      "The provided starting key is invalid: The provided key element does not match the schema",
    ],
    [
      "a starting key of another partition",
      () => db.query(of("a", { ExclusiveStartKey: key("b", 1) })),
      "The provided starting key is outside query boundaries based on provided conditions",
    ],
    [
      "a segment without its total",
      () => db.scan({ TableName, Segment: 0 }),
      /^The TotalSegments parameter is required/,
    ],
    [
      "a segment beyond the total",
      () => db.scan({ TableName, Segment: 4, TotalSegments: 4 }),
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 4 is not less than TotalSegments: 4",
    ],
    [
      "a limit of zero",
      () => db.scan({ TableName, Limit: 0 } as ScanCommandInput),
      "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      "overlapping projections",
      () => db.scan({ TableName, ProjectionExpression: "a, a.b" }),
      "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
    ],
  ]
  for (const [name, call, message] of REFUSED) {
    await t.test(`refuses ${name}`, async () => {
      await invalidates(call(), message)
    })
  }
})
