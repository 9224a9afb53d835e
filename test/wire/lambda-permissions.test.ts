import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { Lambda } from "@aws-sdk/client-lambda"
import { invalidates, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
before(async () => {
  world = await openLambdaWorld()
})
after(() => world[Symbol.asyncDispose]())

const RULE = "arn:aws:events:us-east-1:111111111111:rule/r"
const permission = (FunctionName: string, StatementId = "s1") => ({
  FunctionName,
  StatementId,
  Action: "lambda:InvokeFunction",
  Principal: "events.amazonaws.com",
  SourceArn: RULE,
})

const revisionOf = async (FunctionName: string, Qualifier?: string) =>
  (await world.lambda.getFunctionConfiguration({ FunctionName, Qualifier })).RevisionId

test("a permission is told as AWS writes it, and the policy has the revision of its function", async () => {
  await world.create("told")
  const before = await revisionOf("told")
  const { $metadata, Statement } = await world.lambda.addPermission(permission("told"))
  assert.equal($metadata.httpStatusCode, 201)
  const written = `{"Sid":"s1","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"${world.arn("told")}","Condition":{"ArnLike":{"AWS:SourceArn":"${RULE}"}}}`
  assert.equal(Statement, written)
  const { Policy, RevisionId } = await world.lambda.getPolicy({ FunctionName: "told" })
  assert.equal(Policy, `{"Version":"2012-10-17","Id":"default","Statement":[${written}]}`)
  assert.equal(RevisionId, await revisionOf("told"))
  assert.notEqual(RevisionId, before)
})

test("a function and each of its versions have policies of their own", async () => {
  await world.create("versioned", { Publish: true })
  const latest = await revisionOf("versioned")
  await world.lambda.addPermission({ ...permission("versioned"), Qualifier: "1" })
  await isMissing(world.lambda.getPolicy({ FunctionName: "versioned" }), "The resource you requested does not exist.")
  const { Policy, RevisionId } = await world.lambda.getPolicy({ FunctionName: "versioned:1" })
  assert.equal(JSON.parse(Policy!).Statement[0].Resource, `${world.arn("versioned")}:1`)
  assert.equal(RevisionId, await revisionOf("versioned", "1"))
  assert.equal(await revisionOf("versioned"), latest)
})

test("what goes last leaves no policy", async () => {
  await world.create("removed")
  const FunctionName = "removed"
  const nothing = "No policy is associated with the given resource."
  await isMissing(world.lambda.removePermission({ FunctionName, StatementId: "s1" }), nothing)
  await world.lambda.addPermission(permission("removed", "s1"))
  await world.lambda.addPermission(permission("removed", "s2"))
  await isMissing(
    world.lambda.removePermission({ FunctionName, StatementId: "s3" }),
    "Statement s3 is not found in resource policy.",
  )
  const { $metadata } = await world.lambda.removePermission({ FunctionName, StatementId: "s1" })
  assert.equal($metadata.httpStatusCode, 204)
  const { Policy } = await world.lambda.getPolicy({ FunctionName })
  assert.deepEqual(
    JSON.parse(Policy!).Statement.map(({ Sid }: { Sid: string }) => Sid),
    ["s2"],
  )
  await world.lambda.removePermission({ FunctionName, StatementId: "s2" })
  await isMissing(world.lambda.getPolicy({ FunctionName }), "The resource you requested does not exist.")
})

test("a revision that is not the latest changes nothing", async () => {
  await world.create("revised")
  const first = await revisionOf("revised")
  await world.lambda.addPermission({ ...permission("revised"), RevisionId: first })
  const text =
    "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"
  await refuses(
    world.lambda.addPermission({ ...permission("revised", "s2"), RevisionId: first }),
    "PreconditionFailedException",
    412,
    text,
  )
  await refuses(
    world.lambda.removePermission({ FunctionName: "revised", StatementId: "s1", RevisionId: first }),
    "PreconditionFailedException",
    412,
    text,
  )
  const { RevisionId } = await world.lambda.getPolicy({ FunctionName: "revised" })
  await world.lambda.removePermission({ FunctionName: "revised", StatementId: "s1", RevisionId })
})

test("what is no permission is refused in AWS's words", async () => {
  await world.create("refused", { Publish: true })
  const { lambda } = world
  await invalidates(
    lambda.addPermission({ ...permission("refused"), Qualifier: "$LATEST" }),
    "We currently do not support adding policies for $LATEST.",
  )
  const invalid = "The provided principal was invalid. Please check the principal and try again."
  for (const Principal of ["invalid.nonaws.com", "arn:aws:iam::111111111111:role/nobody", "arn:aws:s3:::b"])
    await invalidates(lambda.addPermission({ ...permission("refused"), Principal }), invalid)
  await isMissing(lambda.addPermission(permission("nowhere")), `Function not found: ${world.arn("nowhere")}`)
  await isMissing(
    lambda.addPermission({ ...permission("refused"), Qualifier: "42" }),
    `Function not found: ${world.arn("refused")}:42`,
  )
  await isMissing(
    lambda.addPermission({ ...permission("refused"), Qualifier: "no-alias" }),
    `Cannot find alias arn: ${world.arn("refused")}:no-alias`,
  )
  await isMissing(
    lambda.addPermission({ ...permission("refused"), Qualifier: "valid-with-$-but-doesnotexist" }),
    `Function not found: ${world.arn("refused")}:valid-with-$-but-doesnotexist`,
  )
  await isMissing(
    lambda.removePermission({ FunctionName: "nowhere", StatementId: "s" }),
    `No policy found for: ${world.arn("nowhere")}`,
  )
  await refuses(
    lambda.addPermission({ ...permission("refused"), StatementId: "example.com" }),
    "ValidationException",
    400,
    "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
  )
  await lambda.addPermission(permission("refused"))
  await refuses(
    lambda.addPermission(permission("refused")),
    "ResourceConflictException",
    409,
    "The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.",
  )
})

test("a policy has 20 KB at most", async () => {
  await world.create("long")
  const SourceArn = `arn:aws:events:us-east-1:111111111111:rule/${"r".repeat(3_000)}`
  for (let i = 0; i < 6; i++) await world.lambda.addPermission({ ...permission("long", `s${i}`), SourceArn })
  await refuses(
    world.lambda.addPermission({ ...permission("long", "s6"), SourceArn }),
    "PolicyLengthExceededException",
    400,
    /^The final policy size \(\d{5}\) is bigger than the limit \(20480\)\.$/,
  )
})

test("a permission lets in whom it names, on what it names, and only for as long as it is there", async () => {
  await world.create("guarded", { Publish: true })
  const UserName = "invited"
  await world.iam.createUser({ UserName })
  const { AccessKey } = await world.iam.createAccessKey({ UserName })
  const invited = new Lambda(
    world.server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  const Principal = `arn:aws:iam::${world.server.account}:user/${UserName}`
  const read = (Qualifier?: string) => invited.getFunctionConfiguration({ FunctionName: "guarded", Qualifier })
  const isRefused = (call: Promise<unknown>) => refuses(call, "AccessDeniedException", 403, /is not authorized/)
  await isRefused(read())
  await world.lambda.addPermission({
    FunctionName: "guarded",
    StatementId: "read",
    Action: "lambda:GetFunctionConfiguration",
    Principal,
  })
  assert.equal((await read()).FunctionName, "guarded")
  await isRefused(read("1"))
  await isRefused(read("$LATEST"))
  const { Policy } = await world.lambda.getPolicy({ FunctionName: "guarded" })
  assert.deepEqual(JSON.parse(Policy!).Statement[0].Principal, { AWS: Principal })
  await world.lambda.removePermission({ FunctionName: "guarded", StatementId: "read" })
  await isRefused(read())
})

test("who may add permissions can be held to some principals", async () => {
  await world.create("delegated")
  const UserName = "delegate"
  await world.iam.createUser({ UserName })
  await world.iam.putUserPolicy({
    UserName,
    PolicyName: "add",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "lambda:AddPermission",
          Resource: world.arn("delegated"),
          Condition: { StringEquals: { "lambda:Principal": "events.amazonaws.com" } },
        },
      ],
    }),
  })
  const { AccessKey } = await world.iam.createAccessKey({ UserName })
  const delegate = new Lambda(
    world.server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  await delegate.addPermission(permission("delegated"))
  await refuses(
    delegate.addPermission({ ...permission("delegated", "s2"), Principal: "*" }),
    "AccessDeniedException",
    403,
    /is not authorized to perform: lambda:AddPermission/,
  )
})

test("an alias has a policy under its own revision, which goes with it", async () => {
  await world.create("aliased", { Publish: true })
  const { lambda } = world
  const alias = { FunctionName: "aliased", Name: "live" }
  const made = await lambda.createAlias({ ...alias, FunctionVersion: "1" })
  const version = await revisionOf("aliased", "1")
  await lambda.addPermission({ ...permission("aliased"), Qualifier: "live", RevisionId: made.RevisionId })
  const { Policy, RevisionId } = await lambda.getPolicy({ FunctionName: "aliased", Qualifier: "live" })
  assert.equal(JSON.parse(Policy!).Statement[0].Resource, `${world.arn("aliased")}:live`)
  assert.equal(RevisionId, (await lambda.getAlias(alias)).RevisionId)
  assert.notEqual(RevisionId, made.RevisionId)
  assert.equal(await revisionOf("aliased", "1"), version)
  await lambda.deleteAlias(alias)
  await lambda.createAlias({ ...alias, FunctionVersion: "1" })
  await isMissing(lambda.getPolicy({ FunctionName: "aliased:live" }), "The resource you requested does not exist.")
})

test("who may add or remove a permission can be a matter of whom it is for", async () => {
  const FunctionName = "kept-for-some"
  await world.create(FunctionName)
  await world.iam.createUser({ UserName: "guard" })
  const mine = { StringEquals: { "lambda:Principal": ["events.amazonaws.com", "222222222222"] } }
  await world.iam.putUserPolicy({
    UserName: "guard",
    PolicyName: "p",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["lambda:AddPermission", "lambda:RemovePermission"],
          Resource: "*",
          Condition: mine,
        },
      ],
    }),
  })
  const { AccessKey } = await world.iam.createAccessKey({ UserName: "guard" })
  const guard = new Lambda(
    world.server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  const Action = "lambda:InvokeFunction"
  const denied = (call: Promise<unknown>) => refuses(call, "AccessDeniedException", 403, /is not authorized to perform/)
  for (const [StatementId, Principal] of [
    ["rule", "events.amazonaws.com"],
    ["account", "222222222222"],
  ] as const) {
    await guard.addPermission({ FunctionName, StatementId, Principal, Action })
    await guard.removePermission({ FunctionName, StatementId })
  }
  for (const [StatementId, Principal] of [
    ["bucket", "s3.amazonaws.com"],
    ["everyone", "*"],
  ] as const) {
    await denied(guard.addPermission({ FunctionName, StatementId, Principal, Action }))
    await world.lambda.addPermission({ FunctionName, StatementId, Principal, Action })
    await denied(guard.removePermission({ FunctionName, StatementId }))
  }
  await denied(guard.removePermission({ FunctionName, StatementId: "none" }))
})
