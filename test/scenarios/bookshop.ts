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
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam"
import type { TestServer } from "../harness/server.ts"

export const PASSWORD = "Tr0ub4dor&3"
export const TABLE = "book-table"

/** A trust policy that lets in the (un)authenticated identities of one identity pool. */
export const trustPool = (poolId: string, amr: "authenticated" | "unauthenticated" = "authenticated"): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Federated: "cognito-identity.amazonaws.com" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { "cognito-identity.amazonaws.com:aud": poolId },
        "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
      },
    },
  })

/** An inline policy of one statement. */
export const allow = (Action: string | string[], Resource: string | string[], Condition?: object): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action, Resource, ...(Condition && { Condition }) },
  })

export interface Bookshop {
  userPoolId: string
  /** Without a secret. */
  clientId: string
  /** With a secret. */
  secretClientId: string
  clientSecret: string
  /** `cognito-idp.<region>.amazonaws.com/<user pool>`: the key of Logins. */
  providerName: string
  identityPoolId: string
  roles: { read: string; write: string; member: string; guest: string }
}

export async function createRole(server: TestServer, name: string, trust: string, policy?: string): Promise<string> {
  const iam = new IAMClient(server.client)
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }))
  if (policy) await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: "access", PolicyDocument: policy }))
  return Role!.Arn!
}

/** Somebody with a password for good, in these groups. */
export async function createPerson(server: TestServer, userPoolId: string, Username: string, groups: string[]) {
  const idp = new CognitoIdentityProviderClient(server.client)
  const of = { UserPoolId: userPoolId, Username }
  await idp.send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS" }))
  await idp.send(new AdminSetUserPasswordCommand({ ...of, Password: PASSWORD, Permanent: true }))
  for (const GroupName of groups) await idp.send(new AdminAddUserToGroupCommand({ ...of, GroupName }))
}

/** The story's world: a table of books, readers and writers, and an identity pool between them. */
export async function openBookshop(server: TestServer): Promise<Bookshop> {
  const dynamodb = new DynamoDBClient(server.client)
  await dynamodb.send(
    new CreateTableCommand({
      TableName: TABLE,
      KeySchema: [
        { AttributeName: "author", KeyType: "HASH" },
        { AttributeName: "title", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "author", AttributeType: "S" },
        { AttributeName: "title", AttributeType: "S" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  )
  const Item = { author: { S: "Le Guin" }, title: { S: "The Dispossessed" }, year: { N: "1974" } }
  await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item }))

  const idp = new CognitoIdentityProviderClient(server.client)
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: "readers" }))
  const userPoolId = UserPool!.Id!
  const client = {
    UserPoolId: userPoolId,
    ExplicitAuthFlows: [
      "ALLOW_USER_SRP_AUTH",
      "ALLOW_USER_PASSWORD_AUTH",
      "ALLOW_ADMIN_USER_PASSWORD_AUTH",
      "ALLOW_REFRESH_TOKEN_AUTH",
    ] as const,
  }
  const flows = { ...client, ExplicitAuthFlows: [...client.ExplicitAuthFlows] }
  const open = await idp.send(new CreateUserPoolClientCommand({ ...flows, ClientName: "web" }))
  const secret = await idp.send(
    new CreateUserPoolClientCommand({ ...flows, ClientName: "server", GenerateSecret: true }),
  )
  const clientId = open.UserPoolClient!.ClientId!
  const secretClientId = secret.UserPoolClient!.ClientId!
  const providerName = `cognito-idp.${server.region}.amazonaws.com/${userPoolId}`

  const identity = new CognitoIdentityClient(server.client)
  const { IdentityPoolId } = await identity.send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: "bookshop",
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [clientId, secretClientId].map((ClientId) => ({
        ProviderName: providerName,
        ClientId,
        ServerSideTokenCheck: true,
      })),
    }),
  )
  const identityPoolId = IdentityPoolId!
  const table = `arn:aws:dynamodb:${server.region}:${server.account}:table/${TABLE}`
  const reading = ["dynamodb:Query", "dynamodb:GetItem"]
  const trust = trustPool(identityPoolId)
  const roles = {
    read: await createRole(server, "BooksReadAccess", trust, allow(reading, table)),
    write: await createRole(server, "BooksWriteAccess", trust, allow([...reading, "dynamodb:PutItem"], table)),
    member: await createRole(server, "Member", trust),
    guest: await createRole(
      server,
      "Guest",
      trustPool(identityPoolId, "unauthenticated"),
      // More than guests may ever have: the scope-down is what holds iam back.
      allow(["dynamodb:Query", "iam:ListRoles"], "*"),
    ),
  }
  const group = { UserPoolId: userPoolId }
  await idp.send(new CreateGroupCommand({ ...group, GroupName: "BooksRead", RoleArn: roles.read, Precedence: 1 }))
  await idp.send(new CreateGroupCommand({ ...group, GroupName: "BooksWrite", RoleArn: roles.write, Precedence: 5 }))
  await createPerson(server, userPoolId, "ursula", ["BooksWrite", "BooksRead"])

  await identity.send(
    new SetIdentityPoolRolesCommand({
      IdentityPoolId,
      Roles: { authenticated: roles.member, unauthenticated: roles.guest },
      RoleMappings: {
        [`${providerName}:${clientId}`]: { Type: "Token", AmbiguousRoleResolution: "Deny" },
        [`${providerName}:${secretClientId}`]: {
          Type: "Rules",
          AmbiguousRoleResolution: "AuthenticatedRole",
          RulesConfiguration: {
            Rules: [{ Claim: "cognito:groups", MatchType: "Equals", Value: "BooksWrite", RoleARN: roles.write }],
          },
        },
      },
    }),
  )
  return {
    userPoolId,
    clientId,
    secretClientId,
    clientSecret: secret.UserPoolClient!.ClientSecret!,
    providerName,
    identityPoolId,
    roles,
  }
}
