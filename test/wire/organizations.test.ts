import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListCreateAccountStatusCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-organizations"
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"

let server: TestServer
let root: OrganizationsClient

before(async () => {
  server = await startServer(["--clock-control"])
  root = new OrganizationsClient(server.client)
})
after(() => server[Symbol.asyncDispose]())

/** A user of the management account with this policy. */
async function createUser(UserName: string, policy: object | "administrator"): Promise<Credentials> {
  const iam = new IAMClient(server.client)
  await iam.send(new CreateUserCommand({ UserName }))
  if (policy === "administrator")
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }))
  else await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "it", PolicyDocument: JSON.stringify(policy) }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
}

async function createAccount(Email: string, AccountName = "shop", more: object = {}) {
  const { CreateAccountStatus } = await root.send(new CreateAccountCommand({ Email, AccountName, ...more }))
  const CreateAccountRequestId = CreateAccountStatus!.Id!
  return {
    first: CreateAccountStatus!,
    last: (await root.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }))).CreateAccountStatus!,
  }
}

test("an account without an organization is told so, whatever it asks", async () => {
  for (const command of [
    new DescribeOrganizationCommand({}),
    new ListAccountsCommand({}),
    new CreateAccountCommand({ Email: "a@example.com", AccountName: "a" }),
  ])
    await assert.rejects(root.send(command as DescribeOrganizationCommand), {
      name: "AWSOrganizationsNotInUseException",
      message: "Your account is not a member of an organization.",
    })
})

test("an organization is made once", async () => {
  const { Organization } = await root.send(new CreateOrganizationCommand({}))
  assert.match(Organization!.Id!, /^o-[a-z0-9]{10}$/)
  assert.equal(Organization!.Arn, `arn:aws:organizations::${server.account}:organization/${Organization!.Id}`)
  assert.equal(Organization!.MasterAccountId, server.account)
  assert.equal(Organization!.FeatureSet, "ALL")
  assert.deepEqual((await root.send(new DescribeOrganizationCommand({}))).Organization, Organization)
  await assert.rejects(root.send(new CreateOrganizationCommand({})), {
    name: "AlreadyInOrganizationException",
    message: "The AWS account is already a member of an organization.",
  })
})

test("an account is made, and its role lets the management account's users in", async () => {
  const { first, last } = await createAccount("second@example.com")
  assert.equal(first.State, "IN_PROGRESS")
  assert.equal(first.AccountId, undefined)
  assert.match(first.Id!, /^car-[a-z0-9]{32}$/)
  assert.equal(last.State, "SUCCEEDED")
  const account = last.AccountId!
  assert.match(account, /^\d{12}$/)

  const sts = new STSClient(server.clientOf(await createUser("owner", "administrator")))
  const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "owner" }))
  const inside = server.clientOf({
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  })
  const who = await new STSClient(inside).send(new GetCallerIdentityCommand({}))
  assert.equal(who.Arn, `arn:aws:sts::${account}:assumed-role/OrganizationAccountAccessRole/owner`)
  const { AttachedPolicies } = await new IAMClient(inside).send(
    new ListAttachedRolePoliciesCommand({ RoleName: "OrganizationAccountAccessRole" }),
  )
  assert.equal(AttachedPolicies![0]!.PolicyArn, "arn:aws:iam::aws:policy/AdministratorAccess")

  const member = new OrganizationsClient(inside)
  const { Organization } = await member.send(new DescribeOrganizationCommand({}))
  assert.equal(Organization!.MasterAccountId, server.account)
  await assert.rejects(member.send(new ListAccountsCommand({})), {
    name: "AccessDeniedException",
    message: "You don't have permissions to access this resource.",
  })
  await assert.rejects(member.send(new CreateOrganizationCommand({})), { name: "AlreadyInOrganizationException" })
})

test("the role's name may be another, and an address is used once", async () => {
  const { last } = await createAccount("third@example.com", "third", { RoleName: "Landlord" })
  const sts = new STSClient(server.clientOf(await createUser("landlord", "administrator")))
  const assume = (role: string) =>
    sts.send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${last.AccountId}:role/${role}`, RoleSessionName: "landlord" }),
    )
  assert.ok((await assume("Landlord")).Credentials)
  await assert.rejects(assume("OrganizationAccountAccessRole"), { name: "AccessDenied" })

  const again = await createAccount("Third@example.com")
  assert.equal(again.first.State, "IN_PROGRESS")
  assert.equal(again.last.State, "FAILED")
  assert.equal(again.last.FailureReason, "EMAIL_ALREADY_EXISTS")
  assert.equal(again.last.AccountId, undefined)
})

test("accounts are listed page by page, below the one root", async () => {
  const ids: string[] = []
  let NextToken: string | undefined
  do {
    const page = await root.send(new ListAccountsCommand({ MaxResults: 1, NextToken }))
    ids.push(...page.Accounts!.map(({ Id }) => Id!))
    NextToken = page.NextToken
  } while (NextToken)
  assert.equal(ids.length, 3)
  assert.ok(ids.includes(server.account))

  const { Roots } = await root.send(new ListRootsCommand({}))
  const ParentId = Roots![0]!.Id!
  const { Accounts } = await root.send(new ListAccountsForParentCommand({ ParentId }))
  assert.deepEqual(
    Accounts!.map(({ Id }) => Id),
    ids,
  )
  const { Children } = await root.send(new ListChildrenCommand({ ParentId, ChildType: "ACCOUNT" }))
  assert.equal(Children!.length, 3)
  const units = await root.send(new ListChildrenCommand({ ParentId, ChildType: "ORGANIZATIONAL_UNIT" }))
  assert.deepEqual(units.Children, [])
  const { Parents } = await root.send(new ListParentsCommand({ ChildId: ids[0]! }))
  assert.deepEqual(Parents, [{ Id: ParentId, Type: "ROOT" }])

  const { CreateAccountStatuses } = await root.send(new ListCreateAccountStatusCommand({ States: ["FAILED"] }))
  assert.deepEqual(
    CreateAccountStatuses!.map(({ FailureReason }) => FailureReason),
    ["EMAIL_ALREADY_EXISTS"],
  )
})

test("what is not there is named", async () => {
  const AccountId = "000000000000"
  const refusals: [object, string][] = [
    [new DescribeAccountCommand({ AccountId }), "AccountNotFoundException"],
    [
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: "car-00000000" }),
      "CreateAccountStatusNotFoundException",
    ],
    [new ListParentsCommand({ ChildId: AccountId }), "ChildNotFoundException"],
    [new ListAccountsForParentCommand({ ParentId: "r-zzzz" }), "ParentNotFoundException"],
    [new ListTagsForResourceCommand({ ResourceId: AccountId }), "TargetNotFoundException"],
    [new ListAccountsCommand({ NextToken: "made-up" }), "InvalidInputException"],
    [new CreateAccountCommand({ Email: "no address", AccountName: "x" }), "InvalidInputException"],
    [new DescribeAccountCommand({ AccountId: "12" }), "InvalidInputException"],
  ]
  for (const [command, name] of refusals) await assert.rejects(root.send(command as ListRootsCommand), { name })
})

test("an operation that is not built says so", async () => {
  const command = new CreatePolicyCommand({ Content: "{}", Description: "", Name: "x", Type: "SERVICE_CONTROL_POLICY" })
  await assert.rejects(root.send(command), (error: { $metadata: { httpStatusCode: number } }) => {
    assert.equal(error.$metadata.httpStatusCode, 501)
    return true
  })
})

test("tags are kept, and conditions on them and on ARNs hold", async () => {
  const { last } = await createAccount("blue@example.com", "blue", { Tags: [{ Key: "team", Value: "blue" }] })
  const ResourceId = last.AccountId!
  await root.send(new TagResourceCommand({ ResourceId, Tags: [{ Key: "stage", Value: "test" }] }))
  await root.send(new UntagResourceCommand({ ResourceId, TagKeys: ["nothing"] }))
  assert.deepEqual((await root.send(new ListTagsForResourceCommand({ ResourceId }))).Tags, [
    { Key: "stage", Value: "test" },
    { Key: "team", Value: "blue" },
  ])
  const blue = new OrganizationsClient(
    server.clientOf(
      await createUser("blue", {
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Action: "organizations:DescribeAccount",
          Resource: `arn:aws:organizations::${server.account}:account/o-*/*`,
          Condition: { StringEquals: { "aws:ResourceTag/team": "blue" } },
        },
      }),
    ),
  )
  assert.equal((await blue.send(new DescribeAccountCommand({ AccountId: ResourceId }))).Account!.Name, "blue")
  const { Organization } = await root.send(new DescribeOrganizationCommand({}))
  await assert.rejects(blue.send(new DescribeAccountCommand({ AccountId: server.account })), {
    name: "AccessDeniedException",
    message: `User: arn:aws:iam::${server.account}:user/blue is not authorized to perform: organizations:DescribeAccount on resource: arn:aws:organizations::${server.account}:account/${Organization!.Id}/${server.account} because no identity-based policy allows the organizations:DescribeAccount action`,
  })
  const repeated = [
    { Key: "a", Value: "1" },
    { Key: "a", Value: "2" },
  ]
  await assert.rejects(root.send(new TagResourceCommand({ ResourceId, Tags: repeated })), {
    name: "InvalidInputException",
    Reason: "DUPLICATE_TAG_KEY",
  })
})
