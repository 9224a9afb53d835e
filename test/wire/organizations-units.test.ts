import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  DeleteOrganizationalUnitCommand,
  DeleteOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  LeaveOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListChildrenCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  MoveAccountCommand,
  OrganizationsClient,
  RemoveAccountFromOrganizationCommand,
  TagResourceCommand,
  UpdateOrganizationalUnitCommand,
} from "@aws-sdk/client-organizations"
import { AssumeRoleCommand } from "@aws-sdk/client-sts"
import { startServer, type TestServer } from "../harness/server.ts"
import { clientsOf, createPerson, credentialsOf, policy } from "./iam-world.ts"

let server: TestServer
let root: OrganizationsClient
let rootId: string
before(async () => {
  server = await startServer()
  root = new OrganizationsClient(server.client)
  await root.send(new CreateOrganizationCommand({}))
  rootId = (await root.send(new ListRootsCommand({}))).Roots![0]!.Id!
})
after(() => server[Symbol.asyncDispose]())

const unit = async (Name: string, ParentId = rootId, more: object = {}) =>
  (await root.send(new CreateOrganizationalUnitCommand({ Name, ParentId, ...more }))).OrganizationalUnit!

async function account(Email: string): Promise<string> {
  const { CreateAccountStatus } = await root.send(new CreateAccountCommand({ Email, AccountName: "one" }))
  const CreateAccountRequestId = CreateAccountStatus!.Id!
  const { CreateAccountStatus: made } = await root.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }),
  )
  return made!.AccountId!
}

const below = async (ParentId: string) => {
  const children = async (ChildType: "ACCOUNT" | "ORGANIZATIONAL_UNIT") =>
    (await root.send(new ListChildrenCommand({ ParentId, ChildType }))).Children!.map(({ Id }) => Id!)
  return { units: await children("ORGANIZATIONAL_UNIT"), accounts: await children("ACCOUNT") }
}

test("organizational units are made, renamed, listed and deleted", async () => {
  const { Organization } = await root.send(new DescribeOrganizationCommand({}))
  const shops = await unit("Shops", rootId, { Tags: [{ Key: "team", Value: "blue" }] })
  assert.match(shops.Id!, new RegExp(`^ou-${rootId.slice(2)}-[a-z0-9]{8}$`))
  assert.equal(shops.Arn, `arn:aws:organizations::${server.account}:ou/${Organization!.Id}/${shops.Id}`)
  assert.equal(shops.Name, "Shops")
  const { Tags } = await root.send(new ListTagsForResourceCommand({ ResourceId: shops.Id! }))
  assert.deepEqual(Tags, [{ Key: "team", Value: "blue" }])
  await assert.rejects(unit("Shops"), {
    name: "DuplicateOrganizationalUnitException",
    message: "An OU with the same name already exists.",
  })
  const inner = await unit("Shops", shops.Id!)
  const OrganizationalUnitId = inner.Id!
  const renamed = await root.send(new UpdateOrganizationalUnitCommand({ OrganizationalUnitId, Name: "Inner" }))
  assert.deepEqual(renamed.OrganizationalUnit, { ...inner, Name: "Inner" })
  const { OrganizationalUnit } = await root.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId }))
  assert.deepEqual(OrganizationalUnit, renamed.OrganizationalUnit)
  const other = await unit("Other", shops.Id!)
  await assert.rejects(root.send(new UpdateOrganizationalUnitCommand({ OrganizationalUnitId, Name: "Other" })), {
    name: "DuplicateOrganizationalUnitException",
  })

  const listed: string[] = []
  let NextToken: string | undefined
  do {
    const page = await root.send(
      new ListOrganizationalUnitsForParentCommand({ ParentId: shops.Id!, MaxResults: 1, NextToken }),
    )
    listed.push(...page.OrganizationalUnits!.map(({ Id }) => Id!))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(listed, [inner.Id, other.Id].sort())
  const { Parents } = await root.send(new ListParentsCommand({ ChildId: inner.Id! }))
  assert.deepEqual(Parents, [{ Id: shops.Id, Type: "ORGANIZATIONAL_UNIT" }])

  const remove = (id: string) => root.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: id }))
  await assert.rejects(remove(shops.Id!), { name: "OrganizationalUnitNotEmptyException" })
  for (const { Id } of [inner, other, shops]) await remove(Id!)
  await assert.rejects(remove(shops.Id!), { name: "OrganizationalUnitNotFoundException" })
  assert.deepEqual((await below(rootId)).units, [])
})

test("units are five levels deep at most", async () => {
  const line = []
  let parent = rootId
  for (let level = 1; level <= 5; level++) {
    const { Id } = await unit("level", parent)
    parent = Id!
    line.unshift(parent)
  }
  await assert.rejects(unit("level", parent), {
    name: "ConstraintViolationException",
    Reason: "OU_DEPTH_LIMIT_EXCEEDED",
  })
  for (const OrganizationalUnitId of line)
    await root.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId }))
})

test("accounts move between the root and its units", async () => {
  const id = await account("mover@example.com")
  const [a, b] = [await unit("A"), await unit("B")]
  const move = (SourceParentId: string, DestinationParentId: string, AccountId = id) =>
    root.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId }))
  await move(rootId, a.Id!)
  assert.deepEqual((await below(a.Id!)).accounts, [id])
  assert.ok(!(await below(rootId)).accounts.includes(id))
  const { Accounts } = await root.send(new ListAccountsForParentCommand({ ParentId: a.Id! }))
  assert.equal(Accounts?.[0]?.Email, "mover@example.com")
  const { Parents } = await root.send(new ListParentsCommand({ ChildId: id }))
  assert.deepEqual(Parents, [{ Id: a.Id, Type: "ORGANIZATIONAL_UNIT" }])
  await assert.rejects(move(rootId, b.Id!), { name: "SourceParentNotFoundException" })
  await assert.rejects(move("ou-zzzz-00000000", b.Id!), { name: "SourceParentNotFoundException" })
  await assert.rejects(move(a.Id!, "ou-zzzz-00000000"), { name: "DestinationParentNotFoundException" })
  await assert.rejects(move(a.Id!, a.Id!), { name: "DuplicateAccountException" })
  await assert.rejects(move(a.Id!, b.Id!, "000000000000"), { name: "AccountNotFoundException" })
  await assert.rejects(root.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId: a.Id! })), {
    name: "OrganizationalUnitNotEmptyException",
  })
  await move(a.Id!, b.Id!)
  await move(b.Id!, rootId)
  assert.ok((await below(rootId)).accounts.includes(id))
})

test("a permission on one unit is none on another", async () => {
  const [mine, theirs] = [await unit("Mine"), await unit("Theirs")]
  await root.send(new TagResourceCommand({ ResourceId: mine.Id!, Tags: [{ Key: "owner", Value: "me" }] }))
  const statement = {
    Action: ["organizations:UpdateOrganizationalUnit", "organizations:MoveAccount"],
    Resource: `arn:aws:organizations::${server.account}:*/o-*/*`,
    Condition: { StringEquals: { "aws:ResourceTag/owner": "me" } },
  }
  const person = await createPerson(server, "keeper", policy(statement))
  const keeper = new OrganizationsClient(person.options)
  const rename = (OrganizationalUnitId: string) =>
    keeper.send(new UpdateOrganizationalUnitCommand({ OrganizationalUnitId, Name: "Renamed" }))
  await rename(mine.Id!)
  const refused = {
    name: "AccessDeniedException",
    message: /organizations:UpdateOrganizationalUnit on resource: .*:ou\//,
  }
  await assert.rejects(rename(theirs.Id!), refused)
  const move = new MoveAccountCommand({
    AccountId: server.account,
    SourceParentId: rootId,
    DestinationParentId: mine.Id!,
  })
  await assert.rejects(keeper.send(move), { name: "AccessDeniedException" })
})

test("services are let into the organization, and listed", async () => {
  const listed = async () =>
    (await root.send(new ListAWSServiceAccessForOrganizationCommand({}))).EnabledServicePrincipals!.map(
      ({ ServicePrincipal }) => ServicePrincipal,
    )
  assert.deepEqual(await listed(), [])
  for (const ServicePrincipal of ["sso.amazonaws.com", "config.amazonaws.com", "sso.amazonaws.com"])
    await root.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  assert.deepEqual(await listed(), ["config.amazonaws.com", "sso.amazonaws.com"])
  await root.send(new DisableAWSServiceAccessCommand({ ServicePrincipal: "sso.amazonaws.com" }))
  assert.deepEqual(await listed(), ["config.amazonaws.com"])
  await assert.rejects(root.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: "sso" })), {
    name: "InvalidInputException",
    Reason: "UNRECOGNIZED_SERVICE_PRINCIPAL",
  })
})

test("accounts are removed, and leave; the last thing that goes is the organization", async () => {
  const id = await account("leaver@example.com")
  const person = await createPerson(
    server,
    "landlord",
    policy({ Action: "sts:AssumeRole", Resource: `arn:aws:iam::${id}:role/OrganizationAccountAccessRole` }),
  )
  const RoleArn = `arn:aws:iam::${id}:role/OrganizationAccountAccessRole`
  const assumed = await person.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "landlord" }))
  const inside = new OrganizationsClient(clientsOf(server, credentialsOf(assumed)).options)
  const management = { name: "MasterCannotLeaveOrganizationException" }
  const remove = (AccountId: string) => root.send(new RemoveAccountFromOrganizationCommand({ AccountId }))
  await assert.rejects(remove(server.account), management)
  await assert.rejects(root.send(new LeaveOrganizationCommand({})), management)
  await assert.rejects(root.send(new DeleteOrganizationCommand({})), { name: "OrganizationNotEmptyException" })

  await inside.send(new LeaveOrganizationCommand({}))
  await assert.rejects(inside.send(new DescribeOrganizationCommand({})), { name: "AWSOrganizationsNotInUseException" })
  await assert.rejects(remove(id), { name: "AccountNotFoundException" })
  // The account goes on, and its address is still its own.
  await inside.send(new CreateOrganizationCommand({}))
  await inside.send(new DeleteOrganizationCommand({}))
  assert.equal(await account("leaver@example.com"), undefined)

  const { Accounts } = await root.send(new ListAccountsCommand({}))
  for (const { Id } of Accounts!) if (Id !== server.account) await remove(Id!)
  await assert.rejects(root.send(new DeleteOrganizationCommand({})), { name: "OrganizationNotEmptyException" })
  for (const OrganizationalUnitId of (await below(rootId)).units)
    await root.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId }))
  await root.send(new DeleteOrganizationCommand({}))
  await assert.rejects(root.send(new ListRootsCommand({})), { name: "AWSOrganizationsNotInUseException" })
  await root.send(new CreateOrganizationCommand({}))
  const again = await root.send(new ListAWSServiceAccessForOrganizationCommand({}))
  assert.deepEqual(again.EnabledServicePrincipals, [])
})
