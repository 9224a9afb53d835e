import assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { DynamoDBStreams } from "@aws-sdk/client-dynamodb-streams"
import { root } from "../../tools/sources.ts"
import { startServer } from "../harness/server.ts"
import { missingTerraform, openTerraform } from "../harness/terraform.ts"

const missing = missingTerraform()
if (missing !== undefined) throw new Error(`Terraform cannot be tried: ${missing}.`)

/** `plan -detailed-exitcode`: 0 says that nothing is to be changed. */
const NOTHING = 0

test("Terraform applies streams of tables and their destinations, finds them as they are, changes and destroys them", async () => {
  await using server = await startServer()
  await using terraform = await openTerraform(join(root, "test/terraform/table-streams.tf"), server)
  const does = async (command: string, ...flags: string[]) => {
    const { code, output } = await terraform.run(command, ...flags)
    assert.equal(code, NOTHING, output)
    return output
  }
  const set = (text: string) => writeFileSync(join(terraform.directory, "terraform.tfvars"), text)
  const applied = await does("apply", "-auto-approve")
  assert.match(applied, /5 added, 0 changed, 0 destroyed/)
  await does("plan", "-detailed-exitcode")
  const streams = new DynamoDBStreams(server.client)
  const [first] = (await streams.listStreams({})).Streams!
  assert.ok(applied.includes(`stream_arn = "${first!.StreamArn}"`), applied)
  set('view = "KEYS_ONLY"\nprecision = "MICROSECOND"\n')
  await does("apply", "-auto-approve")
  await does("plan", "-detailed-exitcode")
  assert.equal((await streams.listStreams({})).Streams!.length, 2)
  set("enabled = false\n")
  await does("apply", "-auto-approve")
  await does("plan", "-detailed-exitcode")
  assert.match(await does("destroy", "-auto-approve"), /4 destroyed/)
})
