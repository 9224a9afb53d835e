import assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { ApiGatewayV2 } from "@aws-sdk/client-apigatewayv2"
import { root } from "../../tools/sources.ts"
import { startServer } from "../harness/server.ts"
import { missingTerraform, openTerraform } from "../harness/terraform.ts"

const missing = missingTerraform()
if (missing !== undefined) throw new Error(`Terraform cannot be tried: ${missing}.`)

/** `plan -detailed-exitcode`: 0 says that nothing is to be changed. */
const NOTHING = 0

test("Terraform applies HTTP APIs, finds them as they are, changes and destroys them", async () => {
  await using server = await startServer([])
  await using terraform = await openTerraform(join(root, "test/terraform/http-api.tf"), server)
  const does = async (command: string, ...flags: string[]) => {
    const { code, output } = await terraform.run(command, ...flags)
    assert.equal(code, NOTHING, output)
    return output
  }
  assert.match(await does("apply", "-auto-approve"), /22 added, 0 changed, 0 destroyed/)
  await does("plan", "-detailed-exitcode")
  writeFileSync(
    join(terraform.directory, "terraform.tfvars"),
    'description = "second"\nburst = 7\norigin = "https://b.example"\nscopes = ["photos/read", "photos/write"]\n',
  )
  assert.match(await does("apply", "-auto-approve"), /0 added, 4 changed, 0 destroyed/)
  await does("plan", "-detailed-exitcode")
  const gateway = new ApiGatewayV2(server.client)
  const { Items = [] } = await gateway.getApis({})
  const api = Items.find(({ Name }) => Name === "tf-photos")!
  assert.equal(api.Description, "second")
  assert.deepEqual(api.CorsConfiguration!.AllowOrigins, ["https://b.example"])
  const ApiId = api.ApiId!
  const stage = await gateway.getStage({ ApiId, StageName: "$default" })
  assert.deepEqual(stage.StageVariables, { color: "second" })
  assert.equal(stage.DefaultRouteSettings!.ThrottlingBurstLimit, 7)
  assert.match(await does("destroy", "-auto-approve"), /22 destroyed/)
  assert.deepEqual((await gateway.getApis({})).Items, [])
})
