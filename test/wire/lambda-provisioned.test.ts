import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { zipOf } from "../harness/zip.ts"
import { invalidates, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld([...FUNCTION_FLAGS])
})
after(() => world[Symbol.asyncDispose]())

const KIND = "export const handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE\n"

const create = (FunctionName: string, source = KIND) =>
  world.create(FunctionName, { Code: { ZipFile: zipOf({ "index.mjs": source }) }, Publish: true })

const provision = (FunctionName: string, Qualifier: string, ProvisionedConcurrentExecutions = 1) =>
  world.lambda.putProvisionedConcurrencyConfig({ FunctionName, Qualifier, ProvisionedConcurrentExecutions })

test("environments are made ready, run the function, and are given up", async () => {
  await create("warm")
  const named = { FunctionName: "warm", Qualifier: "1" }
  await world.server.work.pause()
  const { $metadata, ...put } = await provision("warm", "1", 2)
  assert.equal($metadata.httpStatusCode, 202)
  const { LastModified, ...rest } = put
  assert.match(LastModified!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/)
  assert.deepEqual(rest, {
    RequestedProvisionedConcurrentExecutions: 2,
    AvailableProvisionedConcurrentExecutions: 0,
    AllocatedProvisionedConcurrentExecutions: 0,
    Status: "IN_PROGRESS",
  })
  await world.server.work.resume()
  await world.server.work.settle()
  const { $metadata: _, ...ready } = await world.lambda.getProvisionedConcurrencyConfig(named)
  assert.deepEqual(ready, {
    ...put,
    AvailableProvisionedConcurrentExecutions: 2,
    AllocatedProvisionedConcurrentExecutions: 2,
    Status: "READY",
  })
  const { Payload } = await world.lambda.invoke(named)
  assert.equal(Payload!.transformToString(), '"provisioned-concurrency"')
  const { ProvisionedConcurrencyConfigs } = await world.lambda.listProvisionedConcurrencyConfigs(named)
  assert.deepEqual(ProvisionedConcurrencyConfigs, [{ FunctionArn: `${world.arn("warm")}:1`, ...ready }])
  const deleted = await world.lambda.deleteProvisionedConcurrencyConfig(named)
  assert.equal(deleted.$metadata.httpStatusCode, 204)
  // What is not there is gone (recorded 2025-11).
  await world.lambda.deleteProvisionedConcurrencyConfig(named)
  await refuses(
    world.lambda.getProvisionedConcurrencyConfig(named),
    "ProvisionedConcurrencyConfigNotFoundException",
    404,
    "No Provisioned Concurrency Config found for this function",
  )
  await world.server.work.settle()
  const later = await world.lambda.invoke(named)
  assert.equal(later.Payload!.transformToString(), '"on-demand"')
})

test("a function that cannot begin is told to have failed", async () => {
  await create("broken", 'throw new Error("no")\n')
  await provision("broken", "1")
  await world.server.work.settle()
  const told = await world.lambda.getProvisionedConcurrencyConfig({ FunctionName: "broken", Qualifier: "1" })
  assert.equal(told.Status, "FAILED")
  assert.equal(told.StatusReason, "FUNCTION_ERROR_INIT_FAILURE")
  assert.equal(told.AllocatedProvisionedConcurrentExecutions, 0)
})

test("an alias takes what is ready for it along, and keeps nothing when it goes", async () => {
  await create("moving")
  const { lambda } = world
  await lambda.updateFunctionConfiguration({ FunctionName: "moving", Description: "second" })
  await world.server.work.settle()
  await lambda.publishVersion({ FunctionName: "moving" })
  const alias = { FunctionName: "moving", Name: "live" }
  await lambda.createAlias({ ...alias, FunctionVersion: "1" })
  await provision("moving", "live")
  await refuses(
    provision("moving", "1"),
    "ResourceConflictException",
    409,
    "Version is pointed by a Provisioned Concurrency alias",
  )
  await world.server.work.settle()
  await lambda.updateAlias({ ...alias, FunctionVersion: "2" })
  await world.server.work.settle()
  const { Payload, ExecutedVersion } = await lambda.invoke({ FunctionName: "moving", Qualifier: "live" })
  assert.equal(ExecutedVersion, "2")
  assert.equal(Payload!.transformToString(), '"provisioned-concurrency"')
  const first = await lambda.invoke({ FunctionName: "moving", Qualifier: "1" })
  assert.equal(first.Payload!.transformToString(), '"on-demand"')
  await provision("moving", "1")
  await lambda.createAlias({ FunctionName: "moving", Name: "old", FunctionVersion: "1" })
  await refuses(
    provision("moving", "old"),
    "ResourceConflictException",
    409,
    "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
  )
  await lambda.deleteAlias(alias)
  const named = { FunctionName: "moving", Qualifier: "live" }
  await isMissing(lambda.getProvisionedConcurrencyConfig(named), `Cannot find alias arn: ${world.arn("moving")}:live`)
  await lambda.createAlias({ ...alias, FunctionVersion: "2" })
  await refuses(
    lambda.getProvisionedConcurrencyConfig(named),
    "ProvisionedConcurrencyConfigNotFoundException",
    404,
    "No Provisioned Concurrency Config found for this function",
  )
})

test("what may not be provisioned is refused in AWS's words", async () => {
  await create("limits")
  const { lambda } = world
  await invalidates(
    provision("limits", "$LATEST"),
    "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
  )
  const latest = { FunctionName: "limits", Qualifier: "$LATEST" }
  for (const call of ["getProvisionedConcurrencyConfig", "deleteProvisionedConcurrencyConfig"] as const)
    await invalidates(lambda[call](latest), "The function resource provided must be an alias or a published version.")
  await isMissing(provision("limits", "10"), `Function not found: ${world.arn("limits")}:10`)
  await isMissing(provision("limits", "noalias"), `Cannot find alias arn: ${world.arn("limits")}:noalias`)
  await isMissing(provision("nowhere", "1"), `Function not found: ${world.arn("nowhere")}:1`)
  await isMissing(provision("nowhere", "noalias"), `Cannot find alias arn: ${world.arn("nowhere")}:noalias`)
  await isMissing(
    lambda.listProvisionedConcurrencyConfigs({ FunctionName: "nowhere" }),
    `Function not found: ${world.arn("nowhere")}`,
  )
  await refuses(
    provision("limits", "1", 0),
    "ValidationException",
    400,
    "1 validation error detected: Value '0' at 'provisionedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 1",
  )
  await invalidates(
    provision("limits", "1", 5_000),
    /^Specified ConcurrentExecutions for function is greater than account's unreserved concurrency \[\d+\]\.$/,
  )
  await invalidates(
    provision("limits", "1", 950),
    "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  )
  await lambda.putFunctionConcurrency({ FunctionName: "limits", ReservedConcurrentExecutions: 1 })
  await invalidates(
    provision("limits", "1", 2),
    "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
  )
  await lambda.deleteFunctionConcurrency({ FunctionName: "limits" })
  await provision("limits", "1", 2)
  await invalidates(
    lambda.putFunctionConcurrency({ FunctionName: "limits", ReservedConcurrentExecutions: 1 }),
    " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].",
  )
})
