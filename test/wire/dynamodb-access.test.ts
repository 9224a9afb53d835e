import assert from "node:assert/strict"
import { test } from "node:test"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam"
import { openWorld, refuses, TABLE } from "./dynamodb-world.ts"
import { createPerson, policy } from "./iam-world.ts"

const TableName = "Music"
const key = (pk: string) => ({ pk: { S: pk }, sk: { N: "1" } })

test("who may do what with a table", async (t) => {
  await using world = await openWorld()
  const { db, server } = world
  const TABLE_ARN = `arn:aws:dynamodb:us-east-1:${server.account}:table/${TableName}`
  await db.createTable({
    ...TABLE,
    AttributeDefinitions: [...TABLE.AttributeDefinitions, { AttributeName: "g", AttributeType: "S" }],
    GlobalSecondaryIndexes: [
      { IndexName: "byG", KeySchema: [{ AttributeName: "g", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
    ],
  })
  for (const pk of ["ann", "bob"]) {
    await db.putItem({ TableName, Item: { ...key(pk), g: { S: pk }, open: { S: "x" }, secret: { S: "y" } } })
  }
  const person = await createPerson(server, "ann")
  const mine = new DynamoDB(person.options)
  const iam = new IAMClient(server.client)
  const may = (...statements: object[]) =>
    iam.send(new PutUserPolicyCommand({ UserName: "ann", PolicyName: "own", PolicyDocument: policy(...statements) }))
  const denied = (call: Promise<unknown>, action: string, resource = TABLE_ARN) =>
    refuses(
      call,
      "AccessDeniedException",
      `User: ${person.arn} is not authorized to perform: dynamodb:${action} on resource: ${resource} because no identity-based policy allows the dynamodb:${action} action`,
    )
  const query = (pk: string, more: object = {}) =>
    mine.query({
      TableName,
      KeyConditionExpression: "pk = :p",
      ExpressionAttributeValues: { ":p": { S: pk } },
      ...more,
    })

  await t.test("nothing without a policy", async () => {
    await denied(mine.getItem({ TableName, Key: key("ann") }), "GetItem")
    await denied(mine.getItem({ TableName: "None", Key: key("ann") }), "GetItem", TABLE_ARN.replace("Music", "None"))
    await denied(mine.listTables({}), "ListTables", TABLE_ARN.replace("Music", "*"))
    const transaction = mine.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: key("ann") } }] })
    await denied(transaction, "PutItem")
    await denied(mine.batchGetItem({ RequestItems: { [TableName]: { Keys: [key("ann")] } } }), "BatchGetItem")
  })

  await t.test("an index is not its table", async () => {
    await may({ Action: "dynamodb:Query", Resource: TABLE_ARN })
    await query("ann")
    const onIndex = () =>
      mine.query({
        TableName,
        IndexName: "byG",
        KeyConditionExpression: "g = :g",
        ExpressionAttributeValues: { ":g": { S: "ann" } },
      })
    await denied(onIndex(), "Query", `${TABLE_ARN}/index/byG`)
    await may({ Action: "dynamodb:Query", Resource: `${TABLE_ARN}/index/byG` })
    assert.equal((await onIndex()).Count, 1)
    await denied(query("ann"), "Query")
  })

  await t.test("one's own items alone, by leading keys", async () => {
    const leading = { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${aws:username}"] } }
    const keyed = { Null: { "dynamodb:LeadingKeys": "false" } }
    await may({ Action: "dynamodb:*", Resource: `${TABLE_ARN}*`, Condition: { ...leading, ...keyed } })
    await mine.getItem({ TableName, Key: key("ann") })
    await mine.putItem({ TableName, Item: { ...key("ann"), g: { S: "ann" } } })
    await mine.updateItem({ TableName, Key: key("ann"), AttributeUpdates: { x: { Value: { S: "a" } } } })
    await query("ann")
    await mine.batchGetItem({ RequestItems: { [TableName]: { Keys: [key("ann")] } } })
    await mine.transactGetItems({ TransactItems: [{ Get: { TableName, Key: key("ann") } }] })
    await mine.query({
      TableName,
      IndexName: "byG",
      KeyConditionExpression: "#g = :g",
      ExpressionAttributeNames: { "#g": "g" },
      ExpressionAttributeValues: { ":g": { S: "ann" } },
    })

    await denied(mine.getItem({ TableName, Key: key("bob") }), "GetItem")
    await denied(mine.putItem({ TableName, Item: { ...key("bob"), g: { S: "ann" } } }), "PutItem")
    await denied(mine.deleteItem({ TableName, Key: key("bob") }), "DeleteItem")
    await denied(query("bob"), "Query")
    await denied(mine.scan({ TableName }), "Scan")
    await denied(
      mine.query({
        TableName,
        KeyConditions: { pk: { ComparisonOperator: "EQ", AttributeValueList: [{ S: "bob" }] } },
      }),
      "Query",
    )
    await denied(
      mine.query({
        TableName,
        IndexName: "byG",
        KeyConditionExpression: "g = :g",
        ExpressionAttributeValues: { ":g": { S: "bob" } },
      }),
      "Query",
      `${TABLE_ARN}/index/byG`,
    )
    await denied(
      mine.batchGetItem({ RequestItems: { [TableName]: { Keys: [key("ann"), key("bob")] } } }),
      "BatchGetItem",
    )
    await denied(
      mine.batchWriteItem({ RequestItems: { [TableName]: [{ PutRequest: { Item: key("bob") } }] } }),
      "BatchWriteItem",
    )
    const parts = [{ Put: { TableName, Item: key("ann") } }, { Delete: { TableName, Key: key("bob") } }]
    await denied(mine.transactWriteItems({ TransactItems: parts }), "DeleteItem")
    assert.ok((await db.getItem({ TableName, Key: key("bob") })).Item)
  })

  await t.test("some attributes alone", async () => {
    await may({
      Action: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"],
      Resource: TABLE_ARN,
      Condition: {
        "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "open"] },
        StringEqualsIfExists: {
          "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
          "dynamodb:ReturnValues": ["NONE", "UPDATED_NEW"],
        },
      },
    })
    const get = (more: object) => mine.getItem({ TableName, Key: key("bob"), ...more })
    assert.deepEqual((await get({ ProjectionExpression: "#o", ExpressionAttributeNames: { "#o": "open" } })).Item, {
      open: { S: "x" },
    })
    await denied(get({}), "GetItem")
    await denied(get({ ProjectionExpression: "secret" }), "GetItem")
    await denied(get({ ProjectionExpression: "#o", ExpressionAttributeNames: { "#o": "secret" } }), "GetItem")
    await denied(get({ AttributesToGet: ["secret"] }), "GetItem")
    await denied(query("bob", { ProjectionExpression: "pk", FilterExpression: "attribute_exists(secret.x)" }), "Query")
    const update = (UpdateExpression: string, more: object = {}) =>
      mine.updateItem({ TableName, Key: key("bob"), UpdateExpression, ...more })
    const names = { ExpressionAttributeNames: { "#o": "open" } }
    await update("SET #o = pk", names)
    await denied(update("SET #o = secret", names), "UpdateItem")
    await denied(update("REMOVE secret"), "UpdateItem")
    await denied(update("REMOVE #o", { ...names, ConditionExpression: "size(secret) > pk" }), "UpdateItem")
    await denied(update("REMOVE #o", { ...names, ReturnValues: "ALL_OLD" }), "UpdateItem")
  })

  await t.test("a part of a transaction, and not the same alone", async () => {
    await may({
      Action: "dynamodb:PutItem",
      Resource: TABLE_ARN,
      Condition: { StringEquals: { "dynamodb:EnclosingOperation": "TransactWriteItems" } },
    })
    await mine.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: key("cat") } }] })
    await denied(mine.putItem({ TableName, Item: key("cat") }), "PutItem")
  })

  await t.test("what has a table's name in its ARN is not the table", async () => {
    const others = [
      `${TABLE_ARN}/index/byG`,
      `${TABLE_ARN}/`,
      TABLE_ARN.replace("arn:aws:", "arn:other:"),
      TABLE_ARN.replace("us-east-1", "eu-west-1"),
    ]
    await may(
      { Action: "dynamodb:*", Resource: "*" },
      { Effect: "Deny", Action: "dynamodb:*", Resource: [TABLE_ARN, TABLE_ARN.replace("us-east-1", "eu-west-1")] },
    )
    const europe = new DynamoDB({ ...server.client, region: "eu-west-1" })
    await europe.createTable(TABLE)
    for (const ResourceArn of others) {
      const calls = [
        mine.putResourcePolicy({
          ResourceArn,
          Policy: policy({ Principal: { AWS: person.arn }, Action: "dynamodb:*", Resource: TABLE_ARN }),
        }),
        mine.deleteResourcePolicy({ ResourceArn }),
        mine.getResourcePolicy({ ResourceArn }),
        mine.tagResource({ ResourceArn, Tags: [{ Key: "team", Value: "blue" }] }),
        mine.listTagsOfResource({ ResourceArn }),
      ]
      const isOtherRegion = ResourceArn.includes("eu-west-1")
      for (const call of calls)
        if (isOtherRegion) await assert.rejects(call, { name: "AccessDeniedException" })
        else await refuses(call, "ValidationException", /(?:not a DynamoDB|Invalid) resource ?arn/i)
    }
    const ofEurope = TABLE_ARN.replace("us-east-1", "eu-west-1")
    const tag = db.tagResource({ ResourceArn: ofEurope, Tags: [{ Key: "team", Value: "blue" }] })
    await refuses(tag, "ValidationException", /Invalid ResourceArn/)
    await europe.deleteTable({ TableName })
    assert.deepEqual((await db.listTagsOfResource({ ResourceArn: TABLE_ARN })).Tags, [])
    await assert.rejects(db.getResourcePolicy({ ResourceArn: TABLE_ARN }), { name: "PolicyNotFoundException" })
  })

  await t.test("tags on a new table are a permission of their own", async () => {
    await may({ Action: "dynamodb:CreateTable", Resource: "*" })
    const Tags = [{ Key: "team", Value: "blue" }]
    const arn = TABLE_ARN.replace("Music", "Tagged")
    await denied(mine.createTable({ ...TABLE, TableName: "Tagged", Tags }), "TagResource", arn)
    await may({
      Action: ["dynamodb:CreateTable", "dynamodb:TagResource"],
      Resource: "*",
      Condition: {
        StringEquals: { "aws:RequestTag/team": "blue" },
        "ForAllValues:StringEquals": { "aws:TagKeys": "team" },
      },
    })
    await mine.createTable({ ...TABLE, TableName: "Tagged", Tags })
    await may({ Action: "dynamodb:*", Resource: "*", Condition: { StringEquals: { "aws:ResourceTag/team": "blue" } } })
    await mine.describeTable({ TableName: "Tagged" })
    await denied(mine.describeTable({ TableName }), "DescribeTable")
  })

  await t.test("what the table's own policy says", async () => {
    await may({ Action: "s3:*", Resource: "*" })
    const grant = policy({ Principal: { AWS: person.arn }, Action: "dynamodb:GetItem", Resource: TABLE_ARN })
    const { RevisionId } = await db.putResourcePolicy({ ResourceArn: TABLE_ARN, Policy: grant })
    await mine.getItem({ TableName, Key: key("bob") })
    await denied(mine.putItem({ TableName, Item: key("bob") }), "PutItem")
    await refuses(
      db.putResourcePolicy({ ResourceArn: TABLE_ARN, Policy: grant, ExpectedRevisionId: "NO_POLICY" }),
      "PolicyNotFoundException",
      `Resource-based policy not found for the provided ResourceArn: Requested policy update expecting none to be present for table Music, but a policy exists with revision id ${RevisionId}.`,
    )
    await refuses(
      db.deleteResourcePolicy({ ResourceArn: TABLE_ARN, ExpectedRevisionId: "unknown" }),
      "PolicyNotFoundException",
      `Resource-based policy not found for the provided ResourceArn: Requested update for policy with revision id unknown, but the policy associated to target table Music has revision id ${RevisionId}.`,
    )
    await may({ Action: "dynamodb:*", Resource: "*" })
    const denial = policy({ Effect: "Deny", Principal: "*", Action: "dynamodb:DeleteItem", Resource: TABLE_ARN })
    await db.putResourcePolicy({ ResourceArn: TABLE_ARN, Policy: denial })
    await refuses(
      mine.deleteItem({ TableName, Key: key("bob") }),
      "AccessDeniedException",
      `User: ${person.arn} is not authorized to perform: dynamodb:DeleteItem on resource: ${TABLE_ARN} with an explicit deny in a resource-based policy`,
    )
    await db.deleteResourcePolicy({ ResourceArn: TABLE_ARN })
    await refuses(
      db.getResourcePolicy({ ResourceArn: TABLE_ARN }),
      "PolicyNotFoundException",
      `Resource-based policy not found for the provided ResourceArn: ${TABLE_ARN}`,
    )
    await mine.deleteItem({ TableName, Key: key("bob") })
  })
})
