import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { after, before, test } from "node:test"
import { Lambda } from "@aws-sdk/client-lambda"
import { zipOf } from "../harness/zip.ts"
import { invalidates, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld()
})
after(() => world[Symbol.asyncDispose]())

const CONTENT = zipOf({ "nodejs/node_modules/x/index.js": "module.exports = 1\n" })
const publish = (LayerName: string, input: object = {}) =>
  world.lambda.publishLayerVersion({ LayerName, Content: { ZipFile: CONTENT }, ...input })
const arn = (layer: string) => world.arn("").replace(":function:", `:layer:${layer}`)

test("a layer's versions are published, told, listed and deleted, and numbered once", async () => {
  const { lambda } = world
  const { $metadata, Content, CreatedDate, ...rest } = await publish("lib", { CompatibleRuntimes: [] })
  assert.equal($metadata.httpStatusCode, 201)
  assert.match(CreatedDate!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/)
  assert.deepEqual(rest, {
    LayerArn: arn("lib"),
    LayerVersionArn: arn("lib:1"),
    Description: "",
    Version: 1,
    CompatibleRuntimes: [],
  })
  assert.equal(Content!.CodeSize, CONTENT.length)
  assert.equal(Content!.CodeSha256, createHash("sha256").update(CONTENT).digest("base64"))
  assert.deepEqual(Buffer.from(await (await fetch(Content!.Location!)).arrayBuffer()), CONTENT)
  await publish("lib", { CompatibleRuntimes: ["python3.13"], CompatibleArchitectures: ["arm64"], LicenseInfo: "MIT" })
  const byArn = await lambda.getLayerVersionByArn({ Arn: arn("lib:2") })
  assert.equal(byArn.LicenseInfo, "MIT")
  assert.deepEqual(byArn.CompatibleArchitectures, ["arm64"])
  const versions = async (input: object = {}) =>
    (await lambda.listLayerVersions({ LayerName: "lib", ...input })).LayerVersions!.map(({ Version }) => Version)
  assert.deepEqual(await versions(), [2, 1])
  assert.deepEqual(await versions({ CompatibleRuntime: "python3.13" }), [2])
  assert.deepEqual(await versions({ CompatibleRuntime: "nodejs24.x" }), [])
  const layers = async (input: object = {}) =>
    (await lambda.listLayers(input)).Layers!.map((one) => [one.LayerName, one.LatestMatchingVersion!.Version])
  assert.deepEqual(await layers(), [["lib", 2]])
  for (let i = 0; i < 2; i++)
    assert.equal(
      (await lambda.deleteLayerVersion({ LayerName: "lib", VersionNumber: 2 })).$metadata.httpStatusCode,
      204,
    )
  assert.deepEqual(await layers(), [["lib", 1]])
  await lambda.deleteLayerVersion({ LayerName: arn("lib"), VersionNumber: 1 })
  assert.deepEqual(await layers(), [])
  assert.equal((await fetch(Content!.Location!)).status, 404)
  assert.equal((await publish("lib")).Version, 3)
  await isMissing(
    lambda.getLayerVersion({ LayerName: "lib", VersionNumber: 1 }),
    "The resource you requested does not exist.",
  )
  await isMissing(lambda.getLayerVersionByArn({ Arn: arn("lib:9") }), "The resource you requested does not exist.")
  for (const call of [
    () => lambda.getLayerVersion({ LayerName: "lib", VersionNumber: 0 }),
    () => lambda.deleteLayerVersion({ LayerName: "lib", VersionNumber: -1 }),
  ])
    await invalidates(call(), "Layer Version Cannot be less than 1")
})

test("runtimes and architectures that are none are told of together", async () => {
  await refuses(
    publish("odd", { CompatibleRuntimes: ["invalidruntime"], CompatibleArchitectures: ["invalidarch"] }),
    "ValidationException",
    400,
    "2 validation errors detected: Value '[invalidruntime]' at 'compatibleRuntimes' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2]; Value '[invalidarch]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
  )
})

test("a function has its layers in order, and keeps them when they are deleted", async () => {
  const { lambda, server } = world
  for (const name of ["a", "b"]) await publish(name)
  await world.create("layered", { Layers: [arn("b:1"), arn("a:1")] })
  const layersOf = async () => (await lambda.getFunctionConfiguration({ FunctionName: "layered" })).Layers
  const both = [arn("b:1"), arn("a:1")].map((Arn) => ({ Arn, CodeSize: CONTENT.length }))
  assert.deepEqual(await layersOf(), both)
  const { Content } = await lambda.getLayerVersion({ LayerName: "a", VersionNumber: 1 })
  await lambda.deleteLayerVersion({ LayerName: "a", VersionNumber: 1 })
  assert.deepEqual(await layersOf(), both)
  assert.equal((await fetch(Content!.Location!)).status, 200)
  const update = async (Layers: string[]) => {
    await lambda.updateFunctionConfiguration({ FunctionName: "layered", Layers })
    await server.work.settle()
  }
  await update([])
  assert.equal(await layersOf(), undefined)
  assert.equal((await fetch(Content!.Location!)).status, 404)
  await publish("a")
  await invalidates(
    update([arn("a:2"), arn("a:2")]),
    `Two different versions of the same layer are not allowed to be referenced in the same function. ${arn("a:2")} and ${arn("a:2")} are versions of the same layer.`,
  )
  await invalidates(update([arn("a:9")]), `Layer version ${arn("a:9")} does not exist.`)
  await invalidates(
    update([arn("a:2").replace("us-east-1", "eu-west-1")]),
    "Layers are not in the same region as the function. Layers are expected to be in region us-east-1.",
  )
  await invalidates(
    update(["1", "2", "3", "4", "5", "6"].map((name) => arn(`${name}:1`))),
    "Cannot reference more than 5 layers.",
  )
  await refuses(
    update([arn("a")]),
    "ValidationException",
    400,
    `1 validation error detected: Value '[${arn("a")}]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+), Member must not be null]`,
  )
})

test("who may use a layer is up to the caller's policies and, across accounts, the layer's", async () => {
  const { lambda, iam, server, role } = world
  await publish("shared")
  await iam.createUser({ UserName: "user-of-layers" })
  const { AccessKey } = await iam.createAccessKey({ UserName: "user-of-layers" })
  const allow = (Action: string[]) =>
    iam.putUserPolicy({
      UserName: "user-of-layers",
      PolicyName: "p",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action, Resource: "*" },
      }),
    })
  const user = new Lambda(
    server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  const create = (layer: string) =>
    user.createFunction({
      FunctionName: "user-of-layer",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: role,
      Code: { ZipFile: CONTENT },
      Layers: [layer],
    })
  await allow(["lambda:CreateFunction", "iam:PassRole"])
  await refuses(
    create(arn("shared:1")),
    "AccessDeniedException",
    403,
    /is not authorized to perform: lambda:GetLayerVersion on resource: .*:layer:shared:1 because no identity-based policy allows/,
  )
  await allow(["lambda:CreateFunction", "iam:PassRole", "lambda:GetLayerVersion"])
  await refuses(
    create("arn:aws:lambda:us-east-1:999999999999:layer:foreign:1"),
    "AccessDeniedException",
    403,
    /because no resource-based policy allows the lambda:GetLayerVersion action/,
  )
  await create(arn("shared:1"))
  await lambda.deleteFunction({ FunctionName: "user-of-layer" })
})

test("permissions of a layer's version are added, told and removed", async () => {
  const { lambda } = world
  await publish("open")
  const version = { LayerName: "open", VersionNumber: 1 }
  await isMissing(lambda.getLayerVersionPolicy(version), "No policy is associated with the given resource.")
  const add = (StatementId: string, input: object = {}) =>
    lambda.addLayerVersionPermission({
      ...version,
      StatementId,
      Action: "lambda:GetLayerVersion",
      Principal: "*",
      ...input,
    })
  const { Statement, RevisionId, $metadata } = await add("s1", { OrganizationId: "o-1234567890" })
  assert.equal($metadata.httpStatusCode, 201)
  const s1 = {
    Sid: "s1",
    Effect: "Allow",
    Principal: "*",
    Action: "lambda:GetLayerVersion",
    Resource: arn("open:1"),
    Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } },
  }
  assert.deepEqual(JSON.parse(Statement!), s1)
  const mismatch =
    "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id"
  await refuses(add("s2", { RevisionId: "wrong" }), "PreconditionFailedException", 412, mismatch)
  const second = await add("s2", { RevisionId, Principal: "111111111111" })
  assert.deepEqual(JSON.parse(second.Statement!).Principal, { AWS: "arn:aws:iam::111111111111:root" })
  await refuses(
    add("s1"),
    "ResourceConflictException",
    409,
    "The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.",
  )
  const policy = await lambda.getLayerVersionPolicy(version)
  assert.equal(policy.RevisionId, second.RevisionId)
  const document = JSON.parse(policy.Policy!)
  assert.equal(document.Id, "default")
  assert.deepEqual(document.Statement[0], s1)
  const remove = (StatementId: string, input: object = {}) =>
    lambda.removeLayerVersionPermission({ ...version, StatementId, ...input })
  await isMissing(remove("doesnotexist"), "Statement doesnotexist is not found in resource policy.")
  await refuses(remove("s1", { RevisionId: "wrong" }), "PreconditionFailedException", 412, mismatch)
  for (const id of ["s1", "s2"]) assert.equal((await remove(id)).$metadata.httpStatusCode, 204)
  await isMissing(lambda.getLayerVersionPolicy(version), "No policy is associated with the given resource.")
  const absent = { LayerName: "open", VersionNumber: 2 }
  for (const call of [
    () => lambda.getLayerVersionPolicy(absent),
    () => lambda.removeLayerVersionPermission({ ...absent, StatementId: "s1" }),
    () => add("s1", absent),
  ])
    await isMissing(call(), `Layer version ${arn("open:2")} does not exist.`)
})
