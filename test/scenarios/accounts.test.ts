import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import {
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  GetOpenIdTokenCommand,
  SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity"
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam"
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations"
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"
import {
  COGNITO,
  clientsOf,
  createIdentityPool,
  createUser,
  createUserPool,
  policy,
  trust,
  type UserPool,
} from "../wire/cognito-identity-world.ts"

/** The pool is in the first account; what its people may use is in the second. */
let server: TestServer
let second: string
let inSecond: Credentials
let people: UserPool

const credentialsOf = (
  given: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string } | undefined,
) => ({
  accessKeyId: given!.AccessKeyId!,
  secretAccessKey: given!.SecretAccessKey!,
  sessionToken: given!.SessionToken!,
})

before(async () => {
  server = await startServer()
  const organizations = new OrganizationsClient(server.client)
  await organizations.send(new CreateOrganizationCommand({}))
  const made = await organizations.send(new CreateAccountCommand({ Email: "data@example.com", AccountName: "data" }))
  const { CreateAccountStatus } = await organizations.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: made.CreateAccountStatus!.Id }),
  )
  second = CreateAccountStatus!.AccountId!
  const admin = await createUser(server, "admin")
  const { Credentials: given } = await new STSClient(server.clientOf(admin)).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${second}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "admin",
    }),
  )
  inSecond = credentialsOf(given)
  people = await createUserPool(server)
  await people.signUp("ann")
})
after(() => server[Symbol.asyncDispose]())

async function createRoleInSecond(RoleName: string, AssumeRolePolicyDocument: string): Promise<string> {
  const iam = new IAMClient(server.clientOf(inSecond))
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = policy({
    Effect: "Allow",
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::seconds/\${${COGNITO}:sub}/*`,
  })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "access", PolicyDocument }))
  assert.equal(Role!.Arn, `arn:aws:iam::${second}:role/${RoleName}`)
  return Role!.Arn!
}

test("the basic flow leads into a role of another account that trusts the pool by its id", async () => {
  const pool = await createIdentityPool(server, {
    AllowClassicFlow: true,
    CognitoIdentityProviders: [{ ProviderName: people.providerName, ClientId: people.clientId }],
  })
  await new S3Client({ ...server.clientOf(inSecond), forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: "seconds" }),
  )
  const RoleArn = await createRoleInSecond("visitor", trust(pool))
  const strange = await createRoleInSecond("stranger", trust(`${pool}0`))
  // Whoever signed in: to a pool of the role's own account.
  const signedIn = policy({
    Effect: "Allow",
    Principal: { Federated: COGNITO },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { "ForAnyValue:StringLike": { [`${COGNITO}:amr`]: "authenticated" } },
  })
  const anybody = await createRoleInSecond("anybody", signedIn)
  const own = new CreateRoleCommand({ RoleName: "own", AssumeRolePolicyDocument: signedIn })
  const { Role: inFirst } = await new IAMClient(server.client).send(own)

  const { identity } = clientsOf(server)
  const Logins = { [people.providerName]: await people.signIn("ann") }
  const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId: pool, Logins }))
  const { Token } = await identity.send(new GetOpenIdTokenCommand({ IdentityId, Logins }))
  const { credentials: _, ...unsigned } = server.client
  const sts = new STSClient(unsigned)
  const assume = (arn: string) =>
    sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn: arn, RoleSessionName: "ann", WebIdentityToken: Token! }))
  const visitor = server.clientOf(credentialsOf((await assume(RoleArn)).Credentials))
  const who = await new STSClient(visitor).send(new GetCallerIdentityCommand({}))
  assert.equal(who.Account, second)
  assert.equal(who.Arn, `arn:aws:sts::${second}:assumed-role/visitor/ann`)

  const s3 = new S3Client({ ...visitor, forcePathStyle: true })
  await s3.send(new PutObjectCommand({ Bucket: "seconds", Key: `${IdentityId}/a`, Body: "x" }))
  await assert.rejects(s3.send(new PutObjectCommand({ Bucket: "seconds", Key: "other/a", Body: "x" })), {
    name: "AccessDenied",
  })
  for (const arn of [strange, anybody])
    await assert.rejects(assume(arn), {
      name: "AccessDenied",
      message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    })
  await assume(inFirst!.Arn!)
})

test("the enhanced flow leads into roles of the pool's own account alone", async () => {
  const pool = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true })
  const RoleArn = await createRoleInSecond("guest", trust(pool, "unauthenticated"))
  const { identity } = clientsOf(server)
  await assert.rejects(
    identity.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: pool, Roles: { unauthenticated: RoleArn } })),
    { name: "NotAuthorizedException", message: `Access to Role '${RoleArn}' is forbidden.` },
  )
  const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId: pool }))
  await assert.rejects(identity.send(new GetCredentialsForIdentityCommand({ IdentityId })), {
    name: "InvalidIdentityPoolConfigurationException",
  })
})

test("a role that trusts every pool cannot be made", async () => {
  const anyPool = policy({
    Effect: "Allow",
    Principal: { Federated: COGNITO },
    Action: "sts:AssumeRoleWithWebIdentity",
  })
  await assert.rejects(createRoleInSecond("careless", anyPool), { name: "MalformedPolicyDocumentException" })
})
