import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { HELLO, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld()
})
after(() => world[Symbol.asyncDispose]())

const AllowedPublishers = {
  SigningProfileVersionArns: ["arn:aws:signer:us-east-1:111111111111:/signing-profiles/profile/abcdefghij"],
}

test("a configuration is made, changed, listed and deleted", async () => {
  const { lambda } = world
  const made = (await lambda.createCodeSigningConfig({ AllowedPublishers, Description: "first" })).CodeSigningConfig!
  assert.match(made.CodeSigningConfigId!, /^csc-[0-9a-f]{17}$/)
  const { CodeSigningConfigArn, CodeSigningConfigId } = made
  assert.equal(
    CodeSigningConfigArn,
    `arn:aws:lambda:us-east-1:${world.server.account}:code-signing-config:${CodeSigningConfigId}`,
  )
  assert.deepEqual(made.CodeSigningPolicies, { UntrustedArtifactOnDeployment: "Warn" })
  assert.deepEqual((await lambda.getCodeSigningConfig({ CodeSigningConfigArn })).CodeSigningConfig, made)
  const changed = await lambda.updateCodeSigningConfig({
    CodeSigningConfigArn,
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Enforce" },
  })
  assert.equal(changed.CodeSigningConfig!.Description, "first")
  assert.equal(changed.CodeSigningConfig!.CodeSigningPolicies!.UntrustedArtifactOnDeployment, "Enforce")
  const other = (await lambda.createCodeSigningConfig({ AllowedPublishers })).CodeSigningConfig!
  const ids = new Set<string>()
  let Marker: string | undefined
  do {
    const page = await lambda.listCodeSigningConfigs({ MaxItems: 1, Marker })
    for (const one of page.CodeSigningConfigs!) ids.add(one.CodeSigningConfigId!)
    Marker = page.NextMarker
  } while (Marker !== undefined)
  assert.deepEqual(ids, new Set([CodeSigningConfigId!, other.CodeSigningConfigId!]))
  assert.equal((await lambda.deleteCodeSigningConfig({ CodeSigningConfigArn })).$metadata.httpStatusCode, 204)
  const gone = `The Lambda code signing configuration ${CodeSigningConfigArn} can not be found.`
  await isMissing(lambda.getCodeSigningConfig({ CodeSigningConfigArn }), gone)
  await isMissing(lambda.deleteCodeSigningConfig({ CodeSigningConfigArn }), gone)
  await isMissing(lambda.listFunctionsByCodeSigningConfig({ CodeSigningConfigArn }), gone)
})

test("a function has one configuration, or tells that it has none", async () => {
  const { lambda } = world
  await world.create("signed")
  const FunctionName = "signed"
  const { $metadata: _, ...none } = await lambda.getFunctionCodeSigningConfig({ FunctionName })
  assert.deepEqual(none, { FunctionName })
  const { CodeSigningConfigArn } = (await lambda.createCodeSigningConfig({ AllowedPublishers })).CodeSigningConfig!
  const put = await lambda.putFunctionCodeSigningConfig({ FunctionName, CodeSigningConfigArn })
  assert.equal(put.FunctionName, FunctionName)
  const told = await lambda.getFunctionCodeSigningConfig({ FunctionName: world.arn("signed") })
  assert.equal(told.CodeSigningConfigArn, CodeSigningConfigArn)
  assert.deepEqual((await lambda.listFunctionsByCodeSigningConfig({ CodeSigningConfigArn })).FunctionArns, [
    world.arn("signed"),
  ])
  await refuses(
    lambda.deleteCodeSigningConfig({ CodeSigningConfigArn }),
    "ResourceConflictException",
    409,
    /in use|use/,
  )
  await lambda.deleteFunctionCodeSigningConfig({ FunctionName })
  assert.equal((await lambda.getFunctionCodeSigningConfig({ FunctionName })).CodeSigningConfigArn, undefined)
  await lambda.deleteCodeSigningConfig({ CodeSigningConfigArn })
})

test("what is not there is refused in AWS's words", async () => {
  const { lambda } = world
  await world.create("bare")
  const CodeSigningConfigArn = `arn:aws:lambda:us-east-1:${world.server.account}:code-signing-config:csc-0123456789abcdef0`
  await refuses(
    lambda.putFunctionCodeSigningConfig({ FunctionName: "bare", CodeSigningConfigArn }),
    "CodeSigningConfigNotFoundException",
    404,
    `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${CodeSigningConfigArn}.`,
  )
  const nowhere = `Function not found: ${world.arn("nowhere")}`
  await isMissing(lambda.putFunctionCodeSigningConfig({ FunctionName: "nowhere", CodeSigningConfigArn }), nowhere)
  await isMissing(lambda.getFunctionCodeSigningConfig({ FunctionName: "nowhere" }), nowhere)
  await isMissing(lambda.deleteFunctionCodeSigningConfig({ FunctionName: "nowhere" }), nowhere)
})

test("where code must be signed, none is taken: nothing here signs", async () => {
  const { lambda } = world
  const { CodeSigningConfigArn } = (
    await lambda.createCodeSigningConfig({
      AllowedPublishers,
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Enforce" },
    })
  ).CodeSigningConfig!
  const isUnsigned = (call: Promise<unknown>, name: string) =>
    refuses(
      call,
      "CodeVerificationFailedException",
      400,
      `Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept. Check the provided signature for ${name}.`,
    )
  await isUnsigned(world.create("unsigned", { CodeSigningConfigArn }), "unsigned")
  await isMissing(lambda.getFunction({ FunctionName: "unsigned" }), /Function not found/)
  await world.create("later")
  await lambda.putFunctionCodeSigningConfig({ FunctionName: "later", CodeSigningConfigArn })
  await isUnsigned(lambda.updateFunctionCode({ FunctionName: "later", ZipFile: HELLO }), "later")
  await isUnsigned(lambda.updateFunctionCode({ FunctionName: "later", ZipFile: HELLO, DryRun: true }), "later")
  await lambda.updateCodeSigningConfig({
    CodeSigningConfigArn,
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Warn" },
  })
  await lambda.updateFunctionCode({ FunctionName: "later", ZipFile: HELLO })
})

test("a configuration that a function was made with is its own, and goes with it", async () => {
  const { lambda } = world
  const { CodeSigningConfigArn } = (await lambda.createCodeSigningConfig({ AllowedPublishers })).CodeSigningConfig!
  await world.create("warned", { CodeSigningConfigArn })
  const told = await lambda.getFunctionCodeSigningConfig({ FunctionName: "warned" })
  assert.equal(told.CodeSigningConfigArn, CodeSigningConfigArn)
  await lambda.deleteFunction({ FunctionName: "warned" })
  await world.server.work.settle()
  await lambda.deleteCodeSigningConfig({ CodeSigningConfigArn })
})

test("configurations have tags", async () => {
  const { lambda } = world
  const { CodeSigningConfigArn: Resource } = (
    await lambda.createCodeSigningConfig({ AllowedPublishers, Tags: { team: "blue" } })
  ).CodeSigningConfig!
  await lambda.tagResource({ Resource, Tags: { stage: "test" } })
  await lambda.untagResource({ Resource, TagKeys: ["team"] })
  assert.deepEqual((await lambda.listTags({ Resource })).Tags, { stage: "test" })
})
