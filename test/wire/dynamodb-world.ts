import assert from "node:assert/strict"
import { type CreateTableCommandInput, DynamoDB } from "@aws-sdk/client-dynamodb"
import { startServer, type TestServer } from "../harness/server.ts"

export interface World extends AsyncDisposable {
  server: TestServer
  db: DynamoDB
}

export async function openWorld(flags: string[] = []): Promise<World> {
  const server = await startServer(flags)
  const db = new DynamoDB(server.client)
  return { server, db, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** A table of a string partition key and a numeric sort key, unless something else is asked for. */
export const TABLE = {
  TableName: "Music",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  BillingMode: "PAY_PER_REQUEST",
} satisfies CreateTableCommandInput

/** The call is refused with this code and this text. */
export async function refuses(call: Promise<unknown>, name: string, message: string | RegExp): Promise<Error> {
  let refusal: Error | undefined
  await assert.rejects(call, (error: Error) => {
    refusal = error
    assert.equal(error.name, name, error.message)
    if (typeof message === "string") assert.equal(error.message, message)
    else assert.match(error.message, message)
    return true
  })
  return refusal!
}

export const invalidates = (call: Promise<unknown>, message: string | RegExp) =>
  refuses(call, "ValidationException", message)
