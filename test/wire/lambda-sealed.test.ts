import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { after, test } from "node:test"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda } from "@aws-sdk/client-lambda"
import { start } from "../../src/testing/index.ts"
import { HELLO, TRUSTS_LAMBDA } from "./lambda-world.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-lambda-"))
after(() => rmSync(directory, { recursive: true, force: true }))

const SECRET = "a-secret-that-lies-nowhere"

test("variables lie nowhere in clear, and are those of no other function", async () => {
  {
    await using server = await start({ dataDirectory: directory })
    const iam = new IAM(server.client)
    const lambda = new Lambda(server.client)
    const { Role } = await iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: TRUSTS_LAMBDA })
    for (const [FunctionName, value] of [
      ["secret", SECRET],
      ["other", "nothing"],
    ] as const) {
      await lambda.createFunction({
        FunctionName,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: Role!.Arn!,
        Code: { ZipFile: HELLO },
        Environment: { Variables: { VALUE: value } },
      })
      await server.work.settle()
      await lambda.publishVersion({ FunctionName })
    }
  }
  for (const file of readdirSync(directory))
    if (file.startsWith("hallpass.db")) assert.equal(readFileSync(join(directory, file)).includes(SECRET), false, file)

  const database = new DatabaseSync(join(directory, "hallpass.db"))
  const rows = database
    .prepare(
      "SELECT f.name, f.id, v.body FROM lambda_functions f JOIN lambda_versions v ON v.function_id = f.id AND v.version = 1",
    )
    .all() as { name: string; id: string; body: string }[]
  const rowOf = (name: string) => rows.find((row) => row.name === name)!
  const { environment } = JSON.parse(rowOf("secret").body)
  const body = JSON.stringify({ ...JSON.parse(rowOf("other").body), environment })
  database
    .prepare("UPDATE lambda_versions SET body = ? WHERE function_id = ? AND version = 1")
    .run(body, rowOf("other").id)
  database.close()

  const server = await start({ dataDirectory: directory })
  const lambda = new Lambda({ ...server.client, maxAttempts: 1 })
  const variablesOf = async (FunctionName: string, Qualifier: string) =>
    (await lambda.getFunctionConfiguration({ FunctionName, Qualifier })).Environment?.Variables
  assert.deepEqual(await variablesOf("secret", "1"), { VALUE: SECRET })
  assert.deepEqual(await variablesOf("other", "$LATEST"), { VALUE: "nothing" })
  await assert.rejects(variablesOf("other", "1"), ({ message }: Error) => !message.includes(SECRET))
  // The server has written down that its database was tampered with, and a test's server tells of it in the end.
  await assert.rejects(async () => server[Symbol.asyncDispose](), AggregateError)
})
