// Makes the bookshop on a running server, with the AWS SDK alone, and tells the page where it is.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity"
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam"
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { PASSWORD, PEOPLE } from "./people.ts"
import { ROLES, type RoleName, tableArn, trust } from "./policies.ts"
import { BOOKS, type ShopConfig, TABLE } from "./shop.ts"

export interface ServerOptions {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

/** Everything that the page needs. Can be done again: what is there already stays, or is brought up to date. */
export async function openBookshop(server: ServerOptions): Promise<ShopConfig> {
  await stockShelves(server)
  const { userPoolId, userPoolClientId } = await openUserPool(server)
  const identity = new CognitoIdentityClient(server)
  const provider = `cognito-idp.${server.region}.amazonaws.com/${userPoolId}`
  const { IdentityPoolId } = await identity.send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: "bookshop",
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [{ ProviderName: provider, ClientId: userPoolClientId, ServerSideTokenCheck: true }],
    }),
  )
  const identityPoolId = IdentityPoolId!
  const roles = await createRoles(server, identityPoolId)
  await identity.send(
    new SetIdentityPoolRolesCommand({
      IdentityPoolId: identityPoolId,
      // Who has just signed up is in no group yet, and reads.
      Roles: { authenticated: roles.BookshopReader, unauthenticated: roles.BookshopGuest },
      RoleMappings: {
        [`${provider}:${userPoolClientId}`]: { Type: "Token", AmbiguousRoleResolution: "AuthenticatedRole" },
      },
    }),
  )
  await createPeople(server, userPoolId, { Readers: roles.BookshopReader, Editors: roles.BookshopEditor })
  return { endpoint: server.endpoint, region: server.region, userPoolId, userPoolClientId, identityPoolId }
}

async function stockShelves(server: ServerOptions): Promise<void> {
  const dynamodb = new DynamoDBClient(server)
  const table = new CreateTableCommand({
    TableName: TABLE,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "author", KeyType: "HASH" },
      { AttributeName: "title", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "author", AttributeType: "S" },
      { AttributeName: "title", AttributeType: "S" },
    ],
  })
  await unlessThere("ResourceInUseException", () => dynamodb.send(table))
  const puts = BOOKS.map(({ author, title, year }) => ({
    PutRequest: { Item: { author: { S: author }, title: { S: title }, year: { N: String(year) } } },
  }))
  await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: puts } }))
}

async function openUserPool(server: ServerOptions) {
  const idp = new CognitoIdentityProviderClient(server)
  const { UserPool } = await idp.send(
    new CreateUserPoolCommand({
      PoolName: "bookshop",
      UsernameAttributes: ["email"],
      AutoVerifiedAttributes: ["email"],
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
    }),
  )
  const userPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: "web",
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
    }),
  )
  return { userPoolId, userPoolClientId: UserPoolClient!.ClientId! }
}

async function createRoles(server: ServerOptions, identityPoolId: string): Promise<Record<RoleName, string>> {
  const iam = new IAMClient(server)
  const { Account } = await new STSClient(server).send(new GetCallerIdentityCommand({}))
  const table = tableArn(server.region, Account!)
  const arns: Partial<Record<RoleName, string>> = {}
  for (const RoleName of Object.keys(ROLES) as RoleName[]) {
    const PolicyDocument = trust(identityPoolId, RoleName === "BookshopGuest" ? "unauthenticated" : "authenticated")
    await unlessThere("EntityAlreadyExistsException", () =>
      iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: PolicyDocument })),
    )
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
    const policy = { PolicyName: "books", PolicyDocument: ROLES[RoleName](table) }
    await iam.send(new PutRolePolicyCommand({ RoleName, ...policy }))
    arns[RoleName] = `arn:aws:iam::${Account}:role/${RoleName}`
  }
  return arns as Record<RoleName, string>
}

/** Groups name roles: that is how a token says what its bearer may do. */
async function createPeople(
  server: ServerOptions,
  UserPoolId: string,
  groups: Record<(typeof PEOPLE)[number]["group"], string>,
): Promise<void> {
  const idp = new CognitoIdentityProviderClient(server)
  for (const [GroupName, RoleArn] of Object.entries(groups))
    await idp.send(new CreateGroupCommand({ UserPoolId, GroupName, RoleArn }))
  for (const { email, group } of PEOPLE) {
    const of = { UserPoolId, Username: email }
    const UserAttributes = [
      { Name: "email", Value: email },
      { Name: "email_verified", Value: "true" },
    ]
    await idp.send(new AdminCreateUserCommand({ ...of, UserAttributes, MessageAction: "SUPPRESS" }))
    await idp.send(new AdminSetUserPasswordCommand({ ...of, Password: PASSWORD, Permanent: true }))
    await idp.send(new AdminAddUserToGroupCommand({ ...of, GroupName: group }))
  }
}

async function unlessThere(errorName: string, make: () => Promise<unknown>): Promise<void> {
  await make().catch((error: Error) => {
    if (error.name !== errorName) throw error
  })
}

const CONFIG = new URL("public/config.json", import.meta.url)

/** The shop of the last set-up, where this server still has it. */
async function findBookshop(server: ServerOptions): Promise<ShopConfig | undefined> {
  if (!existsSync(CONFIG)) return undefined
  const config = JSON.parse(readFileSync(CONFIG, "utf8")) as ShopConfig
  if (config.endpoint !== server.endpoint) return undefined
  const describe = new DescribeUserPoolCommand({ UserPoolId: config.userPoolId })
  return new CognitoIdentityProviderClient(server).send(describe).then(
    () => config,
    () => undefined,
  )
}

/** Without an endpoint the SDK would go to AWS itself. */
function serverOfEnvironment(): ServerOptions {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env
  if (!AWS_ENDPOINT_URL || !AWS_REGION || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    console.error('Start a server, and say where it is: eval "$(npx hallpass env)"')
    process.exit(2)
  }
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY }
  return { endpoint: AWS_ENDPOINT_URL, region: AWS_REGION, credentials }
}

if (import.meta.main) {
  const server = serverOfEnvironment()
  const config = (await findBookshop(server)) ?? (await openBookshop(server))
  mkdirSync(new URL(".", CONFIG), { recursive: true })
  writeFileSync(CONFIG, `${JSON.stringify(config, null, 2)}\n`)
  console.log(
    `The bookshop is set up on ${config.endpoint}; 'npm run dev' says where its page is. Sign in there with the password ${PASSWORD} as`,
  )
  for (const { email, group } of PEOPLE) console.log(`  ${email}  (${group})`)
}
