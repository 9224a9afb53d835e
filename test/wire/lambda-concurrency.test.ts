import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { HELLO, invalidates, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld()
})
after(() => world[Symbol.asyncDispose]())

test("what a function reserves is told until it is given up", async () => {
  await world.create("reserving")
  const FunctionName = "reserving"
  const { lambda } = world
  const { $metadata: _, ...none } = await lambda.getFunctionConcurrency({ FunctionName })
  assert.deepEqual(none, {})
  const put = await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 7 })
  assert.equal(put.ReservedConcurrentExecutions, 7)
  assert.equal((await lambda.getFunctionConcurrency({ FunctionName })).ReservedConcurrentExecutions, 7)
  assert.deepEqual((await lambda.getFunction({ FunctionName })).Concurrency, { ReservedConcurrentExecutions: 7 })
  await lambda.putFunctionConcurrency({ FunctionName: world.arn("reserving"), ReservedConcurrentExecutions: 0 })
  assert.equal((await lambda.getFunctionConcurrency({ FunctionName })).ReservedConcurrentExecutions, 0)
  const { $metadata } = await lambda.deleteFunctionConcurrency({ FunctionName })
  assert.equal($metadata.httpStatusCode, 204)
  assert.equal((await lambda.getFunctionConcurrency({ FunctionName })).ReservedConcurrentExecutions, undefined)
  assert.equal((await lambda.getFunction({ FunctionName })).Concurrency, undefined)
})

test("100 executions of the account stay unreserved", async () => {
  await world.create("greedy")
  await world.create("other")
  const { lambda } = world
  const text =
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100]."
  const reserve = (FunctionName: string, ReservedConcurrentExecutions: number) =>
    lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions })
  await invalidates(reserve("greedy", 901), text)
  await reserve("greedy", 900)
  await invalidates(reserve("other", 1), text)
  // Its own is not counted twice.
  await reserve("greedy", 899)
  await reserve("other", 1)
  // What a function kept is free as soon as it is gone.
  await lambda.deleteFunction({ FunctionName: "greedy" })
  await reserve("other", 900)
  await lambda.deleteFunctionConcurrency({ FunctionName: "other" })
})

test("only functions as a whole reserve", async () => {
  await world.create("whole", { Publish: true })
  const text =
    "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN."
  for (const FunctionName of ["whole:1", "whole:$LATEST", `${world.arn("whole")}:alias`])
    await invalidates(world.lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 1 }), text)
  await isMissing(
    world.lambda.putFunctionConcurrency({ FunctionName: "nowhere", ReservedConcurrentExecutions: 1 }),
    `Function not found: ${world.arn("nowhere")}:$LATEST`,
  )
})

test("what a function does when it reaches itself is kept", async () => {
  await world.create("loop")
  const FunctionName = "loop"
  assert.equal((await world.lambda.getFunctionRecursionConfig({ FunctionName })).RecursiveLoop, "Terminate")
  await world.lambda.putFunctionRecursionConfig({ FunctionName, RecursiveLoop: "Allow" })
  assert.equal((await world.lambda.getFunctionRecursionConfig({ FunctionName })).RecursiveLoop, "Allow")
  await isMissing(
    world.lambda.getFunctionRecursionConfig({ FunctionName: "nowhere" }),
    `Function not found: ${world.arn("nowhere")}`,
  )
  await refuses(
    world.lambda.putFunctionRecursionConfig({ FunctionName, RecursiveLoop: "InvalidValue" as "Allow" }),
    "ValidationException",
    400,
    "1 validation error detected: Value 'InvalidValue' at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Terminate, Allow]",
  )
})

test("the account's limits and what is used of them are told", async () => {
  await world.create("counted")
  const { lambda } = world
  const before = await lambda.getAccountSettings({})
  const { UnreservedConcurrentExecutions: unreserved, ...limit } = before.AccountLimit!
  assert.deepEqual(limit, {
    TotalCodeSize: 80_530_636_800,
    CodeSizeUnzipped: 262_144_000,
    CodeSizeZipped: 52_428_800,
    ConcurrentExecutions: 1_000,
  })
  await lambda.putFunctionConcurrency({ FunctionName: "counted", ReservedConcurrentExecutions: 10 })
  await world.create("counted-too")
  const after = await lambda.getAccountSettings({})
  assert.equal(after.AccountLimit!.UnreservedConcurrentExecutions, unreserved! - 10)
  assert.equal(after.AccountUsage!.FunctionCount, before.AccountUsage!.FunctionCount! + 1)
  assert.equal(after.AccountUsage!.TotalCodeSize, before.AccountUsage!.TotalCodeSize! + HELLO.length)
})
