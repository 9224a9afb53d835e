import { after, before, test } from "node:test"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { service } from "../../src/services/cognito-idp/service.ts"
import { assertComplete, assertNeeds, type Caller, type Case, openCaller, titleOf } from "./actions-table.ts"
import { openWorld, type World } from "./cognito-idp-world.ts"

// Source: service authorization reference, Amazon Cognito User Pools. Its operations are the caller's on a pool; the pool of
// the table is nobody's, so that what is let in changes nothing.

const UserPoolId = "us-east-1_Nowhere00"
const pool = `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${UserPoolId}`
const role = "arn:aws:iam::123456789012:role/sender"
const passed: Case[2] = ["iam:PassRole", role]
const ClientId = "client"
const Username = "ann"
const GroupName = "staff"
const DeviceKey = "us-east-1_11111111-2222-3333-4444-555555555555"
const TermsId = "11111111-2222-4333-8444-555555555555"
const JobId = "import-0123456789"
const LimitDefinition = { LimitClass: "API_CATEGORY", Attributes: { Category: "UserCreation" } }
const SmsConfiguration = { SnsCallerArn: role }

const onPool = (operation: string, input: object = {}): Case => [
  operation,
  { UserPoolId, ...input },
  [`cognito-idp:${operation}`, pool],
]
const onAll = (operation: string, input: object = {}): Case => [operation, input, [`cognito-idp:${operation}`, "*"]]
const onArn = (operation: string, input: object): Case => [
  operation,
  { ResourceArn: pool, ...input },
  [`cognito-idp:${operation}`, pool],
]
const ofClient = (operation: string, input: object = {}) => onPool(operation, { ClientId, ...input })
const ofUser = (operation: string, input: object = {}) => onPool(operation, { Username, ...input })

const CASES: readonly Case[] = [
  onAll("CreateUserPool", { PoolName: "p" }),
  ["CreateUserPool", { PoolName: "p", SmsConfiguration }, ["cognito-idp:CreateUserPool", "*"], passed],
  [
    "CreateUserPool",
    { PoolName: "p", UserPoolTags: { a: "b" } },
    ["cognito-idp:CreateUserPool", "*"],
    ["cognito-idp:TagResource", "*"],
  ],
  onAll("ListUserPools", { MaxResults: 1 }),
  onPool("DescribeUserPool"),
  onPool("UpdateUserPool"),
  ["UpdateUserPool", { UserPoolId, SmsConfiguration }, ["cognito-idp:UpdateUserPool", pool], passed],
  onPool("DeleteUserPool"),
  onPool("AddCustomAttributes", { CustomAttributes: [{ Name: "a", AttributeDataType: "String" }] }),
  onPool("GetUserPoolMfaConfig"),
  onPool("SetUserPoolMfaConfig"),
  [
    "SetUserPoolMfaConfig",
    { UserPoolId, SmsMfaConfiguration: { SmsConfiguration } },
    ["cognito-idp:SetUserPoolMfaConfig", pool],
    passed,
  ],
  onArn("TagResource", { Tags: { a: "b" } }),
  onArn("UntagResource", { TagKeys: ["a"] }),
  onArn("ListTagsForResource", {}),
  onPool("GetCSVHeader"),
  onPool("GetLogDeliveryConfiguration"),
  onPool("SetLogDeliveryConfiguration", { LogConfigurations: [] }),
  onPool("DescribeRiskConfiguration"),
  onPool("SetRiskConfiguration"),
  onPool("GetUICustomization"),
  onPool("SetUICustomization"),
  ofClient("CreateManagedLoginBranding"),
  onPool("UpdateManagedLoginBranding", { ManagedLoginBrandingId: TermsId }),
  onPool("DescribeManagedLoginBranding", { ManagedLoginBrandingId: TermsId }),
  ofClient("DescribeManagedLoginBrandingByClient"),
  onPool("DeleteManagedLoginBranding", { ManagedLoginBrandingId: TermsId }),
  onPool("CreateUserPoolDomain", { Domain: "people" }),
  onPool("UpdateUserPoolDomain", { Domain: "people" }),
  onPool("DeleteUserPoolDomain", { Domain: "people" }),
  onAll("DescribeUserPoolDomain", { Domain: "people" }),
  onPool("CreateResourceServer", { Identifier: "i", Name: "n" }),
  onPool("DescribeResourceServer", { Identifier: "i" }),
  onPool("UpdateResourceServer", { Identifier: "i", Name: "n" }),
  onPool("DeleteResourceServer", { Identifier: "i" }),
  onPool("ListResourceServers"),
  onPool("CreateIdentityProvider", { ProviderName: "Google", ProviderType: "Google", ProviderDetails: {} }),
  onPool("DescribeIdentityProvider", { ProviderName: "Google" }),
  onPool("UpdateIdentityProvider", { ProviderName: "Google" }),
  onPool("DeleteIdentityProvider", { ProviderName: "Google" }),
  onPool("GetIdentityProviderByIdentifier", { IdpIdentifier: "i" }),
  onPool("ListIdentityProviders"),
  onPool("AdminDisableProviderForUser", { User: {} }),
  onPool("AdminLinkProviderForUser", { DestinationUser: {}, SourceUser: {} }),
  onPool("GetSigningCertificate"),
  onPool("CreateUserPoolClient", { ClientName: "c" }),
  ofClient("DescribeUserPoolClient"),
  ofClient("UpdateUserPoolClient"),
  ofClient("DeleteUserPoolClient"),
  onPool("ListUserPoolClients"),
  ofClient("AddUserPoolClientSecret"),
  ofClient("DeleteUserPoolClientSecret", { ClientSecretId: "s" }),
  ofClient("ListUserPoolClientSecrets"),
  ofUser("AdminListUserSessions"),
  ofUser("AdminRevokeUserSession", { SessionId: `sso${"a".repeat(25)}` }),
  ofClient("GetUserPoolClientSessionConfiguration"),
  ofClient("SetUserPoolClientSessionConfiguration", { SSOSession: { MaxValidityMinutes: 5 } }),
  onPool("GetUserPoolSessionConfiguration"),
  onPool("SetUserPoolSessionConfiguration", { UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser: 2 } }),
  onPool("CreateGroup", { GroupName }),
  ["CreateGroup", { UserPoolId, GroupName, RoleArn: role }, ["cognito-idp:CreateGroup", pool], passed],
  onPool("GetGroup", { GroupName }),
  onPool("UpdateGroup", { GroupName }),
  onPool("DeleteGroup", { GroupName }),
  onPool("ListGroups"),
  onPool("ListUsersInGroup", { GroupName }),
  ofUser("AdminAddUserToGroup", { GroupName }),
  ofUser("AdminRemoveUserFromGroup", { GroupName }),
  ofUser("AdminListGroupsForUser"),
  ofUser("AdminCreateUser"),
  onPool("ListUsers"),
  ofUser("AdminConfirmSignUp"),
  ofUser("AdminDeleteUser"),
  ofUser("AdminDeleteUserAttributes", { UserAttributeNames: ["name"] }),
  ofUser("AdminDisableUser"),
  ofUser("AdminEnableUser"),
  ofUser("AdminGetUser"),
  ofUser("AdminGetUserAuthFactors"),
  ofUser("AdminSetUserPassword", { Password: "Passw0rd!" }),
  ofUser("AdminUpdateUserAttributes", { UserAttributes: [] }),
  ofUser("AdminUserGlobalSignOut"),
  ofUser("AdminResetUserPassword"),
  ofUser("AdminSetUserMFAPreference"),
  ofUser("AdminSetUserSettings", { MFAOptions: [] }),
  ofUser("AdminDeleteSoftwareToken"),
  ofClient("AdminInitiateAuth", { AuthFlow: "ADMIN_USER_PASSWORD_AUTH" }),
  ofClient("AdminRespondToAuthChallenge", { ChallengeName: "SMS_MFA" }),
  ofUser("AdminListUserAuthEvents"),
  ofUser("AdminUpdateAuthEventFeedback", { EventId: "e", FeedbackValue: "Valid" }),
  ofUser("AdminGetDevice", { DeviceKey }),
  ofUser("AdminListDevices"),
  ofUser("AdminForgetDevice", { DeviceKey }),
  ofUser("AdminUpdateDeviceStatus", { DeviceKey }),
  ofClient("CreateTerms", { TermsName: "terms-of-use", TermsSource: "LINK", Enforcement: "NONE" }),
  onPool("DescribeTerms", { TermsId }),
  ofClient("DescribeTermsByClient", { TermsName: "terms-of-use" }),
  onPool("ListTerms"),
  onPool("UpdateTerms", { TermsId }),
  onPool("DeleteTerms", { TermsId }),
  onPool("CreateUserPoolReplica", { RegionName: "eu-west-1" }),
  onPool("UpdateUserPoolReplica", { RegionName: "eu-west-1", Status: "ACTIVE" }),
  onPool("DeleteUserPoolReplica", { RegionName: "eu-west-1" }),
  onPool("ListUserPoolReplicas"),
  onAll("GetProvisionedLimit", { LimitDefinition }),
  onAll("UpdateProvisionedLimit", { LimitDefinition, RequestedLimitValue: 50 }),
  [
    "CreateUserImportJob",
    { UserPoolId, JobName: "j", CloudWatchLogsRoleArn: role },
    ["cognito-idp:CreateUserImportJob", pool],
    passed,
  ],
  onPool("DescribeUserImportJob", { JobId }),
  onPool("ListUserImportJobs", { MaxResults: 1 }),
  onPool("StartUserImportJob", { JobId }),
  onPool("StopUserImportJob", { JobId }),
]

let world: World
let caller: Caller
before(async () => {
  world = await openWorld()
  caller = await openCaller(world.server, (options) => new CognitoIdentityProvider(options))
})
after(() => world[Symbol.asyncDispose]())

test("the table has every operation that asks for a permission", () => {
  assertComplete(
    CASES,
    service.operations.filter(({ access }) => typeof access === "function"),
  )
})

for (const row of CASES) test(titleOf(row), () => assertNeeds(caller, row))
