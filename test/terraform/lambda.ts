import assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda"
import { root } from "../../tools/sources.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startServer } from "../harness/server.ts"
import { missingTerraform, openTerraform } from "../harness/terraform.ts"
import { zipOf } from "../harness/zip.ts"

const missing = missingTerraform()
if (missing !== undefined) throw new Error(`Terraform cannot be tried: ${missing}.`)

const code = (answer: string) =>
  zipOf({ "index.mjs": `export const handler = async () => ${JSON.stringify(answer)}\n` })

/** `plan -detailed-exitcode`: 0 says that nothing is to be changed. */
const NOTHING = 0

test("Terraform applies Lambda's resources, finds them as they are, changes and destroys them", async () => {
  await using server = await startServer([...FUNCTION_FLAGS])
  await using terraform = await openTerraform(join(root, "test/terraform/lambda.tf"), server)
  const inDirectory = (name: string) => join(terraform.directory, name)
  const does = async (command: string, ...flags: string[]) => {
    const { code, output } = await terraform.run(command, ...flags)
    assert.equal(code, NOTHING, output)
    return output
  }
  writeFileSync(inDirectory("code.zip"), code("first"))
  writeFileSync(inDirectory("layer.zip"), zipOf({ "nodejs/file.txt": "x" }))
  assert.match(await does("apply", "-auto-approve"), /19 added, 0 changed, 0 destroyed/)
  await does("plan", "-detailed-exitcode")
  writeFileSync(inDirectory("code.zip"), code("second"))
  writeFileSync(
    inDirectory("terraform.tfvars"),
    'memory = 256\nextra = "y"\ncors_origin = "https://b.example"\nbatch = 60\nretries = 0\n',
  )
  assert.match(await does("apply", "-auto-approve"), /0 added, [1-9]\d* changed, 0 destroyed/)
  await does("plan", "-detailed-exitcode")
  const lambda = new LambdaClient(server.client)
  const changed = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "tf-f", Qualifier: "live" }))
  assert.equal(changed.Version, "2")
  assert.equal(changed.MemorySize, 256)
  assert.match(await does("destroy", "-auto-approve"), /19 destroyed/)
})
