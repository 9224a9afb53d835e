import assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { APIGateway } from "@aws-sdk/client-api-gateway"
import { root } from "../../tools/sources.ts"
import { startServer } from "../harness/server.ts"
import { missingTerraform, openTerraform } from "../harness/terraform.ts"

const missing = missingTerraform()
if (missing !== undefined) throw new Error(`Terraform cannot be tried: ${missing}.`)

/** `plan -detailed-exitcode`: 0 says that nothing is to be changed. */
const NOTHING = 0

test("Terraform applies REST APIs, finds them as they are, changes and destroys them", async () => {
  await using server = await startServer([])
  await using terraform = await openTerraform(join(root, "test/terraform/api-gateway.tf"), server)
  const does = async (command: string, ...flags: string[]) => {
    const { code, output } = await terraform.run(command, ...flags)
    assert.equal(code, NOTHING, output)
    return output
  }
  assert.match(await does("apply", "-auto-approve"), /30 added, 0 changed, 0 destroyed/)
  await does("plan", "-detailed-exitcode")
  writeFileSync(
    join(terraform.directory, "terraform.tfvars"),
    'description = "second"\nburst = 7\nquota = 200\ncompression = 0\nlog_level = "OFF"\ntemplate = "{\\"statusCode\\": 201}"\n',
  )
  await does("apply", "-auto-approve")
  await does("plan", "-detailed-exitcode")
  const gateway = new APIGateway(server.client)
  const { items } = await gateway.getRestApis({})
  const [api] = items!
  assert.equal(api!.description, "second")
  assert.equal(api!.minimumCompressionSize, 0)
  const stage = await gateway.getStage({ restApiId: api!.id!, stageName: "prod" })
  assert.deepEqual(stage.variables, { color: "second" })
  assert.equal(stage.methodSettings!["*/*"]!.throttlingBurstLimit, 7)
  assert.match(await does("destroy", "-auto-approve"), /30 destroyed/)
  assert.deepEqual((await gateway.getRestApis({})).items, [])
})
