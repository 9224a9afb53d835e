import assert from "node:assert/strict"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { readConfig } from "../../src/config.ts"
import { root } from "../../tools/sources.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { zipOf } from "../harness/zip.ts"
import { type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
/** What an operator has for all functions: our own packages, and a module of Python's. */
let modules: string

before(async () => {
  modules = mkdtempSync(join(tmpdir(), "hallpass-modules-"))
  world = await openLambdaWorld([...FUNCTION_FLAGS, "--function-modules", root])
  const dynamo = new DynamoDB(world.server.client)
  for (const TableName of ["mine", "theirs"]) {
    await dynamo.createTable({
      TableName,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    })
    await dynamo.putItem({ TableName, Item: { id: { S: "1" }, of: { S: TableName } } })
  }
  await allow("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/mine")
})
after(async () => {
  await world[Symbol.asyncDispose]()
  rmSync(modules, { recursive: true, force: true })
})

const allow = (Action: string, Resource: string) =>
  world.iam.putRolePolicy({
    RoleName: "function-role",
    PolicyName: Action.replace(":", "-"),
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] }),
  })

async function run({ lambda }: LambdaWorld, FunctionName: string, event: unknown) {
  const { Payload, FunctionError } = await lambda.invoke({ FunctionName, Payload: JSON.stringify(event) })
  return { failed: FunctionError !== undefined, answer: JSON.parse(Payload!.transformToString()) }
}

const GETS = (begin: string) => `${begin}
const client = new DynamoDBClient()
const handler = async ({ table }) => {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { id: { S: "1" } } }))
  return Item.of.S
}
`

describe("the AWS SDK that an operator has for functions", () => {
  it("is imported by functions that bring none, and acts as their role", async () => {
    const begin = 'import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb"'
    const code = { "index.mjs": `${GETS(begin)}export { handler }\n` }
    await world.create("imports", { Code: { ZipFile: zipOf(code) }, Timeout: 20, MemorySize: 512 })
    assert.deepEqual(await run(world, "imports", { table: "mine" }), { failed: false, answer: "mine" })
    const { failed, answer } = await run(world, "imports", { table: "theirs" })
    assert.equal(failed, true)
    assert.equal(answer.errorType, "AccessDeniedException")
    assert.equal(
      answer.errorMessage,
      "User: arn:aws:sts::123456789012:assumed-role/function-role/imports is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/theirs because no identity-based policy allows the dynamodb:GetItem action",
    )
  })

  it("is required too, and gives way to what a function brings", async () => {
    const begin = 'const { DynamoDBClient, GetItemCommand } = require("@aws-sdk/client-dynamodb")'
    const code = { "index.js": `${GETS(begin)}exports.handler = handler\n` }
    await world.create("requires", { Code: { ZipFile: zipOf(code) }, Timeout: 20, MemorySize: 512 })
    assert.deepEqual(await run(world, "requires", { table: "mine" }), { failed: false, answer: "mine" })
    const own = {
      "index.js": 'exports.handler = async () => require("@aws-sdk/client-dynamodb").mine',
      "node_modules/@aws-sdk/client-dynamodb/index.js": "exports.mine = true",
    }
    await world.create("brings", { Code: { ZipFile: zipOf(own) } })
    assert.deepEqual(await run(world, "brings", {}), { failed: false, answer: true })
  })

  it("passes the chain of invocations on, so that a function that invokes itself is stopped", async () => {
    await allow("lambda:InvokeFunction", "*")
    const code = `import { LambdaClient, InvokeCommand } from "@aws-sdk/client-lambda"
const client = new LambdaClient({ maxAttempts: 1 })
export const handler = async ({ depth = 1 }, { functionName }) => {
  const Payload = JSON.stringify({ depth: depth + 1 })
  try {
    const { Payload: answer } = await client.send(new InvokeCommand({ FunctionName: functionName, Payload }))
    return JSON.parse(answer.transformToString())
  } catch (error) {
    return { depth, name: error.name }
  }
}`
    await world.create("itself", { Code: { ZipFile: zipOf({ "index.mjs": code }) }, Timeout: 60, MemorySize: 512 })
    const { answer } = await run(world, "itself", {})
    // A machine with little memory has no room for sixteen at a time, and says so.
    assert.match(answer.name, /^(RecursiveInvocationException|TooManyRequestsException)$/)
    if (answer.name === "RecursiveInvocationException") assert.equal(answer.depth, 16)
  })

  it("cannot be written to", async () => {
    const code = `import { writeFileSync } from "node:fs"
export const handler = async () => {
  const [folder] = process.env.NODE_PATH.split(":").slice(-1)
  try { writeFileSync(folder + "/.written-by-a-function", "x") } catch (error) { return error.code }
}`
    await world.create("writes", { Code: { ZipFile: zipOf({ "index.mjs": code }) } })
    assert.match((await run(world, "writes", {})).answer, /^(EROFS|EACCES)$/)
  })
})

describe("the directory of modules", () => {
  it("has those of Python below 'python', which come last", async () => {
    mkdirSync(join(modules, "python"))
    writeFileSync(join(modules, "python", "operators.py"), "name = 'the operator'\n")
    writeFileSync(join(modules, "python", "json.py"), "raise Exception('not this one')\n")
    chmodSync(modules, 0o755)
    await using other = await openLambdaWorld([...FUNCTION_FLAGS, "--function-modules", modules])
    const code = "import json, operators\n\ndef handler(event, context):\n    return operators.name\n"
    await other.create("python", {
      Runtime: "python3.13",
      Code: { ZipFile: zipOf({ "index.py": code }) },
    })
    assert.deepEqual(await run(other, "python", {}), { failed: false, answer: "the operator" })
  })

  it("has to be open to functions that run as users of their own", async (t) => {
    if (FUNCTION_FLAGS.length > 0) return t.skip("functions run as the server's user here")
    chmodSync(modules, 0o700)
    await using other = await openLambdaWorld([...FUNCTION_FLAGS, "--function-modules", modules])
    await other.create("nowhere")
    await refuses(
      other.lambda.invoke({ FunctionName: "nowhere" }),
      "NotImplemented",
      501,
      /cannot come to .*: its folders have to be open to all/,
    )
    chmodSync(modules, 0o755)
  })

  it("is looked at when the server begins", () => {
    const read = (path: string) => readConfig(["--function-modules", path], {}).functions.modules
    assert.throws(() => read(join(modules, "nowhere")), /'.*nowhere' is no directory/)
    mkdirSync(join(modules, "empty"))
    assert.throws(() => read(join(modules, "empty")), /has neither node_modules \(run 'npm install' in it\) nor python/)
    symlinkSync(modules, join(modules, "link"))
    assert.equal(read(join(modules, "link")), modules)
    assert.equal(readConfig([], {}).functions.modules, undefined)
  })
})
