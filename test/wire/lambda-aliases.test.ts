import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { zipOf } from "../harness/zip.ts"
import { invalidates, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld()
  await world.create("f")
  for (const text of ["two", "three"]) {
    await world.lambda.publishVersion({ FunctionName: "f" })
    await world.lambda.updateFunctionCode({ FunctionName: "f", ZipFile: zipOf({ "index.mjs": `// ${text}` }) })
    await world.server.work.settle()
  }
})
after(() => world[Symbol.asyncDispose]())

const alias = (Name: string, input: object = {}) =>
  world.lambda.createAlias({ FunctionName: "f", FunctionVersion: "1", Name, ...input })

test("an alias is made, told, changed and deleted", async () => {
  const { lambda } = world
  const { $metadata, ...created } = await alias("life", { Description: "d" })
  assert.equal($metadata.httpStatusCode, 201)
  const { RevisionId, ...rest } = created
  assert.deepEqual(rest, {
    AliasArn: world.arn("f:life"),
    Name: "life",
    FunctionVersion: "1",
    Description: "d",
  })
  const name = { FunctionName: "f", Name: "life" }
  const updated = await lambda.updateAlias({
    ...name,
    RevisionId,
    RoutingConfig: { AdditionalVersionWeights: { "2": 0.25 } },
  })
  assert.notEqual(updated.RevisionId, RevisionId)
  assert.deepEqual(updated.RoutingConfig, { AdditionalVersionWeights: { "2": 0.25 } })
  assert.equal(updated.Description, "d")
  await refuses(
    lambda.updateAlias({ ...name, RevisionId, Description: "x" }),
    "PreconditionFailedException",
    412,
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
  )
  const moved = await lambda.updateAlias({
    ...name,
    FunctionVersion: "2",
    RoutingConfig: { AdditionalVersionWeights: {} },
  })
  assert.equal(moved.RoutingConfig, undefined)
  const { $metadata: _, ...found } = await lambda.getAlias(name)
  const { $metadata: __, ...told } = moved
  assert.deepEqual(found, told)
  for (let i = 0; i < 2; i++) assert.equal((await lambda.deleteAlias(name)).$metadata.httpStatusCode, 204)
  await isMissing(lambda.getAlias(name), `Cannot find alias arn: ${world.arn("f:life")}`)
  await isMissing(lambda.updateAlias({ ...name, Description: "x" }), `Alias not found: ${world.arn("f:life")}`)
})

test("a function is found by its alias, whose ARN the answer has", async () => {
  await alias("by")
  const { FunctionArn, Version } = await world.lambda.getFunctionConfiguration({ FunctionName: "f", Qualifier: "by" })
  assert.equal(FunctionArn, world.arn("f:by"))
  assert.equal(Version, "1")
  await isMissing(
    world.lambda.getFunction({ FunctionName: "f", Qualifier: "aliasdoesnotexist" }),
    `Function not found: ${world.arn("f:aliasdoesnotexist")}`,
  )
})

test("a version that an alias leads to, by whatever weight, stays", async () => {
  await world.lambda.publishVersion({ FunctionName: "f" })
  await alias("main", { FunctionVersion: "3" })
  await alias("part", { RoutingConfig: { AdditionalVersionWeights: { "3": 0.5 } } })
  const remove = () => world.lambda.deleteFunction({ FunctionName: "f", Qualifier: "3" })
  const text = "Unable to delete version because the following aliases reference it: "
  await refuses(remove(), "ResourceConflictException", 409, `${text}[main, part]`)
  await world.lambda.deleteAlias({ FunctionName: "f", Name: "main" })
  await refuses(remove(), "ResourceConflictException", 409, `${text}[part]`)
  await world.lambda.deleteAlias({ FunctionName: "f", Name: "part" })
  await remove()
})

test("aliases are listed by name, those of a version by that, in pages", async () => {
  const { lambda } = world
  for (const name of ["l1", "l2", "l3"]) await alias(name, { FunctionVersion: "2" })
  const first = await lambda.listAliases({ FunctionName: "f", FunctionVersion: "2", MaxItems: 2 })
  assert.deepEqual(
    first.Aliases!.map(({ Name }) => Name),
    ["l1", "l2"],
  )
  const rest = await lambda.listAliases({ FunctionName: "f", FunctionVersion: "2", Marker: first.NextMarker! })
  assert.deepEqual(
    rest.Aliases!.map(({ Name }) => Name),
    ["l3"],
  )
  assert.equal(rest.NextMarker, undefined)
  await isMissing(lambda.listAliases({ FunctionName: "absent" }), `Function not found: ${world.arn("absent")}`)
})

test("routing that cannot be is refused in AWS's words", async () => {
  const route = (weights: Record<string, number>, input: object = {}) =>
    alias("custom", { RoutingConfig: { AdditionalVersionWeights: weights }, ...input })
  await invalidates(
    route({ "1": 0.1, "2": 0.2 }),
    "Number of items in AdditionalVersionWeights cannot be greater than 1",
  )
  await refuses(
    route({ "2": 2 }),
    "ValidationException",
    400,
    "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
  )
  await refuses(
    route({ $LATEST: 0.5 }),
    "ValidationException",
    400,
    "1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]",
  )
  await invalidates(
    route({ "1": 0.5 }),
    "Invalid function version 1. Function version 1 is already included in routing configuration.",
  )
  await invalidates(
    route({ "2": 0.5 }, { FunctionVersion: "$LATEST" }),
    "$LATEST is not supported for an alias pointing to more than 1 version",
  )
  await isMissing(alias("custom", { FunctionVersion: "10" }), `Function not found: ${world.arn("f:10")}`)
  for (const version of ["0", "007", "99999999999999999999", "$LATEST.PUBLISHED"]) {
    const text = `Function not found: ${world.arn(`f:${version}`)}`
    await isMissing(alias("custom", { FunctionVersion: version }), text)
    if (!version.startsWith("$")) await isMissing(route({ [version]: 0.5 }), text)
    await isMissing(world.lambda.getFunction({ FunctionName: "f", Qualifier: version }), text)
  }
  await isMissing(alias("custom", { FunctionName: "f-unknown" }), `Function not found: ${world.arn("f-unknown:1")}`)
  await refuses(
    alias("2024"),
    "ValidationException",
    400,
    "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
  )
  await alias("custom")
  await refuses(alias("custom"), "ResourceConflictException", 409, `Alias already exists: ${world.arn("f:custom")}`)
  assert.equal((await alias("latest", { FunctionVersion: "$LATEST", RoutingConfig: {} })).RoutingConfig, undefined)
})
