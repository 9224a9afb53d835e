import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { Readable } from "node:stream"
import { after, before, test } from "node:test"
import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda"
import { zipOf } from "../harness/zip.ts"
import { HELLO, invalidates, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld()
})
after(() => world[Symbol.asyncDispose]())

const SHA256 = createHash("sha256").update(HELLO).digest("base64")
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const minimal = (name: string) => ({
  FunctionName: name,
  Runtime: "nodejs24.x" as const,
  Handler: "index.handler",
  Role: world.role,
  Code: { ZipFile: HELLO },
})

test("a new function has every default, is pending, and becomes active under another revision", async () => {
  await world.server.work.pause()
  const { $metadata, ...created } = await world.lambda.createFunction(minimal("plain"))
  assert.equal($metadata.httpStatusCode, 201)
  const { RevisionId, LastModified, RuntimeVersionConfig, ...rest } = created
  assert.match(RevisionId!, UUID)
  assert.match(LastModified!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/)
  assert.match(RuntimeVersionConfig!.RuntimeVersionArn!, /^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/)
  assert.deepEqual(rest, {
    FunctionName: "plain",
    FunctionArn: world.arn("plain"),
    Runtime: "nodejs24.x",
    Role: world.role,
    Handler: "index.handler",
    CodeSize: HELLO.length,
    CodeSha256: SHA256,
    Description: "",
    Timeout: 3,
    MemorySize: 128,
    Version: "$LATEST",
    TracingConfig: { Mode: "PassThrough" },
    PackageType: "Zip",
    Architectures: ["x86_64"],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/plain" },
    State: "Pending",
    StateReason: "The function is being created.",
    StateReasonCode: "Creating",
  })
  await world.server.work.resume()
  await waitUntilFunctionActiveV2({ client: world.lambda, maxWaitTime: 20 }, { FunctionName: "plain" })
  const { Configuration, Tags, Concurrency } = await world.lambda.getFunction({ FunctionName: "plain" })
  assert.equal(Configuration!.State, "Active")
  assert.equal(Configuration!.LastUpdateStatus, "Successful")
  assert.equal(Configuration!.StateReason, undefined)
  assert.notEqual(Configuration!.RevisionId, RevisionId)
  assert.equal(Tags, undefined)
  assert.equal(Concurrency, undefined)
})

test("what GetFunction names as the code's location is the code, for ten minutes", async () => {
  await world.create("located")
  const { Code } = await world.lambda.getFunction({ FunctionName: "located" })
  assert.equal(Code!.RepositoryType, "S3")
  const answer = await fetch(Code!.Location!)
  assert.equal(answer.status, 200)
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), HELLO)
  const altered = new URL(Code!.Location!)
  altered.searchParams.set("Expires", String(Number(altered.searchParams.get("Expires")) + 1))
  assert.equal((await fetch(altered)).status, 403)
  const elsewhere = Code!.Location!.replace(/\/code\/[^?]+/, "/code/other")
  assert.equal((await fetch(elsewhere)).status, 403)
})

test("no other URL is one of a code's", async () => {
  await world.create("one")
  await world.create("other", { Code: { ZipFile: zipOf({ "index.mjs": "export const handler = () => 2" }) } })
  const locationOf = async (FunctionName: string) =>
    new URL((await world.lambda.getFunction({ FunctionName })).Code!.Location!)
  const one = await locationOf("one")
  const other = await locationOf("other")
  const altered = (change: (url: URL) => void): string => {
    const url = new URL(one)
    change(url)
    return url.href
  }
  const set = (name: string, value: string) => altered((url) => url.searchParams.set(name, value))
  const signature = one.searchParams.get("Signature")!
  const id = one.pathname.slice(one.pathname.lastIndexOf("/") + 1)
  const folder = `${one.origin}/_lambda/code`
  for (const url of [
    set("Signature", ""),
    set("Signature", signature.slice(0, -1)),
    set("Signature", `${signature}A`),
    set("Signature", other.searchParams.get("Signature")!),
    set("Signature", signature.toUpperCase()),
    set("Expires", "9999999999"),
    set("Expires", "1e99"),
    set("Expires", "NaN"),
    set("Size", "0"),
    set("Size", "-1"),
    set("Size", "9007199254740993"),
    altered((url) => url.searchParams.delete("Signature")),
    altered((url) => url.searchParams.delete("Expires")),
    `${folder}/${other.pathname.split("/").at(-1)}${one.search}`,
    `${folder}/${id}%00${one.search}`,
    `${folder}/${id}/${one.search}`,
    `${folder}/x%2F..%2F${id}${one.search}`,
    `${folder}/..%2F..%2F..%2Fetc%2Fpasswd${one.search}`,
    `${folder}/%ff${one.search}`,
    `${folder}/${one.search}`,
  ])
    assert.equal((await fetch(url)).status, 403, url)
  assert.equal((await fetch(one, { method: "PUT" })).status, 405)
  assert.equal((await fetch(one)).status, 200)
})

test("a function is found by its name, by either form of its ARN, and by a qualifier in any place", async () => {
  await world.create("forms")
  const { account } = world.server
  const { lambda } = world
  for (const name of ["forms", `${account}:function:forms`, world.arn("forms")]) {
    assert.equal((await lambda.getFunctionConfiguration({ FunctionName: name })).FunctionArn, world.arn("forms"))
    for (const asked of [{ FunctionName: `${name}:$LATEST` }, { FunctionName: name, Qualifier: "$LATEST" }])
      assert.equal((await lambda.getFunctionConfiguration(asked)).FunctionArn, world.arn("forms:$LATEST"))
  }
  await invalidates(
    lambda.getFunction({ FunctionName: "forms:$LATEST", Qualifier: "1" }),
    "The derived qualifier from the function name does not match the specified qualifier.",
  )
  await isMissing(lambda.getFunction({ FunctionName: "forms:1" }), `Function not found: ${world.arn("forms:1")}`)
  await isMissing(lambda.getFunction({ FunctionName: "absent" }), `Function not found: ${world.arn("absent")}`)
  await isMissing(
    lambda.getFunction({ FunctionName: `arn:aws:lambda:ap-southeast-1:${account}:function:forms` }),
    "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')",
  )
  await refuses(
    lambda.createFunction({ ...minimal("x"), FunctionName: "arn:aws:lambda:us-east-1:999999999999:function:forms" }),
    "AccessDeniedException",
    403,
    /./,
  )
})

test("an error has the members that AWS gives it, one of them in its own case", async () => {
  const bodies: string[] = []
  const lambda = new Lambda(world.server.client)
  lambda.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const response = result.response as { body: AsyncIterable<Buffer>; headers: Record<string, string> }
      const pieces: Buffer[] = []
      for await (const piece of response.body) pieces.push(piece)
      bodies.push(`${response.headers["x-amzn-errortype"]} ${Buffer.concat(pieces)}`)
      Object.assign(response, { body: Readable.from(pieces) })
      return result
    },
    { step: "deserialize", priority: "low" },
  )
  for (const asked of [{ FunctionName: "absent" }, { FunctionName: "absent:1", Qualifier: "2" }])
    await assert.rejects(lambda.getFunction(asked))
  assert.deepEqual(bodies, [
    `ResourceNotFoundException {"Type":"User","Message":"Function not found: ${world.arn("absent")}"}`,
    'InvalidParameterValueException {"Type":"User","message":"The derived qualifier from the function name does not match the specified qualifier."}',
  ])
})

test("a name can be taken once", async () => {
  await world.create("taken")
  await refuses(
    world.lambda.createFunction(minimal("taken")),
    "ResourceConflictException",
    409,
    "Function already exist: taken",
  )
})

test("configuration that AWS refuses is refused in its words", async () => {
  const { lambda } = world
  const create = (input: object) => lambda.createFunction({ ...minimal("refused"), ...input })
  await invalidates(
    create({ Runtime: "non-existent-runtime" }),
    "Value non-existent-runtime at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2] or be a valid ARN",
  )
  await invalidates(
    create({ Runtime: "nodejs14.x" }),
    "The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.",
  )
  for (const missing of [{ Runtime: undefined }, { Handler: undefined }])
    await invalidates(
      create(missing),
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    )
  await refuses(
    create({ Role: "r1" }),
    "ValidationException",
    400,
    "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
  )
  await refuses(
    create({ Architectures: ["x86_64", "arm64"] }),
    "ValidationException",
    400,
    "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
  )
  await refuses(
    create({ SnapStart: { ApplyOn: "invalidOption" } }),
    "ValidationException",
    400,
    "1 validation error detected: Value 'invalidOption' at 'snapStart.applyOn' failed to satisfy constraint: Member must satisfy enum value set: [PublishedVersions, None]",
  )
  await refuses(
    create({ FunctionName: "invalid:function:name" }),
    "ValidationException",
    400,
    "1 validation error detected: Value 'invalid:function:name' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?",
  )
  await invalidates(
    create({ FunctionName: "a".repeat(65) }),
    `1 validation error detected: Value '${"a".repeat(65)}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  )
  await invalidates(
    create({ Environment: { Variables: { AWS_REGION: "x", FINE: "y" } } }),
    "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION",
  )
  const large = "x".repeat(4096)
  await invalidates(
    create({ Environment: { Variables: { LARGE_VAR: large } } }),
    `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"LARGE_VAR":"${large}"}`,
  )
  await invalidates(
    create({ VpcConfig: { SubnetIds: ["subnet-12345"], SecurityGroupIds: ["sg-1"] } }),
    "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID 'subnet-12345' does not exist",
  )
  await invalidates(create({ MemorySize: 20_000 }), /'MemorySize' value failed to satisfy constraint/)
  const tags = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, "v"]))
  await invalidates(create({ Tags: tags }), "Number of tags exceeds resource tag limit.")
  await isMissing(lambda.getFunction({ FunctionName: "refused" }), /not found/)
})

test("code that is no zip, or an empty one, is refused", async () => {
  const create = (ZipFile: Uint8Array) => world.lambda.createFunction({ ...minimal("broken"), Code: { ZipFile } })
  const unzippable = "Could not unzip uploaded file. Please check your file, then try to upload again."
  await invalidates(create(Buffer.from("this is no zip")), unzippable)
  await invalidates(create(HELLO.subarray(0, HELLO.length - 30)), unzippable)
  await invalidates(create(zipOf([{ name: "../out", content: "x" }])), unzippable)
  await invalidates(create(zipOf({})), "Uploaded file must be a non-empty zip")
})

test("a role must be there, and must trust Lambda", async () => {
  const text = "The role defined for the function cannot be assumed by Lambda."
  const { iam, lambda, server } = world
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  })
  const { Role } = await iam.createRole({ RoleName: "of-machines", AssumeRolePolicyDocument })
  await invalidates(lambda.createFunction({ ...minimal("untrusted"), Role: Role!.Arn! }), text)
  const absent = `arn:aws:iam::${server.account}:role/absent`
  await invalidates(lambda.createFunction({ ...minimal("untrusted"), Role: absent }), text)
  await refuses(
    lambda.createFunction({ ...minimal("untrusted"), Role: "arn:aws:iam::999999999999:role/foreign" }),
    "AccessDeniedException",
    403,
    "Cross-account pass role is not allowed.",
  )
})

test("who creates a function needs the permission, and to pass its role to Lambda", async () => {
  const { iam, role, server } = world
  const { User } = await iam.createUser({ UserName: "deployer" })
  const { AccessKey } = await iam.createAccessKey({ UserName: "deployer" })
  const lambda = new Lambda(
    server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  const allow = (...Statement: object[]) =>
    iam.putUserPolicy({
      UserName: "deployer",
      PolicyName: "p",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    })
  const create = (Tags?: Record<string, string>) =>
    lambda.createFunction({ ...minimal("deployed"), ...(Tags && { Tags }) })
  const refused = (action: string, resource: string) =>
    `User: ${User!.Arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`
  await refuses(create(), "AccessDeniedException", 403, refused("lambda:CreateFunction", world.arn("deployed")))
  const own = { Effect: "Allow", Action: "lambda:CreateFunction", Resource: world.arn("deployed") }
  await allow(own)
  await refuses(create(), "AccessDeniedException", 403, refused("iam:PassRole", role))
  const pass = (service: string) => ({
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: role,
    Condition: { StringEquals: { "iam:PassedToService": service } },
  })
  await allow(own, pass("ec2.amazonaws.com"))
  await refuses(create(), "AccessDeniedException", 403, refused("iam:PassRole", role))
  await allow(own, pass("lambda.amazonaws.com"))
  await refuses(create({ a: "b" }), "AccessDeniedException", 403, refused("lambda:TagResource", world.arn("deployed")))
  await create()
})

test("a role may ask for the function that Lambda takes it for", async () => {
  const trust = (sourceArn: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { ArnLike: { "aws:SourceArn": sourceArn } },
        },
      ],
    })
  const AssumeRolePolicyDocument = trust(world.arn("chosen-*"))
  const { Role } = await world.iam.createRole({ RoleName: "of-chosen", AssumeRolePolicyDocument })
  const create = (name: string) => world.lambda.createFunction({ ...minimal(name), Role: Role!.Arn! })
  await create("chosen-one")
  await invalidates(create("another"), "The role defined for the function cannot be assumed by Lambda.")
})
