import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { after, test } from "node:test"
import { root } from "../tools/sources.ts"
import { startPostgres } from "./harness/postgres.ts"

/** Of each service the files that say most of its records: what they hold on SQLite they hold on PostgreSQL. */
const FILES = [
  "scenarios/chain",
  "scenarios/folders",
  "wire/iam-roles",
  "wire/iam-users",
  "wire/iam-policies",
  "wire/sts-sessions",
  "wire/cognito-idp-users",
  "wire/cognito-idp-tokens",
  "wire/cognito-idp-races",
  "wire/cognito-idp-passkeys",
  "wire/cognito-idp-user-import",
  "wire/hosted-providers",
  "wire/hosted-token",
  "wire/federation-merging",
  "wire/cognito-identity-identities",
  "wire/cognito-sync",
  "wire/cognito-sync-merges",
  "wire/cognito-sync-devices",
  "wire/cognito-sync-streams",
  "wire/dynamodb-queries",
  "wire/dynamodb-background",
  "wire/dynamodb-batches",
  "wire/dynamodb-streams",
  "wire/dynamodb-streams-settings",
  "wire/lambda-event-sources",
  "wire/lambda-event-streams",
  "wire/lambda-event-tables",
  "wire/kinesis-subscriptions",
  "wire/lambda-accounts",
  "wire/lambda-permissions",
  "wire/lambda-provisioned",
  "wire/lambda-urls",
  "wire/lambda-events",
  "wire/lambda-invoke",
  "wire/lambda-keys",
  "wire/lambda-buckets",
  "wire/kinesis-streams",
  "wire/kinesis-records",
  "wire/kinesis-sharing",
  "wire/kms-keys",
  "wire/kms-grants",
  "wire/logs-groups",
  "wire/logs-events",
  "wire/lambda-updates",
  "wire/lambda-aliases",
  "wire/lambda-layers",
  "wire/execute-api",
  "wire/execute-api-authorizers",
  "wire/execute-api-compression",
  "wire/execute-api-stages",
  "wire/apigateway-apis",
  "wire/apigateway-methods",
  "wire/apigateway-stages",
  "wire/apigateway-parts",
  "wire/apigateway-keys",
  "wire/apigateway-account",
  "wire/apigateway-access",
  "wire/apigatewayv2-apis",
  "wire/apigatewayv2-routes",
  "wire/apigatewayv2-stages",
  "wire/http-apis",
  "wire/http-apis-authorizers",
  "wire/web-sockets",
  "wire/web-socket-handshakes",
  "wire/web-socket-hostile",
  "wire/s3-listing",
  "wire/s3-multipart",
]

const own = await startPostgres()
const skip = typeof own === "string" ? own : false
// One that is there for all: each file then makes databases on it, and starts none.
const HALLPASS_TEST_DATABASE_URL = typeof own === "string" ? undefined : await own.createDatabase()

for (const file of FILES)
  test(`${file} on PostgreSQL`, { skip }, async () => {
    const { code, output } = await run(join(root, "test", `${file}.test.ts`))
    assert.equal(code, 0, output)
    assert.match(output, /^ℹ pass [1-9]\d*$/m)
    assert.match(output, /^ℹ fail 0$/m)
  })

after(async () => {
  if (typeof own !== "string") await own.stop()
})

function run(file: string): Promise<{ code: number | null; output: string }> {
  // Without the runner's own variables, lest the child takes itself for a part of this run.
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env
  const child = spawn(process.execPath, ["--test-reporter=spec", file], {
    cwd: root,
    env: { ...environment, HALLPASS_TEST_STORE: "postgres", HALLPASS_TEST_DATABASE_URL },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text
      // Whoever runs this file sees that it gets on.
      process.stdout.write(text)
    })
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })))
}
