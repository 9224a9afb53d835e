import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { after, before, test } from "node:test"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda } from "@aws-sdk/client-lambda"
import { Organizations } from "@aws-sdk/client-organizations"
import { STS } from "@aws-sdk/client-sts"
import { zipOf } from "../harness/zip.ts"
import { HELLO, invalidates, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld()
})
after(() => world[Symbol.asyncDispose]())

const input = (name: string) => ({
  FunctionName: name,
  Runtime: "nodejs24.x" as const,
  Handler: "index.handler",
  Role: world.role,
})
const create = (name: string, ZipFile: Uint8Array, more: object = {}) =>
  world.lambda.createFunction({ ...input(name), Code: { ZipFile }, ...more })

const MEGABYTE = 1_000_000
/** Small as a zip, large as files. */
const zeros = (megabytes: number) =>
  zipOf(Array.from({ length: megabytes / 10 }, (_, i) => ({ name: `${i}`, content: Buffer.alloc(10 * MEGABYTE) })))

test("code is taken up to AWS's limits: of the request, of the zip, and of what it holds with its layers", async () => {
  const large = zipOf({ "index.mjs": "", "data.bin": randomBytes(52_000_000) })
  await create("large", large)
  assert.equal((await world.lambda.getFunction({ FunctionName: "large" })).Configuration!.CodeSize, large.length)
  await refuses(
    create("larger", randomBytes(52_428_801)),
    "RequestEntityTooLargeException",
    413,
    "Zipped size must be smaller than 52428800 bytes",
  )
  await refuses(
    create("largest", randomBytes(53_000_000)),
    "RequestEntityTooLargeException",
    413,
    "Request must be smaller than 70167211 bytes for the CreateFunction operation",
  )
  const unzipped = "Unzipped size must be smaller than 262144000 bytes"
  await invalidates(create("bomb", zeros(270)), unzipped)
  const layer = await world.lambda.publishLayerVersion({ LayerName: "heavy", Content: { ZipFile: zeros(200) } })
  const Layers = [layer.LayerVersionArn!]
  await invalidates(create("heavy", zeros(70), { Layers }), unzipped)
  await create("heavy", zeros(60), { Layers })
  await world.server.work.settle()
  await invalidates(world.lambda.updateFunctionCode({ FunctionName: "heavy", ZipFile: zeros(70) }), unzipped)
  await create("light", zeros(70))
  await world.server.work.settle()
  await invalidates(world.lambda.updateFunctionConfiguration({ FunctionName: "light", Layers }), unzipped)
})

test("what is sent with a storage of another kind or key is refused", async () => {
  const code = { S3Bucket: "some-bucket", S3Key: "k" }
  for (const more of [
    { S3ObjectStorageMode: "REFERENCE" as const },
    { SourceKMSKeyArn: "arn:aws:kms:us-east-1:123456789012:key/x" },
  ])
    await refuses(
      world.lambda.createFunction({ ...input("other"), Code: { ...code, ...more } }),
      "NotImplemented",
      501,
      /does not implement/,
    )
  await invalidates(world.lambda.createFunction({ ...input("other"), Code: {} }), /source/)
})

test("of many who create a function of one name one does, and of many who publish what is there all get one version", async () => {
  const ends = await Promise.allSettled(
    Array.from({ length: 6 }, (_, i) => create("raced", zipOf({ "index.mjs": `// ${i}` }))),
  )
  const made = ends.filter((end) => end.status === "fulfilled")
  assert.equal(made.length, 1)
  for (const end of ends)
    if (end.status === "rejected") assert.equal((end.reason as Error).message, "Function already exist: raced")
  await world.server.work.settle()
  const { Configuration } = await world.lambda.getFunction({ FunctionName: "raced" })
  assert.equal(Configuration!.CodeSha256, made[0]!.value.CodeSha256)
  const published = await Promise.all(
    Array.from({ length: 6 }, () => world.lambda.publishVersion({ FunctionName: "raced" })),
  )
  assert.deepEqual(new Set(published.map(({ Version }) => Version)), new Set(["1"]))
  const updates = await Promise.allSettled(
    Array.from({ length: 4 }, (_, i) =>
      world.lambda.updateFunctionConfiguration({
        FunctionName: "raced",
        Timeout: 10 + i,
        RevisionId: published[0]!.RevisionId!,
      }),
    ),
  )
  // The revision is the version's, not that of $LATEST.
  assert.ok(updates.every(({ status }) => status === "rejected"))
  const { RevisionId } = await world.lambda.getFunctionConfiguration({ FunctionName: "raced" })
  const again = await Promise.allSettled(
    Array.from({ length: 4 }, (_, i) =>
      world.lambda.updateFunctionConfiguration({ FunctionName: "raced", Timeout: 10 + i, RevisionId: RevisionId! }),
    ),
  )
  assert.equal(again.filter(({ status }) => status === "fulfilled").length, 1)
})

test("a layer of another account is used where its policy and the caller's allow it", async () => {
  const { server, lambda, iam, role } = world
  const other = await openOtherAccount()
  const content = { ZipFile: HELLO }
  const { LayerVersionArn } = await other.lambda.publishLayerVersion({ LayerName: "shared", Content: content })
  const version = { LayerName: "shared", VersionNumber: 1 }
  const use = (name: string, client = lambda) =>
    client.createFunction({ ...input(name), Role: role, Code: content, Layers: [LayerVersionArn!] })
  const read = () => lambda.getLayerVersionByArn({ Arn: LayerVersionArn! })
  for (const call of [() => use("of-other"), read])
    await refuses(call(), "AccessDeniedException", 403, /lambda:GetLayerVersion/)
  await other.lambda.addLayerVersionPermission({
    ...version,
    StatementId: "s",
    Action: "lambda:GetLayerVersion",
    Principal: server.account,
  })
  assert.equal((await read()).LayerVersionArn, LayerVersionArn)
  const { Layers } = await use("of-other")
  assert.deepEqual(Layers, [{ Arn: LayerVersionArn, CodeSize: HELLO.length }])
  // What the layer's policy says of one account it does not say of a third, nor of what its callers may do.
  await iam.createUser({ UserName: "without" })
  const { AccessKey } = await iam.createAccessKey({ UserName: "without" })
  await iam.putUserPolicy({
    UserName: "without",
    PolicyName: "p",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: ["lambda:CreateFunction", "iam:PassRole"], Resource: "*" },
    }),
  })
  const without = new Lambda(
    server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  await refuses(use("by-without", without), "AccessDeniedException", 403, /no identity-based policy allows/)
  await refuses(
    lambda.publishLayerVersion({ LayerName: LayerVersionArn!.replace(/:1$/, ""), Content: content }),
    "AccessDeniedException",
    403,
    /./,
  )
  await refuses(
    lambda.listLayerVersions({ LayerName: LayerVersionArn!.replace(/:1$/, "") }),
    "AccessDeniedException",
    403,
    /./,
  )
  await refuses(
    lambda.getFunction({ FunctionName: `arn:aws:lambda:us-east-1:${other.account}:function:any` }),
    "AccessDeniedException",
    403,
    /no resource-based policy allows the lambda:GetFunction action/,
  )
})

test("why a role or a zip was refused is told", async () => {
  const { server, iam } = world
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": "999999999999" } },
    },
  })
  const { Role } = await iam.createRole({ RoleName: "of-another", AssumeRolePolicyDocument })
  await assert.rejects(create("told", HELLO, { Role: Role!.Arn! }))
  const untrusted = await server.explain()
  assert.match(untrusted, /The trust policy of the role .*of-another.* does not let Lambda take it/)
  assert.match(untrusted, /aws:SourceAccount/)
  await assert.rejects(create("told", HELLO, { Role: Role!.Arn!.replace("of-another", "of-nobody") }))
  assert.match(await server.explain(), /There is no role .*of-nobody.* for the function to run as/)
  await assert.rejects(create("told", zipOf([{ name: "l", content: "/etc/passwd", mode: 0o120_777 }])))
  assert.match(await server.explain(), /l leads outside/)
})

/** Another account, as the role that Organizations makes in it. */
async function openOtherAccount(): Promise<{ account: string; lambda: Lambda }> {
  const { server } = world
  const organizations = new Organizations(server.client)
  await organizations.createOrganization({})
  const { CreateAccountStatus } = await organizations.createAccount({ AccountName: "other", Email: "o@example.com" })
  const status = await organizations.describeCreateAccountStatus({ CreateAccountRequestId: CreateAccountStatus!.Id! })
  const account = status.CreateAccountStatus!.AccountId!
  const iam = new IAM(server.client)
  await iam.createUser({ UserName: "admin" })
  await iam.putUserPolicy({
    UserName: "admin",
    PolicyName: "p",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "*", Resource: "*" },
    }),
  })
  const { AccessKey } = await iam.createAccessKey({ UserName: "admin" })
  const sts = new STS(
    server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`
  const { Credentials } = await sts.assumeRole({ RoleArn, RoleSessionName: "session" })
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!
  const options = server.clientOf({
    accessKeyId: AccessKeyId!,
    secretAccessKey: SecretAccessKey!,
    sessionToken: SessionToken!,
  })
  return { account, lambda: new Lambda(options) }
}
