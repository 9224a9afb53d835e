import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda } from "@aws-sdk/client-lambda"
import { Organizations } from "@aws-sdk/client-organizations"
import { STS } from "@aws-sdk/client-sts"
import type { Credentials } from "../harness/server.ts"
import { askSite } from "../harness/site-request.ts"
import { isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

/** The functions are in the first account; who calls them is of the second. */
let world: LambdaWorld
let second: string
let iam: IAM

const credentialsOf = (given: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string }) => ({
  accessKeyId: given.AccessKeyId!,
  secretAccessKey: given.SecretAccessKey!,
  ...(given.SessionToken !== undefined && { sessionToken: given.SessionToken }),
})

async function makeUser(of: IAM, UserName: string, Action: string[]): Promise<Credentials> {
  await of.createUser({ UserName })
  if (Action.length > 0) {
    const Statement = [{ Effect: "Allow", Action, Resource: "*" }]
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
    await of.putUserPolicy({ UserName, PolicyName: "p", PolicyDocument })
  }
  return credentialsOf((await of.createAccessKey({ UserName })).AccessKey!)
}

before(async () => {
  world = await openLambdaWorld(["--functions", "unsandboxed"])
  const { server } = world
  const organizations = new Organizations(server.client)
  await organizations.createOrganization({})
  const made = await organizations.createAccount({ Email: "second@example.com", AccountName: "second" })
  const status = await organizations.describeCreateAccountStatus({
    CreateAccountRequestId: made.CreateAccountStatus!.Id,
  })
  second = status.CreateAccountStatus!.AccountId!
  const admin = await makeUser(world.iam, "admin", ["*"])
  const { Credentials: given } = await new STS(server.clientOf(admin)).assumeRole({
    RoleArn: `arn:aws:iam::${second}:role/OrganizationAccountAccessRole`,
    RoleSessionName: "second",
  })
  iam = new IAM(server.clientOf(credentialsOf(given!)))
})
after(() => world[Symbol.asyncDispose]())

test("another account's callers need both: their own policy, and the policy of exactly what they address", async () => {
  await world.create("shared", { Publish: true })
  const FunctionName = world.arn("shared")
  const of = async (name: string, actions: string[]) =>
    new Lambda(world.server.clientOf(await makeUser(iam, name, actions)))
  const may = await of("may", ["lambda:InvokeFunction"])
  const mayNot = await of("may-not", [])
  const dry = (caller: Lambda, Qualifier?: string) =>
    caller.invoke({ FunctionName, Qualifier, InvocationType: "DryRun" })
  const isRefused = (call: Promise<unknown>) => refuses(call, "AccessDeniedException", 403, /not authorized/)
  await isRefused(dry(may))
  await world.lambda.addPermission({
    FunctionName,
    StatementId: "second",
    Action: "lambda:InvokeFunction",
    Principal: second,
  })
  assert.equal((await dry(may)).StatusCode, 204)
  await isRefused(dry(mayNot))
  for (const Qualifier of ["1", "$LATEST"]) await isRefused(dry(may, Qualifier))
  await world.lambda.addPermission({
    FunctionName,
    Qualifier: "1",
    StatementId: "second",
    Action: "lambda:InvokeFunction",
    Principal: second,
  })
  assert.equal((await dry(may, "1")).StatusCode, 204)
  // Strangers learn nothing of what is not there.
  await isRefused(may.invoke({ FunctionName: world.arn("nowhere"), InvocationType: "DryRun" }))
  await isMissing(
    world.lambda.invoke({ FunctionName: "nowhere", InvocationType: "DryRun" }),
    `Function not found: ${world.arn("nowhere")}:$LATEST`,
  )
})

test("a URL lets another account's callers in where both of their policies do", async () => {
  await world.create("shared-url")
  const FunctionName = "shared-url"
  const { FunctionUrl } = await world.lambda.createFunctionUrlConfig({ FunctionName, AuthType: "AWS_IAM" })
  const signedBy = await makeUser(iam, "url-user", ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])
  assert.equal((await askSite(FunctionUrl!, { signedBy })).status, 403)
  await world.lambda.addPermission({
    FunctionName,
    StatementId: "url",
    Action: "lambda:InvokeFunctionUrl",
    Principal: second,
    FunctionUrlAuthType: "AWS_IAM",
  })
  assert.equal((await askSite(FunctionUrl!, { signedBy })).status, 403)
  await world.lambda.addPermission({
    FunctionName,
    StatementId: "invoke",
    Action: "lambda:InvokeFunction",
    Principal: second,
    InvokedViaFunctionUrl: true,
  })
  const answer = await askSite(FunctionUrl!, { signedBy })
  assert.equal(answer.status, 200)
  assert.equal(answer.body, "hello")
  const own = await makeUser(iam, "url-nobody", [])
  assert.equal((await askSite(FunctionUrl!, { signedBy: own })).status, 403)
})

test("everyone of an organization is let in by its id", async () => {
  await world.create("organized")
  const organizations = new Organizations(world.server.client)
  const { Organization } = await organizations.describeOrganization({})
  const caller = new Lambda(world.server.clientOf(await makeUser(iam, "organized", ["lambda:InvokeFunction"])))
  const dry = () => caller.invoke({ FunctionName: world.arn("organized"), InvocationType: "DryRun" })
  const permission = { FunctionName: "organized", Action: "lambda:InvokeFunction", Principal: "*" }
  await world.lambda.addPermission({ ...permission, StatementId: "other", PrincipalOrgID: "o-0123456789" })
  await refuses(dry(), "AccessDeniedException", 403, /not authorized/)
  await world.lambda.addPermission({ ...permission, StatementId: "own", PrincipalOrgID: Organization!.Id! })
  assert.equal((await dry()).StatusCode, 204)
  // For as long as their account is in it.
  await organizations.removeAccountFromOrganization({ AccountId: second })
  await refuses(dry(), "AccessDeniedException", 403, /not authorized/)
})
