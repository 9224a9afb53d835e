import assert from "node:assert/strict"
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { fileURLToPath } from "node:url"
import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  SetIdentityPoolRolesCommand,
  TagResourceCommand,
} from "@aws-sdk/client-cognito-identity"
import {
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam"
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3"
import { runCommand } from "../harness/command.ts"
import { eventually } from "../harness/eventually.ts"
import { allow, trustPool } from "./bookshop.ts"

const ACCOUNT = "123456789012"
const GROUPS = ["Red", "Green", "*", "a/b", "$", "Writers"]
const BUCKET = "arn:aws:s3:::folders"

let cwd: string
let server: ChildProcess
let poolId: string
let ids: { userPoolId: string; clientId: string }

before(async () => {
  cwd = mkdtempSync(join(tmpdir(), "hallpass-policy-commands-"))
  const program = fileURLToPath(new URL("../../bin/hallpass.js", import.meta.url))
  server = spawn(process.execPath, [program, "start", "--port", "0", "--log", "off"], { cwd, stdio: "ignore" })
  await setUp(await clientOptions())
})
after(async () => {
  if (server.exitCode === null) {
    server.kill()
    await once(server, "exit")
  }
  rmSync(cwd, { recursive: true })
})

/** As people find the server: `hallpass env`. */
async function clientOptions() {
  const env = await eventually(async () => {
    assert.equal(server.exitCode, null, "the server ended")
    const { code, stdout } = await runCommand(["env", "--json"], { cwd })
    return code === 0 && JSON.parse(stdout)
  })
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY }
  return { endpoint: env.AWS_ENDPOINT_URL, region: env.AWS_REGION, credentials, maxAttempts: 1 }
}

async function setUp(client: Awaited<ReturnType<typeof clientOptions>>): Promise<void> {
  const idp = new CognitoIdentityProviderClient(client)
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "people" }))
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "web" }))
  ids = { userPoolId: UserPoolId, clientId: UserPoolClient!.ClientId! }
  const ProviderName = `cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`

  const identity = new CognitoIdentityClient(client)
  const { IdentityPoolId } = await identity.send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: "Shop",
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [{ ProviderName, ClientId: ids.clientId }],
    }),
  )
  poolId = IdentityPoolId!

  const iam = new IAMClient(client)
  const roles: Record<string, string> = {}
  for (const [RoleName, amr] of [
    ["Member", "authenticated"],
    ["Writer", "authenticated"],
    ["Guest", "unauthenticated"],
  ] as const) {
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustPool(poolId, amr), Path: "/app/" }),
    )
    roles[RoleName] = Role!.Arn!
  }
  const folders = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "s3:GetObject", Resource: `${BUCKET}/\${cognito:groups}/*` },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: BUCKET,
        Condition: { StringLike: { "s3:prefix": "${cognito:groups}/*" } },
      },
      {
        Effect: "Allow",
        Action: "s3:DeleteObject",
        Resource: `${BUCKET}/*`,
        Condition: { "ForAnyValue:StringEquals": { "cognito:groups": "Red" } },
      },
      {
        Effect: "Allow",
        Action: "dynamodb:GetItem",
        Resource: `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/T`,
        Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
      },
    ],
  })
  await iam.send(new PutRolePolicyCommand({ RoleName: "Member", PolicyName: "folders", PolicyDocument: folders }))
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: "write", PolicyDocument: allow("s3:PutObject", `${BUCKET}/*`) }),
  )
  for (const PolicyArn of [Policy!.Arn!, "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"])
    await iam.send(new AttachRolePolicyCommand({ RoleName: "Writer", PolicyArn }))
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "Guest",
      PolicyName: "look",
      PolicyDocument: allow(["s3:GetObject", "iam:GetUser"], "*"),
    }),
  )

  for (const GroupName of GROUPS)
    await idp.send(
      new CreateGroupCommand({
        UserPoolId,
        GroupName,
        ...(GroupName === "Writers" && { RoleArn: roles.Writer, Precedence: 1 }),
      }),
    )
  await identity.send(
    new SetIdentityPoolRolesCommand({
      IdentityPoolId,
      Roles: { authenticated: roles.Member!, unauthenticated: roles.Guest! },
      RoleMappings: {
        [`${ProviderName}:${ids.clientId}`]: { Type: "Token", AmbiguousRoleResolution: "AuthenticatedRole" },
      },
    }),
  )
  const s3 = new S3Client({ ...client, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: "folders" }))
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket: "folders",
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: `${BUCKET}/Green/secret` },
      }),
    }),
  )
}

const tag = async () => {
  const client = await clientOptions()
  const ResourceArn = `arn:aws:cognito-identity:us-east-1:${ACCOUNT}:identitypool/${poolId}`
  await new CognitoIdentityClient(client).send(
    new TagResourceCommand({ ResourceArn, Tags: { "hallpass:cognito-groups": "true" } }),
  )
}

/** What holds on the server, and in what is exported, for people in one group. */
const CASES = [
  ...["Red", "Green", "*", "a/b", "$"].flatMap((group) => [
    { who: `ann in ${group}`, may: "s3:GetObject", on: `${BUCKET}/${group.replace(/[*$]/, "${$&}")}/note` },
    { who: `ann in ${group}`, may: "s3:ListBucket", on: BUCKET, when: { "s3:prefix": `${group}/x` } },
    { who: `ann in ${group}`, "may not": "s3:ListBucket", on: BUCKET, when: { "s3:prefix": "Blue/x" } },
    { who: `ann in ${group}`, "may not": ["s3:GetObject", "s3:PutObject"], on: `${BUCKET}/Blue/note` },
    { who: `ann in ${group}`, may: "dynamodb:GetItem", on: `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/T` },
    { who: `ann in ${group}`, [group === "Red" ? "may" : "may not"]: "s3:DeleteObject", on: `${BUCKET}/any` },
  ]),
  { who: "ann in Writers", becomes: "Writer" },
  { who: "ann in Writers", may: ["s3:PutObject"], on: `${BUCKET}/any` },
  { who: "ann in Writers", may: "dynamodb:Query", on: `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/T` },
  { who: "ann in Writers", "may not": "s3:GetObject", on: `${BUCKET}/Writers/note` },
  { who: "guest", may: "s3:GetObject", on: `${BUCKET}/any` },
  { who: "guest", "may not": "iam:GetUser", on: `arn:aws:iam::${ACCOUNT}:user/a` },
  { who: "nobody-special", becomes: "Member" },
  { who: "nobody-special", may: "dynamodb:GetItem", on: `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/T` },
  { who: "nobody-special", "may not": ["s3:GetObject", "s3:DeleteObject"], on: `${BUCKET}/Red/note` },
]

async function runCases(file: object): Promise<void> {
  writeFileSync(join(cwd, "cases.test.json"), JSON.stringify({ ...file, cases: CASES }))
  const { code, stdout, stderr } = await runCommand(["test", "cases.test.json"], { cwd })
  assert.equal(stderr, "")
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^\d+ passed, 0 failed\.\n$/)
}

test("a pool that did not opt in has nothing to export", async () => {
  const named = await runCommand(["export", "--aws", "--identity-pool", "Shop"], { cwd })
  assert.equal(named.code, 1)
  assert.match(named.stderr, /^hallpass export: The identity pool Shop has not the tag hallpass:cognito-groups = true/)
  const any = await runCommand(["export", "--aws"], { cwd })
  assert.equal(any.code, 1)
  assert.match(any.stderr, /^hallpass export: No identity pool has the tag/)
})

test("tests run on the roles, pools and bucket policies of the running server", async () => {
  await tag()
  await runCases({ server: true })
  writeFileSync(
    join(cwd, "deny.test.json"),
    JSON.stringify({
      server: true,
      cases: [
        { who: "ann in Green", "may not": "s3:GetObject", on: `${BUCKET}/Green/secret`, because: "explicit deny" },
      ],
    }),
  )
  assert.equal((await runCommand(["test", "deny.test.json"], { cwd })).code, 0)
})

test("the exported template means the same, and nothing in it is Hallpass's own", async () => {
  const { code, stdout, stderr } = await runCommand(["export", "--aws"], { cwd })
  assert.equal(stderr, "")
  assert.equal(code, 0)
  assert.match(stdout, /^# What policies with cognito:groups/)
  assert.doesNotMatch(stdout.replace(/^#.*$|^Description:.*$/gm, ""), /cognito:groups|123456789012/)
  assert.ok(!stdout.includes(poolId.slice(10)) || stdout.match(new RegExp(poolId, "g"))!.length === 1)
  writeFileSync(join(cwd, "groups.yaml"), stdout)
  const parameters = { IdentityPoolId: poolId, UserPoolId: ids.userPoolId, UserPoolClientId: ids.clientId }
  const flags = Object.entries(parameters).flatMap(([name, value]) => ["--parameter", `${name}=${value}`])

  const lint = await runCommand(["lint", "--json", ...flags, "groups.yaml"], { cwd })
  const found = JSON.parse(lint.stdout).findings.map(
    ({ id, message }: { id: string; message: string }) => `${id} ${message}`,
  )
  assert.deepEqual(
    found.filter((one: string) => /^HP(0|1|301|302|304|305)/.test(one)),
    [],
  )

  // The identity pool itself is not in the template, and its roles are.
  const { Resources } = JSON.parse((await runCommand(["export", "--aws", "--format", "json"], { cwd })).stdout)
  const attachment = Resources.IdentityPoolRoles.Properties
  assert.deepEqual(Object.keys(attachment.Roles), ["authenticated", "unauthenticated"])
  assert.equal(attachment.RoleMappings.UserPoolClientId.Type, "Token")
  const withPool = {
    Parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, Default]) => [name, { Type: "String", Default }]),
    ),
    Resources: {
      ...JSON.parse(JSON.stringify(Resources).replaceAll('{"Ref":"IdentityPoolId"}', '{"Ref":"Shop"}')),
      Shop: { Type: "AWS::Cognito::IdentityPool", Properties: { AllowUnauthenticatedIdentities: true } },
    },
  }
  writeFileSync(join(cwd, "with-pool.json"), JSON.stringify(withPool))
  await runCases({ template: "with-pool.json" })
})

test("the exported commands are a shell script", async () => {
  const { stdout } = await runCommand(["export", "--aws", "--format", "commands", "--identity-pool", poolId], { cwd })
  assert.equal(spawnSync("sh", ["-n"], { input: stdout }).status, 0)
  // `aws` is a function that tells its arguments.
  const fake = `aws() { for argument in "$@"; do printf '%s\\n' "$argument"; done; echo ---; }\n`
  const script =
    fake + stdout.replace(/^ACCOUNT_ID=.*$/m, "ACCOUNT_ID=999999999999").replace(/^REGION=.*$/m, "REGION=eu-west-1")
  const env = { IDENTITY_POOL_ID: "eu-west-1:pool", USER_POOL_ID: "eu-west-1_pool", USER_POOL_CLIENT_ID: "client" }
  const run = spawnSync("sh", [], { input: script, env, encoding: "utf8" })
  assert.equal(run.stderr, "")
  const calls = run.stdout.split("---\n").map((call) => call.trimEnd().split("\n"))
  const documents = calls.flatMap((call) => {
    const place = call.findIndex((argument) => /-document$/.test(argument))
    return place < 0 ? [] : [JSON.parse(call[place + 1]!)]
  })
  assert.ok(documents.length >= 12)
  assert.ok(JSON.stringify(documents).includes("arn:aws:dynamodb:us-east-1:999999999999:table/T"))
  assert.ok(JSON.stringify(documents).includes('"cognito-identity.amazonaws.com:aud":"eu-west-1:pool"'))
  const star = calls.find((call) => call.includes("update-group") && call.includes("*"))!
  assert.match(star.at(-1)!, /^arn:aws:iam::999999999999:role\/app\/Member---[0-9a-f]{8}$/)
  const pool = calls.find((call) => call.includes("set-identity-pool-roles"))!
  assert.deepEqual(JSON.parse(pool.at(-1)!), {
    "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool:client": {
      Type: "Token",
      AmbiguousRoleResolution: "AuthenticatedRole",
    },
  })
})

const WRONG: readonly [args: string[], code: number, stderr: RegExp][] = [
  [[], 2, /say --aws/],
  [["--aws", "more"], 2, /say --aws/],
  [["--aws", "--format", "toml"], 2, /none of yaml, json, commands/],
  [["--aws", "--identity-pool", "Nope"], 1, /There is no identity pool 'Nope'\. There are .*\(Shop\)/],
  [["--aws", "--data-dir", "nowhere"], 1, /No server of yours is running/],
]

for (const [args, code, stderr] of WRONG)
  test(`export ${args.join(" ")} ends with ${code}`, async () => {
    const result = await runCommand(["export", ...args], { cwd })
    assert.match(result.stderr, stderr)
    assert.equal(result.code, code)
  })
