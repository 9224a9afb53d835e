import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  AddClientIDToOpenIDConnectProviderCommand,
  AddRoleToInstanceProfileCommand,
  CreateAccountAliasCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  DeleteAccountAliasCommand,
  DeleteInstanceProfileCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteSAMLProviderCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetSAMLProviderCommand,
  IAMClient,
  ListAccountAliasesCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  ListSAMLProvidersCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
  UpdateSAMLProviderCommand,
} from "@aws-sdk/client-iam"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, createPerson, refused, trust } from "./iam-world.ts"

const EC2 = trust({ Service: "ec2.amazonaws.com" })
const METADATA = `<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp">${" ".repeat(1000)}</EntityDescriptor>`

describe("what an account has besides identities", () => {
  let server: TestServer
  let iam: IAMClient
  before(async () => {
    server = await startServer()
    iam = new IAMClient(server.client)
  })
  after(() => server[Symbol.asyncDispose]())
  const arn = (path: string) => `arn:aws:iam::${server.account}:${path}`

  it("OpenID Connect providers", async () => {
    const create = (Url: string, more: object = {}) =>
      iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ["one"], ...more }))
    const print = "a".repeat(40)
    const made = await create("https://idp.example.com/path", {
      ThumbprintList: [print],
      Tags: [{ Key: "a", Value: "b" }],
    })
    const OpenIDConnectProviderArn = made.OpenIDConnectProviderArn!
    assert.equal(OpenIDConnectProviderArn, arn("oidc-provider/idp.example.com/path"))
    const of = { OpenIDConnectProviderArn }
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...of, ClientID: "two" }))
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...of, ClientID: "one" }))
    await iam.send(new UpdateOpenIDConnectProviderThumbprintCommand({ ...of, ThumbprintList: ["b".repeat(40)] }))
    await iam.send(new TagOpenIDConnectProviderCommand({ ...of, Tags: [{ Key: "c", Value: "d" }] }))
    const got = await iam.send(new GetOpenIDConnectProviderCommand(of))
    assert.deepEqual(
      [got.Url, got.ClientIDList, got.ThumbprintList],
      ["idp.example.com/path", ["two"], ["b".repeat(40)]],
    )
    const { Tags } = await iam.send(new ListOpenIDConnectProviderTagsCommand(of))
    assert.deepEqual(
      Tags?.map(({ Key }) => Key),
      ["a", "c"],
    )
    const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}))
    assert.deepEqual(OpenIDConnectProviderList, [{ Arn: OpenIDConnectProviderArn }])
    const taken = "Provider with url https://idp.example.com/path already exists."
    await refused(create("https://idp.example.com/path"), "EntityAlreadyExists", 409, taken)
    for (const url of [
      "http://idp.example.com",
      "https://idp.example.com:8443",
      "https://idp.example.com/?q=1",
      "nonsense",
    ])
      await refused(create(url), "ValidationError", 400, "Invalid Open ID Connect Provider URL")
    await refused(create("https://other.example.com", { ThumbprintList: ["zz"] }), "ValidationError", 400)
    await iam.send(new DeleteOpenIDConnectProviderCommand(of))
    const gone = `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`
    await refused(iam.send(new GetOpenIDConnectProviderCommand(of)), "NoSuchEntity", 404, gone)
  })

  it("SAML providers", async () => {
    const make = (Name: string, SAMLMetadataDocument = METADATA) =>
      iam.send(new CreateSAMLProviderCommand({ Name, SAMLMetadataDocument }))
    const { SAMLProviderArn } = await make("corp")
    assert.equal(SAMLProviderArn, arn("saml-provider/corp"))
    const got = await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }))
    assert.equal(got.SAMLMetadataDocument, METADATA)
    await refused(make("Corp"), "EntityAlreadyExists", 409)
    await refused(make("other", "x".repeat(1000)), "InvalidInput", 400)
    await iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, SAMLMetadataDocument: `${METADATA}\n` }))
    assert.equal((await iam.send(new ListSAMLProvidersCommand({}))).SAMLProviderList?.length, 1)
    await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn }))
    await refused(iam.send(new GetSAMLProviderCommand({ SAMLProviderArn })), "NoSuchEntity", 404)
  })

  it("instance profiles, with one role each", async () => {
    const of = { InstanceProfileName: "web" }
    const made = await iam.send(new CreateInstanceProfileCommand({ ...of, Path: "/p/" }))
    assert.match(made.InstanceProfile!.InstanceProfileId!, /^AIPA/)
    await refused(
      iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "WEB" })),
      "EntityAlreadyExists",
      409,
      "Instance Profile WEB already exists.",
    )
    for (const RoleName of ["web-role", "second"])
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: EC2 }))
    const person = await createPerson(server, "ops", allow("iam:AddRoleToInstanceProfile"))
    const add = (RoleName: string) => new AddRoleToInstanceProfileCommand({ ...of, RoleName })
    await refused(
      person.iam.send(add("web-role")),
      "AccessDenied",
      403,
      /iam:PassRole on resource: arn:aws:iam::\d+:role\/web-role/,
    )
    await iam.send(add("web-role"))
    await refused(
      iam.send(add("second")),
      "LimitExceeded",
      409,
      "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    )
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand(of))
    assert.deepEqual(
      InstanceProfile?.Roles?.map(({ RoleName }) => RoleName),
      ["web-role"],
    )
    const forRole = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "web-role" }))
    assert.equal(forRole.InstanceProfiles?.length, 1)
    assert.equal((await iam.send(new ListInstanceProfilesCommand({ PathPrefix: "/p/" }))).InstanceProfiles?.length, 1)
    const text = "Cannot delete entity, must remove roles from instance profile first."
    await refused(iam.send(new DeleteRoleCommand({ RoleName: "web-role" })), "DeleteConflict", 409, text)
    await refused(iam.send(new DeleteInstanceProfileCommand(of)), "DeleteConflict", 409, text)
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ ...of, RoleName: "web-role" }))
    await iam.send(new DeleteInstanceProfileCommand(of))
    const gone = "Instance Profile web cannot be found."
    await refused(iam.send(new GetInstanceProfileCommand(of)), "NoSuchEntity", 404, gone)
  })

  it("one alias", async () => {
    const aliases = async () => (await iam.send(new ListAccountAliasesCommand({}))).AccountAliases
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: "acme" }))
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: "acme-two" }))
    assert.deepEqual(await aliases(), ["acme-two"])
    await refused(iam.send(new CreateAccountAliasCommand({ AccountAlias: "acme-two" })), "EntityAlreadyExists", 409)
    await refused(iam.send(new DeleteAccountAliasCommand({ AccountAlias: "acme" })), "NoSuchEntity", 404)
    await iam.send(new DeleteAccountAliasCommand({ AccountAlias: "acme-two" }))
    assert.deepEqual(await aliases(), [])
  })

  it("a summary and all details", async () => {
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}))
    const { Users, Roles, AccessKeysPerUserQuota } = SummaryMap as Record<string, number>
    assert.deepEqual([Users, Roles, AccessKeysPerUserQuota], [1, 2, 2])
    const all = await iam.send(new GetAccountAuthorizationDetailsCommand({}))
    assert.deepEqual(
      all.UserDetailList?.map(({ UserName }) => UserName),
      ["ops"],
    )
    assert.equal(
      decodeURIComponent(all.UserDetailList![0]!.UserPolicyList![0]!.PolicyDocument!),
      allow("iam:AddRoleToInstanceProfile"),
    )
    assert.deepEqual(all.RoleDetailList?.map(({ RoleName }) => RoleName).sort(), ["second", "web-role"])
    const roles = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ["Role"], MaxItems: 1 }))
    assert.equal(roles.RoleDetailList?.length, 1)
    assert.equal(roles.IsTruncated, true)
    assert.deepEqual(roles.UserDetailList, [])
  })
})
