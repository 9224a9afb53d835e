import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  GetAccountAuthorizationDetailsCommand,
  GetGroupCommand,
  GetSAMLProviderCommand,
  GetUserCommand,
  IAMClient,
  ListEntitiesForPolicyCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListSAMLProvidersCommand,
  ListVirtualMFADevicesCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  UpdateGroupCommand,
  UpdateSAMLProviderCommand,
} from "@aws-sdk/client-iam"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, createPerson, refused, trust } from "./iam-world.ts"

interface Paged {
  IsTruncated?: boolean
  Marker?: string
}

/** What a list holds in pages of this size, told by `names`. */
async function walk<Answer extends Paged>(
  ask: (paging: { MaxItems: number; Marker?: string }) => Promise<Answer>,
  names: (answer: Answer) => string[],
  MaxItems: number,
): Promise<string[]> {
  const found: string[] = []
  for (let Marker: string | undefined; ; ) {
    const answer = await ask({ MaxItems, ...(Marker !== undefined && { Marker }) })
    const page = names(answer)
    assert.ok(page.length <= MaxItems)
    found.push(...page)
    if (!answer.IsTruncated) return found
    assert.equal(page.length, MaxItems)
    Marker = answer.Marker
  }
}

const AWS_POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"

describe("IAM's lists", () => {
  let server: TestServer
  let iam: IAMClient
  let own: string
  before(async () => {
    server = await startServer()
    iam = new IAMClient(server.client)
    for (const UserName of ["ann", "Bob", "cleo"])
      await iam.send(new CreateUserCommand({ UserName, Path: UserName === "Bob" ? "/team/" : "/" }))
    for (const GroupName of ["g1", "g2"]) await iam.send(new CreateGroupCommand({ GroupName }))
    for (const RoleName of ["r1", "r2"])
      await iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }) }),
      )
    for (const PolicyName of ["Zeta", "alpha", "Mid"]) {
      const Path = PolicyName === "Mid" ? "/team/" : "/"
      const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, Path, PolicyDocument: allow("s3:*") }))
      if (PolicyName === "alpha") own = Policy!.Arn!
    }
    for (const UserName of ["ann", "Bob"]) await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: own }))
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: "Bob", PermissionsBoundary: own }))
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: "cleo", PermissionsBoundary: own }))
    await iam.send(new AttachGroupPolicyCommand({ GroupName: "g2", PolicyArn: own }))
    await iam.send(new AttachRolePolicyCommand({ RoleName: "r1", PolicyArn: own }))
    await iam.send(new AttachRolePolicyCommand({ RoleName: "r1", PolicyArn: AWS_POLICY }))
    for (const VirtualMFADeviceName of ["b", "a", "c"])
      await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, Path: "/devices/" }))
  })
  after(() => server[Symbol.asyncDispose]())

  /** In pages of every size the list is the same. */
  async function holds<Answer extends Paged>(
    ask: (paging: object) => Promise<Answer>,
    names: (answer: Answer) => string[],
    expected?: string[],
  ) {
    const whole = await walk(ask, names, 1000)
    if (expected) assert.deepEqual(whole, expected)
    for (const size of [1, 2, 3]) assert.deepEqual(await walk(ask, names, size), whole)
    assert.equal(new Set(whole).size, whole.length)
    return whole
  }

  it("of policies have the account's own first, and each once", async () => {
    const ask = (more: object) => (paging: object) => iam.send(new ListPoliciesCommand({ ...more, ...paging }))
    const names = ({ Policies = [] }: { Policies?: { PolicyName?: string }[] }) =>
      Policies.map(({ PolicyName }) => PolicyName!)
    await holds(ask({ Scope: "Local" }), names, ["alpha", "Mid", "Zeta"])
    await holds(ask({ Scope: "Local", PathPrefix: "/team/" }), names, ["Mid"])
    await holds(ask({ OnlyAttached: true }), names, ["alpha", "AmazonS3ReadOnlyAccess"])
    await holds(ask({ PolicyUsageFilter: "PermissionsBoundary" }), names, ["alpha"])
    const all = await holds(ask({}), names)
    assert.deepEqual(all.slice(0, 3), ["alpha", "Mid", "Zeta"])
    assert.ok(all.length > 20)
    const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: "Local", MaxItems: 1 }))
    assert.equal(Policies?.[0]?.AttachmentCount, 4)
    assert.equal(Policies?.[0]?.PermissionsBoundaryUsageCount, 2)
  })

  it("of those who use a policy have groups, roles and users, each once", async () => {
    const ask = (more: object) => (paging: object) =>
      iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: own, ...more, ...paging }))
    const names = (answer: {
      PolicyGroups?: { GroupName?: string }[]
      PolicyRoles?: { RoleName?: string }[]
      PolicyUsers?: { UserName?: string }[]
    }) => [
      ...answer.PolicyGroups!.map(({ GroupName }) => GroupName!),
      ...answer.PolicyRoles!.map(({ RoleName }) => RoleName!),
      ...answer.PolicyUsers!.map(({ UserName }) => UserName!),
    ]
    await holds(ask({}), names, ["g2", "r1", "ann", "Bob", "cleo"])
    await holds(ask({ PolicyUsageFilter: "PermissionsBoundary" }), names, ["Bob", "cleo"])
    await holds(ask({ PolicyUsageFilter: "PermissionsPolicy", EntityFilter: "User" }), names, ["ann", "Bob"])
    await holds(ask({ PathPrefix: "/team/" }), names, ["Bob"])
    await holds(ask({ EntityFilter: "LocalManagedPolicy" }), names, [])
  })

  it("of everything have everything once", async () => {
    const ask = (more: object) => (paging: object) =>
      iam.send(new GetAccountAuthorizationDetailsCommand({ ...more, ...paging }))
    const names = (answer: {
      UserDetailList?: { UserName?: string }[]
      GroupDetailList?: { GroupName?: string }[]
      RoleDetailList?: { RoleName?: string }[]
      Policies?: { PolicyName?: string }[]
    }) => [
      ...answer.UserDetailList!.map(({ UserName }) => UserName!),
      ...answer.GroupDetailList!.map(({ GroupName }) => GroupName!),
      ...answer.RoleDetailList!.map(({ RoleName }) => RoleName!),
      ...answer.Policies!.map(({ PolicyName }) => PolicyName!),
    ]
    const people = ["ann", "Bob", "cleo", "g1", "g2", "r1", "r2"]
    await holds(ask({}), names, [...people, "alpha", "Mid", "Zeta", "AmazonS3ReadOnlyAccess"])
    await holds(ask({ Filter: ["Role", "AWSManagedPolicy"] }), names, ["r1", "r2", "AmazonS3ReadOnlyAccess"])
  })

  it("of devices have each once", async () => {
    const ask = (more: object) => (paging: object) => iam.send(new ListVirtualMFADevicesCommand({ ...more, ...paging }))
    const names = ({ VirtualMFADevices = [] }: { VirtualMFADevices?: { SerialNumber?: string | undefined }[] }) =>
      VirtualMFADevices.map(({ SerialNumber }) => SerialNumber!.slice(-1))
    await holds(ask({ AssignmentStatus: "Unassigned" }), names, ["a", "b", "c"])
    await holds(ask({ AssignmentStatus: "Assigned" }), names, [])
  })

  it("of a group's members, and what the group gives them, outlive its name", async () => {
    const person = await createPerson(server, "member")
    await iam.send(new AddUserToGroupCommand({ GroupName: "g1", UserName: "member" }))
    await iam.send(
      new PutGroupPolicyCommand({ GroupName: "g1", PolicyName: "p", PolicyDocument: allow("iam:GetUser") }),
    )
    const asks = () => person.iam.send(new GetUserCommand({ UserName: "ann" }))
    await asks()
    await iam.send(new UpdateGroupCommand({ GroupName: "g1", NewGroupName: "renamed" }))
    await asks()
    const { Users } = await iam.send(new GetGroupCommand({ GroupName: "renamed" }))
    assert.equal(Users?.[0]?.UserName, "member")
    await iam.send(
      new PutGroupPolicyCommand({ GroupName: "renamed", PolicyName: "p", PolicyDocument: allow("iam:GetRole") }),
    )
    await refused(asks(), "AccessDenied", 403)
  })

  it("of providers are whole, and no name is taken twice", async () => {
    const metadata = (id: string) => `<EntityDescriptor entityID="${id}">${" ".repeat(1000)}</EntityDescriptor>`
    const { SAMLProviderArn } = await iam.send(
      new CreateSAMLProviderCommand({ Name: "Corp", SAMLMetadataDocument: metadata("one") }),
    )
    await refused(
      iam.send(new CreateSAMLProviderCommand({ Name: "corp", SAMLMetadataDocument: metadata("two") })),
      "EntityAlreadyExists",
      409,
    )
    const { SAMLProviderList } = await iam.send(new ListSAMLProvidersCommand({}))
    assert.deepEqual(
      SAMLProviderList?.map(({ Arn }) => Arn),
      [SAMLProviderArn],
    )
    const read = async () => (await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }))).SAMLMetadataDocument
    assert.equal(await read(), metadata("one"))
    await iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, SAMLMetadataDocument: metadata("three") }))
    assert.equal(await read(), metadata("three"))
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url: "https://Login.example.com" }))
    await refused(
      iam.send(new CreateOpenIDConnectProviderCommand({ Url: "https://login.example.com" })),
      "EntityAlreadyExists",
      409,
    )
    const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}))
    assert.equal(OpenIDConnectProviderList?.length, 1)
  })
})
