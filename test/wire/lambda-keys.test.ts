import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { KMS } from "@aws-sdk/client-kms"
import { Lambda } from "@aws-sdk/client-lambda"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { zipOf } from "../harness/zip.ts"
import { invalidates, type LambdaWorld, openLambdaWorld, refuses, TRUSTS_LAMBDA } from "./lambda-world.ts"

let world: LambdaWorld
let lambda: Lambda
let kms: KMS
/** ARNs of two keys of the account. */
let key: string
let other: string
/** May do all with Lambda, and with KMS what a test lets them. */
let developer: Lambda

const Code = { ZipFile: zipOf({ "index.mjs": "export const handler = async () => process.env.SECRET ?? null" }) }
const Environment = { Variables: { SECRET: "hush" } }

before(async () => {
  world = await openLambdaWorld([...FUNCTION_FLAGS])
  ;({ lambda } = world)
  kms = new KMS(world.server.client)
  const make = async () => (await kms.createKey({})).KeyMetadata!.Arn!
  ;[key, other] = [await make(), await make()]
  await world.iam.createUser({ UserName: "developer" })
  const { AccessKey } = await world.iam.createAccessKey({ UserName: "developer" })
  developer = new Lambda(
    world.server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  await allow()
})
after(() => world[Symbol.asyncDispose]())

const allow = (...Action: string[]) =>
  world.iam.putUserPolicy({
    UserName: "developer",
    PolicyName: "does",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["lambda:*", "iam:PassRole", ...Action], Resource: "*" }],
    }),
  })

const create = (name: string, KMSKeyArn = key) => world.create(name, { Code, Environment, KMSKeyArn })
const invoke = async (FunctionName: string) => {
  const { Payload, FunctionError } = await lambda.invoke({ FunctionName })
  assert.equal(FunctionError, undefined)
  return JSON.parse(Payload!.transformToString())
}
const update = async (FunctionName: string, input: object, client = lambda) => {
  const updated = await client.updateFunctionConfiguration({ FunctionName, ...input })
  await world.server.work.settle()
  return updated
}
const grantsOf = async (KeyId: string, name: string) => {
  const { Grants = [] } = await kms.listGrants({ KeyId })
  return Grants.filter(({ GranteePrincipal }) => GranteePrincipal?.endsWith(`/${name}`))
}

describe("variables under a customer's key", () => {
  it("are decrypted by the function's role, which gets a grant", async () => {
    await create("first")
    assert.equal(await invoke("first"), "hush")
    const shown = await lambda.getFunctionConfiguration({ FunctionName: "first" })
    assert.equal(shown.KMSKeyArn, key)
    assert.deepEqual(shown.Environment, Environment)
    const [grant, ...others] = await grantsOf(key, "first")
    assert.deepEqual(others, [])
    assert.equal(grant!.GranteePrincipal, "arn:aws:sts::123456789012:assumed-role/function-role/first")
    assert.deepEqual(grant!.Operations, ["Decrypt"])
    assert.deepEqual(grant!.Constraints, {
      EncryptionContextEquals: { "aws:lambda:FunctionArn": world.arn("first") },
    })
  })

  it("are shown to who may decrypt them, and to nobody else", async () => {
    await create("shown")
    const told = {
      Error: {
        ErrorCode: "AccessDeniedException",
        Message: `Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check your KMS permissions. KMS Exception: AccessDeniedException KMS Message: User: arn:aws:iam::123456789012:user/developer is not authorized to perform: kms:Decrypt on resource: ${key} because no identity-based policy allows the kms:Decrypt action`,
      },
    }
    const FunctionName = "shown"
    assert.deepEqual((await developer.getFunctionConfiguration({ FunctionName })).Environment, told)
    assert.deepEqual((await developer.getFunction({ FunctionName })).Configuration!.Environment, told)
    const { Functions } = await developer.listFunctions()
    assert.deepEqual(Functions!.find((one) => one.FunctionName === FunctionName)!.Environment, told)
    const updated = await developer.updateFunctionConfiguration({ FunctionName, Description: "another" })
    assert.deepEqual(updated.Environment, told)
    await world.server.work.settle()
    assert.equal(await invoke(FunctionName), "hush")
    await allow("kms:Decrypt")
    assert.deepEqual((await developer.getFunctionConfiguration({ FunctionName })).Environment, Environment)
    await allow()
  })

  it("are configured by who may encrypt under the key and lend it, as Lambda asks", async () => {
    const FunctionName = "configured"
    await world.create(FunctionName, { Code })
    const input = { KMSKeyArn: key, Environment }
    const why =
      /^Lambda was unable to configure access to your environment variables because the KMS key is invalid for /
    await allow("kms:Encrypt")
    await invalidates(update(FunctionName, input, developer), why)
    await allow("kms:CreateGrant")
    await invalidates(update(FunctionName, input, developer), why)
    await allow("kms:CreateGrant", "kms:Encrypt")
    await update(FunctionName, input, developer)
    assert.equal(await invoke(FunctionName), "hush")
    // The key's policy sees through whom the caller comes, and for what.
    const via = { StringEquals: { "kms:ViaService": "lambda.us-east-1.amazonaws.com" } }
    const ofFunction = { StringEquals: { "kms:EncryptionContext:aws:lambda:FunctionArn": world.arn(FunctionName) } }
    for (const Condition of [via, ofFunction]) {
      await world.iam.putUserPolicy({
        UserName: "developer",
        PolicyName: "denied",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Action: "kms:Encrypt", Resource: "*", Condition }],
        }),
      })
      await invalidates(update(FunctionName, input, developer), /invalid for Encrypt.*with an explicit deny/)
    }
    await world.iam.deleteUserPolicy({ UserName: "developer", PolicyName: "denied" })
    await allow()
  })

  it("are configured through Lambda, which policies can ask for", async () => {
    const FunctionName = "through"
    await world.create(FunctionName, { Code })
    await allow("kms:CreateGrant", "kms:Encrypt")
    const tried = async (Condition: object) => {
      const Statement = [{ Effect: "Deny", Action: "kms:*", Resource: "*", Condition }]
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
      await world.iam.putUserPolicy({ UserName: "developer", PolicyName: "denied", PolicyDocument })
      return update(FunctionName, { KMSKeyArn: key, Environment }, developer)
    }
    await tried({ Bool: { "aws:ViaAWSService": "false" } })
    await invalidates(tried({ Bool: { "aws:ViaAWSService": "true" } }), /explicit deny/)
    await invalidates(
      tried({ "ForAnyValue:StringEquals": { "aws:CalledVia": "lambda.amazonaws.com" } }),
      /invalid for CreateGrant.*explicit deny/,
    )
    await world.iam.deleteUserPolicy({ UserName: "developer", PolicyName: "denied" })
    await allow()
  })

  it("go under another key, or back under the server's, for who may decrypt them", async () => {
    const FunctionName = "moved"
    await create(FunctionName)
    await allow("kms:CreateGrant", "kms:Encrypt")
    await invalidates(update(FunctionName, { KMSKeyArn: other }, developer), /invalid for Decrypt/)
    await allow()
    await update(FunctionName, { KMSKeyArn: other })
    assert.equal(await invoke(FunctionName), "hush")
    assert.equal((await grantsOf(key, FunctionName)).length, 0)
    assert.equal((await grantsOf(other, FunctionName)).length, 1)
    await update(FunctionName, { KMSKeyArn: "" })
    const { KMSKeyArn, Environment: shown } = await developer.getFunctionConfiguration({ FunctionName })
    assert.equal(KMSKeyArn, undefined)
    assert.deepEqual(shown, Environment)
    assert.equal(await invoke(FunctionName), "hush")
    assert.equal((await grantsOf(other, FunctionName)).length, 0)
  })

  it("stay with the versions that were published", async () => {
    const FunctionName = "published"
    await create(FunctionName)
    const { Version } = await lambda.publishVersion({ FunctionName })
    assert.equal((await lambda.publishVersion({ FunctionName })).Version, Version)
    await update(FunctionName, { KMSKeyArn: other, Environment: { Variables: { SECRET: "louder" } } })
    assert.equal(await invoke(FunctionName), "louder")
    assert.equal(await invoke(`${FunctionName}:${Version}`), "hush")
    await lambda.deleteFunction({ FunctionName })
    await world.server.work.settle()
    assert.equal((await grantsOf(key, FunctionName)).length, 0)
    assert.equal((await grantsOf(other, FunctionName)).length, 0)
  })

  it("keep a function from running whose key cannot be used, in AWS's words", async () => {
    const mine = (await kms.createKey({})).KeyMetadata!.Arn!
    await create("closed", mine)
    const invoked = (name = "closed") => lambda.invoke({ FunctionName: name })
    const begins = "Lambda was unable to decrypt the environment variables because"
    await kms.disableKey({ KeyId: mine })
    await refuses(
      invoked(),
      "KMSDisabledException",
      502,
      `${begins} the KMS key used is disabled. Please check the function's KMS key settings. KMS Exception: DisabledExceptionKMS Message: ${mine} is disabled.`,
    )
    await refuses(
      lambda.invokeWithResponseStream({ FunctionName: "closed" }),
      "KMSDisabledException",
      502,
      /key used is disabled/,
    )
    const [refused] = await world.server.decisions.list({ refused: true })
    assert.match(await world.server.explain(refused!.requestId), /EnableKey/)
    await invalidates(update("closed", { Environment }), /because the KMS key used is disabled/)
    await kms.enableKey({ KeyId: mine })
    assert.equal(await invoke("closed"), "hush")
    await kms.scheduleKeyDeletion({ KeyId: mine, PendingWindowInDays: 7 })
    // An environment that has begun goes on; one that would have to begin does not.
    assert.equal(await invoke("closed"), "hush")
    await update("closed", { Description: "another" })
    await refuses(invoked(), "KMSInvalidStateException", 502, /invalid state for Decrypt/)
  })

  it("are out of reach where the grant is taken away", async () => {
    await create("robbed")
    const [grant] = await grantsOf(key, "robbed")
    await kms.revokeGrant({ KeyId: key, GrantId: grant!.GrantId! })
    await refuses(
      lambda.invoke({ FunctionName: "robbed" }),
      "KMSAccessDeniedException",
      502,
      /KMS access was denied\. .*User: arn:aws:sts::123456789012:assumed-role\/function-role\/robbed is not authorized to perform: kms:Decrypt/,
    )
    await update("robbed", { Environment })
    assert.equal(await invoke("robbed"), "hush")
  })

  it("are out of reach of a role that was made anew under the name of another, until they are configured again", async () => {
    const FunctionName = "orphaned"
    const RoleName = "short-lived"
    const make = () => world.iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUSTS_LAMBDA })
    const Role = (await make()).Role!.Arn!
    await world.create(FunctionName, { Code, Environment, KMSKeyArn: key, Role })
    await world.iam.deleteRole({ RoleName })
    await make()
    await refuses(
      lambda.invoke({ FunctionName }),
      "KMSAccessDeniedException",
      502,
      /KMS access was denied.*The ciphertext refers to a customer master key that does not exist/,
    )
    await update(FunctionName, { Environment })
    assert.equal(await invoke(FunctionName), "hush")
    await update(FunctionName, { Role: world.role })
    assert.equal(await invoke(FunctionName), "hush")
  })

  it("are none where there is no such key", async () => {
    const nobodys = key.replace(/[^/]+$/, "11111111-1111-1111-1111-111111111111")
    await invalidates(world.create("lost", { Code, Environment, KMSKeyArn: nobodys }), /invalid for CreateGrant/)
    await invalidates(
      world.create("lost", { Code, Environment, KMSKeyArn: "arn:aws:s3:::bucket" }),
      /invalid for CreateGrant/,
    )
    await refuses(
      world.create("lost", { Code, KMSKeyArn: "no-arn" }),
      "ValidationException",
      400,
      /kMSKeyArn|kmsKeyArn/i,
    )
  })
})
