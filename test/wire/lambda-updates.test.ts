import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { after, before, test } from "node:test"
import { Lambda, waitUntilFunctionUpdatedV2, waitUntilPublishedVersionActive } from "@aws-sdk/client-lambda"
import { S3 } from "@aws-sdk/client-s3"
import { zipOf } from "../harness/zip.ts"
import { HELLO, invalidates, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld()
})
after(() => world[Symbol.asyncDispose]())

const other = (text: string) => zipOf({ "index.mjs": `export const handler = async () => "${text}"\n` })
const sha256 = (zip: Uint8Array) => createHash("sha256").update(zip).digest("base64")
const configuration = (name: string, Qualifier?: string) =>
  world.lambda.getFunctionConfiguration({ FunctionName: name, ...(Qualifier && { Qualifier }) })

test("an update is in progress, then successful, under revisions of its own; a second one has to wait", async () => {
  await world.create("updated")
  const { lambda, server } = world
  const before = (await configuration("updated")).RevisionId
  await server.work.pause()
  const updating = await lambda.updateFunctionConfiguration({
    FunctionName: "updated",
    Description: "new",
    Timeout: 7,
    MemorySize: 256,
    Environment: { Variables: { STAGE: "test" } },
    LoggingConfig: { LogFormat: "JSON" },
  })
  assert.equal(updating.State, "Active")
  assert.equal(updating.LastUpdateStatus, "InProgress")
  assert.equal(updating.LastUpdateStatusReason, "The function is being created.")
  assert.equal(updating.LastUpdateStatusReasonCode as string, "Creating")
  const busy = `The operation cannot be performed at this time. An update is in progress for resource: ${world.arn("updated")}`
  for (const again of [
    () => lambda.updateFunctionConfiguration({ FunctionName: "updated", Timeout: 8 }),
    () => lambda.updateFunctionCode({ FunctionName: "updated", ZipFile: HELLO }),
    () => lambda.publishVersion({ FunctionName: "updated" }),
  ])
    await refuses(again(), "ResourceConflictException", 409, busy)
  await server.work.resume()
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 20 }, { FunctionName: "updated" })
  const now = await configuration("updated")
  assert.equal(new Set([before, updating.RevisionId, now.RevisionId]).size, 3)
  assert.equal(now.Description, "new")
  assert.equal(now.Timeout, 7)
  assert.equal(now.MemorySize, 256)
  assert.deepEqual(now.Environment, { Variables: { STAGE: "test" } })
  assert.deepEqual(now.LoggingConfig, {
    LogFormat: "JSON",
    ApplicationLogLevel: "INFO",
    SystemLogLevel: "INFO",
    LogGroup: "/aws/lambda/updated",
  })
  await lambda.updateFunctionConfiguration({ FunctionName: "updated", LoggingConfig: { LogFormat: "Text" } })
  await server.work.settle()
  const text = await configuration("updated")
  assert.deepEqual(text.LoggingConfig, { LogFormat: "Text", LogGroup: "/aws/lambda/updated" })
  assert.equal(text.Timeout, 7)
  assert.deepEqual(text.Environment, { Variables: { STAGE: "test" } })
})

test("an update that changes nothing is an update, and a revision that is none is refused", async () => {
  await world.create("unchanged")
  const { RevisionId } = await configuration("unchanged")
  const text =
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
  const wrong = { FunctionName: "unchanged", RevisionId: "wrong" }
  const { lambda } = world
  for (const call of [
    () => lambda.updateFunctionConfiguration({ ...wrong, Timeout: 3 }),
    () => lambda.updateFunctionCode({ ...wrong, ZipFile: HELLO }),
    () => lambda.publishVersion(wrong),
  ])
    await refuses(call(), "PreconditionFailedException", 412, text)
  const updated = await lambda.updateFunctionConfiguration({ FunctionName: "unchanged", RevisionId, Timeout: 3 })
  assert.equal(updated.LastUpdateStatus, "InProgress")
  assert.notEqual(updated.RevisionId, RevisionId)
})

test("new code has its own hash and is what is downloaded; a dry run changes nothing", async () => {
  await world.create("recoded")
  const { lambda, server } = world
  const next = other("next")
  const dry = await lambda.updateFunctionCode({ FunctionName: "recoded", ZipFile: next, DryRun: true })
  assert.equal(dry.CodeSha256, sha256(next))
  assert.equal((await configuration("recoded")).CodeSha256, sha256(HELLO))
  const updated = await lambda.updateFunctionCode({ FunctionName: "recoded", ZipFile: next, Architectures: ["arm64"] })
  assert.equal(updated.CodeSha256, sha256(next))
  assert.equal(updated.FunctionArn, world.arn("recoded"))
  await server.work.settle()
  const { Code, Configuration } = await lambda.getFunction({ FunctionName: "recoded" })
  assert.deepEqual(Configuration!.Architectures, ["arm64"])
  assert.deepEqual(Buffer.from(await (await fetch(Code!.Location!)).arrayBuffer()), next)
  await invalidates(
    lambda.updateFunctionCode({ FunctionName: "recoded", ImageUri: "x" }),
    "Please don't provide ImageUri when updating a function with packageType Zip.",
  )
  await isMissing(
    lambda.updateFunctionCode({ FunctionName: "absent", ZipFile: next }),
    `Function not found: ${world.arn("absent")}`,
  )
})

test("versions are what $LATEST was, are made once of what has not changed, and are numbered once", async () => {
  await world.create("versioned", { Description: "first" })
  const { lambda, server } = world
  const name = { FunctionName: "versioned" }
  const latestBefore = (await configuration("versioned")).RevisionId
  const one = await lambda.publishVersion({ ...name, Description: "as one", CodeSha256: sha256(HELLO) })
  assert.equal(one.$metadata.httpStatusCode, 201)
  assert.equal(one.Version, "1")
  assert.equal(one.FunctionArn, world.arn("versioned:1"))
  assert.equal(one.Description, "as one")
  assert.equal(one.State, "Active")
  assert.notEqual((await configuration("versioned")).RevisionId, latestBefore)
  const again = await lambda.publishVersion({ ...name, Description: "another" })
  assert.equal(again.Version, "1")
  assert.equal(again.RevisionId, one.RevisionId)
  await invalidates(
    lambda.publishVersion({ ...name, CodeSha256: "a".repeat(32) }),
    `CodeSHA256 (${"a".repeat(32)}) is different from current CodeSHA256 in $LATEST (${sha256(HELLO)}). Please try again with the CodeSHA256 in $LATEST.`,
  )
  const two = await lambda.updateFunctionCode({ ...name, ZipFile: other("two"), Publish: true })
  assert.equal(two.Version, "2")
  assert.equal(two.FunctionArn, world.arn("versioned:2"))
  assert.equal(two.Description, "first")
  await waitUntilPublishedVersionActive({ client: lambda, maxWaitTime: 20 }, { ...name, Qualifier: "2" })
  await server.work.settle()
  const { Versions } = await lambda.listVersionsByFunction(name)
  assert.deepEqual(
    Versions!.map(({ Version, FunctionArn, State }) => [Version, FunctionArn, State]),
    ["$LATEST", "1", "2"].map((version) => [version, world.arn(`versioned:${version}`), undefined]),
  )
  assert.equal((await configuration("versioned", "1")).CodeSha256, sha256(HELLO))
  await lambda.deleteFunction({ ...name, Qualifier: "2" })
  const three = await lambda.publishVersion(name)
  assert.equal(three.Version, "3")
  await isMissing(configuration("versioned", "2"), `Function not found: ${world.arn("versioned:2")}`)
  await isMissing(lambda.deleteFunction({ ...name, Qualifier: "2" }), `Function not found: ${world.arn("versioned")}`)
  await invalidates(
    lambda.deleteFunction({ ...name, Qualifier: "$LATEST" }),
    "$LATEST version cannot be deleted without deleting the function.",
  )
})

test("a version that is published with its function is pending as that is", async () => {
  const { lambda, server, role } = world
  await server.work.pause()
  const created = await lambda.createFunction({
    FunctionName: "both",
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: role,
    Code: { ZipFile: HELLO },
    Publish: true,
  })
  assert.equal(created.Version, "1")
  assert.equal(created.FunctionArn, world.arn("both"))
  assert.equal(created.State, "Pending")
  await refuses(
    lambda.updateFunctionConfiguration({ FunctionName: "both", Timeout: 5 }),
    "ResourceConflictException",
    409,
    "The operation cannot be performed at this time. The function is currently in the following state: Pending",
  )
  await server.work.resume()
  await server.work.settle()
  assert.equal((await configuration("both", "1")).State, "Active")
  assert.equal((await configuration("both")).State, "Active")
})

test("functions are listed by name, or with all their versions, in pages", async () => {
  await using own = await openLambdaWorld()
  const names = Array.from({ length: 5 }, (_, i) => `f${i}`)
  for (const name of names) await own.create(name)
  await own.lambda.publishVersion({ FunctionName: "f1" })
  const all = async (FunctionVersion?: "ALL") => {
    const found: string[] = []
    let Marker: string | undefined
    do {
      const page = await own.lambda.listFunctions({
        MaxItems: 2,
        ...(Marker && { Marker }),
        ...(FunctionVersion && { FunctionVersion }),
      })
      assert.ok(page.Functions!.length <= 2)
      found.push(...page.Functions!.map(({ FunctionArn }) => FunctionArn!))
      Marker = page.NextMarker
    } while (Marker)
    return found
  }
  assert.deepEqual(await all(), names.map(own.arn))
  assert.deepEqual(
    await all("ALL"),
    ["f0:$LATEST", "f1:$LATEST", "f1:1", "f2:$LATEST", "f3:$LATEST", "f4:$LATEST"].map(own.arn),
  )
  await assert.rejects(own.lambda.listFunctions({ Marker: "made up" }), { name: "InvalidParameterValueException" })
})

test("a function goes with its versions and its code, and its name is free at once", async () => {
  await world.create("deleted")
  const { lambda, server } = world
  await lambda.publishVersion({ FunctionName: "deleted" })
  await lambda.createAlias({ FunctionName: "deleted", Name: "live", FunctionVersion: "1" })
  const { Code } = await lambda.getFunction({ FunctionName: "deleted" })
  const { $metadata } = await lambda.deleteFunction({ FunctionName: "deleted" })
  assert.equal($metadata.httpStatusCode, 204)
  await isMissing(configuration("deleted"), `Function not found: ${world.arn("deleted")}`)
  await isMissing(lambda.deleteFunction({ FunctionName: "deleted" }), `Function not found: ${world.arn("deleted")}`)
  await server.work.settle()
  assert.equal((await fetch(Code!.Location!)).status, 404)
  await world.create("deleted")
  assert.deepEqual(
    (await lambda.listVersionsByFunction({ FunctionName: "deleted" })).Versions!.map(({ Version }) => Version),
    ["$LATEST"],
  )
  assert.equal((await lambda.publishVersion({ FunctionName: "deleted" })).Version, "1")
})

test("code that versions share goes with the last of them", async () => {
  await world.create("sharing")
  const { lambda, server } = world
  const name = { FunctionName: "sharing" }
  await lambda.publishVersion(name)
  const { Code } = await lambda.getFunction({ ...name, Qualifier: "1" })
  await lambda.updateFunctionCode({ ...name, ZipFile: other("changed") })
  await server.work.settle()
  assert.equal((await fetch(Code!.Location!)).status, 200)
  await lambda.deleteFunction({ ...name, Qualifier: "1" })
  assert.equal((await fetch(Code!.Location!)).status, 404)
  assert.equal((await lambda.getFunction(name)).Configuration!.CodeSha256, sha256(other("changed")))
})

test("code of a bucket is read as the caller", async () => {
  const { lambda, server, role, iam } = world
  const s3 = new S3(server.client)
  await s3.createBucket({ Bucket: "packages" })
  await s3.putObject({ Bucket: "packages", Key: "app.zip", Body: HELLO })
  const input = (Code: object) => ({
    FunctionName: "from-s3",
    Runtime: "nodejs24.x" as const,
    Handler: "index.handler",
    Role: role,
    Code,
  })
  await invalidates(
    lambda.createFunction(input({ S3Bucket: "no-such-bucket-here", S3Key: "app.zip" })),
    "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist",
  )
  await invalidates(
    lambda.createFunction(input({ S3Bucket: "packages", S3Key: "absent.zip" })),
    "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
  )
  await iam.createUser({ UserName: "no-reader" })
  const { AccessKey } = await iam.createAccessKey({ UserName: "no-reader" })
  await iam.putUserPolicy({
    UserName: "no-reader",
    PolicyName: "p",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: ["lambda:*", "iam:PassRole"], Resource: "*" },
    }),
  })
  const stranger = new Lambda(
    server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  const code = { S3Bucket: "packages", S3Key: "app.zip" }
  await refuses(
    stranger.createFunction(input(code)),
    "AccessDeniedException",
    403,
    "Your access has been denied by S3, please make sure your request credentials have permission to GetObject for packages/app.zip. S3 Error Code: AccessDenied. S3 Error Message: Access Denied",
  )
  assert.equal((await lambda.createFunction(input(code))).CodeSha256, sha256(HELLO))
  await server.work.settle()
  const large = zipOf({
    "index.mjs": Buffer.concat([Buffer.from("//"), Buffer.alloc(300_000, "x")]),
    "x.bin": randomPart(),
  })
  await s3.putObject({ Bucket: "packages", Key: "large.zip", Body: large })
  const updated = await lambda.updateFunctionCode({ FunctionName: "from-s3", S3Bucket: "packages", S3Key: "large.zip" })
  assert.equal(updated.CodeSha256, sha256(large))
})

/** Large enough not to ride in its object's row. */
const randomPart = () => createHash("shake256", { outputLength: 200_000 }).update("x").digest()

test("tags are set, listed and removed on the function alone", async () => {
  await world.create("tagged", { Tags: { a: "1" } })
  const { lambda } = world
  const Resource = world.arn("tagged")
  await lambda.tagResource({ Resource, Tags: { b: "2" } })
  assert.deepEqual((await lambda.listTags({ Resource })).Tags, { a: "1", b: "2" })
  assert.deepEqual((await lambda.getFunction({ FunctionName: "tagged" })).Tags, { a: "1", b: "2" })
  const { $metadata } = await lambda.untagResource({ Resource, TagKeys: ["a", "never there"] })
  assert.equal($metadata.httpStatusCode, 204)
  assert.deepEqual((await lambda.listTags({ Resource })).Tags, { b: "2" })
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, "v"]))
  await invalidates(lambda.tagResource({ Resource, Tags: many }), "Number of tags exceeds resource tag limit.")
  await invalidates(
    lambda.tagResource({ Resource: `${Resource}:$LATEST`, Tags: { a: "1" } }),
    "Tags on function aliases and versions are not supported. Please specify a function ARN.",
  )
  await invalidates(
    lambda.tagResource({ Resource, Tags: {} }),
    "An error occurred and the request cannot be processed.",
  )
  await isMissing(
    lambda.tagResource({ Resource: world.arn("absent"), Tags: { a: "1" } }),
    `Function not found: ${world.arn("absent")}`,
  )
  const arn = Resource.replace(":function:", ":foobar:")
  await refuses(
    lambda.listTags({ Resource: arn }),
    "ValidationException",
    400,
    `1 validation error detected: Value '${arn}' at 'resource' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)`,
  )
})

test("a tag of the function decides who may change it", async () => {
  const { iam, server } = world
  await world.create("blue", { Tags: { team: "blue" } })
  await world.create("red", { Tags: { team: "red" } })
  await iam.createUser({ UserName: "of-blue" })
  const { AccessKey } = await iam.createAccessKey({ UserName: "of-blue" })
  await iam.putUserPolicy({
    UserName: "of-blue",
    PolicyName: "p",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "lambda:UpdateFunctionConfiguration",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/team": "blue" } },
      },
    }),
  })
  const lambda = new Lambda(
    server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  await lambda.updateFunctionConfiguration({ FunctionName: "blue", Timeout: 5 })
  await refuses(
    lambda.updateFunctionConfiguration({ FunctionName: "red", Timeout: 5 }),
    "AccessDeniedException",
    403,
    /is not authorized to perform: lambda:UpdateFunctionConfiguration on resource: .*:function:red/,
  )
})

test("a runtime's version can be kept, where it is the one that is here", async () => {
  await world.create("kept")
  const { lambda } = world
  const name = { FunctionName: "kept" }
  const { $metadata: _, ...auto } = await lambda.getRuntimeManagementConfig(name)
  assert.deepEqual(auto, { UpdateRuntimeOn: "Auto", FunctionArn: world.arn("kept") })
  const { RuntimeVersionConfig } = await configuration("kept")
  const RuntimeVersionArn = RuntimeVersionConfig!.RuntimeVersionArn!
  await lambda.putRuntimeManagementConfig({ ...name, UpdateRuntimeOn: "Manual", RuntimeVersionArn })
  assert.equal((await lambda.getRuntimeManagementConfig(name)).RuntimeVersionArn, RuntimeVersionArn)
  await lambda.putRuntimeManagementConfig({ ...name, UpdateRuntimeOn: "FunctionUpdate" })
  assert.equal((await lambda.getRuntimeManagementConfig(name)).UpdateRuntimeOn, "FunctionUpdate")
  const unknown = RuntimeVersionArn.slice(0, -3) + (RuntimeVersionArn.endsWith("000") ? "111" : "000")
  await invalidates(
    lambda.putRuntimeManagementConfig({ ...name, UpdateRuntimeOn: "Manual", RuntimeVersionArn: unknown }),
    /is not found/,
  )
})
