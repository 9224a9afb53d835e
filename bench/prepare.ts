import { CognitoIdentity } from "@aws-sdk/client-cognito-identity"
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"
import { type AttributeValue, DynamoDB } from "@aws-sdk/client-dynamodb"
import { IAM } from "@aws-sdk/client-iam"
import { S3 } from "@aws-sdk/client-s3"
import { STS } from "@aws-sdk/client-sts"
import type { SignInTarget } from "./sign-in.ts"
import { type Keys, REGION, ROOT_KEYS } from "./subjects.ts"

export const TABLE = "books"
export const BUCKET = "bench-bucket"
export const AUTHOR = { author: { S: "Le Guin" } }
/** One partition of so many items, each of some 200 bytes. */
export const SHELF = { table: "shelves", name: "a", books: 20 }

const clientOf = (endpoint: string, credentials: Keys = ROOT_KEYS) => ({ endpoint, region: REGION, credentials })

/** A table with one item and one with a full partition, on Hallpass or a peer. */
export async function prepareTable(url: string): Promise<void> {
  const dynamodb = new DynamoDB(clientOf(url))
  await createTable(dynamodb, TABLE, ["author"])
  await dynamodb.putItem({ TableName: TABLE, Item: { ...AUTHOR, title: { S: "Lavinia" } } })
  await createTable(dynamodb, SHELF.table, ["shelf", "place"])
  for (let place = 0; place < SHELF.books; place++) {
    const Item = {
      shelf: { S: SHELF.name },
      place: { S: String(place).padStart(4, "0") },
      title: { S: "The Left Hand of Darkness" },
      pages: { N: "304" },
      subjects: { SS: ["ambiguity", "ice", "kinship"] },
      lent: { BOOL: false },
      shelved: { M: { by: { S: "Estraven" }, in: { N: "1969" }, notes: { L: [{ S: "worn" }, { NULL: true }] } } },
    } satisfies Record<string, AttributeValue>
    await dynamodb.putItem({ TableName: SHELF.table, Item })
  }
}

async function createTable(dynamodb: DynamoDB, TableName: string, names: readonly string[]): Promise<void> {
  await dynamodb.createTable({
    TableName,
    KeySchema: names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? "HASH" : "RANGE" })),
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    BillingMode: "PAY_PER_REQUEST",
  })
  // Some peers make tables slowly.
  while ((await dynamodb.describeTable({ TableName })).Table?.TableStatus !== "ACTIVE")
    await new Promise((wait) => setTimeout(wait, 50))
}

export async function prepareBucket(url: string, credentials: Keys = ROOT_KEYS): Promise<void> {
  await new S3({ ...clientOf(url, credentials), forcePathStyle: true }).createBucket({ Bucket: BUCKET })
}

/** A session of a role that may read the table and use the bucket: the whole of the guarded path. */
export async function prepareSession(
  url: string,
  policies = ["AmazonDynamoDBReadOnlyAccess", "AmazonS3FullAccess", "AmazonKinesisFullAccess"],
): Promise<Keys> {
  const iam = new IAM(clientOf(url))
  const RoleName = "reader"
  const trust = { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: trust })
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument })
  for (const policy of policies)
    await iam.attachRolePolicy({ RoleName, PolicyArn: `arn:aws:iam::aws:policy/${policy}` })
  // The root may not assume roles.
  const UserName = "bench"
  await iam.createUser({ UserName })
  await iam.attachUserPolicy({ UserName, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" })
  const { AccessKey } = await iam.createAccessKey({ UserName })
  const user = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const { Credentials } = await new STS(clientOf(url, user)).assumeRole({
    RoleArn: Role!.Arn,
    RoleSessionName: "bench",
  })
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  }
}

/** A user who can sign in. */
export async function prepareSignIn(url: string): Promise<SignInTarget> {
  const idp = new CognitoIdentityProvider(clientOf(url))
  const { UserPool } = await idp.createUserPool({ PoolName: "bench" })
  const poolId = UserPool!.Id!
  const { UserPoolClient } = await idp.createUserPoolClient({
    UserPoolId: poolId,
    ClientName: "bench",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  })
  const [username, password] = ["ursula", "Tr0ub4dor&3"]
  await idp.adminCreateUser({ UserPoolId: poolId, Username: username, MessageAction: "SUPPRESS" })
  await idp.adminSetUserPassword({ UserPoolId: poolId, Username: username, Password: password, Permanent: true })
  return { url, poolId, clientId: UserPoolClient!.ClientId!, username, password }
}

/** What exchanges a token of the user for an identity, and the identity for credentials of a role. */
export async function prepareIdentity({ url, poolId, clientId, username, password }: SignInTarget) {
  const identity = new CognitoIdentity(clientOf(url))
  const provider = `cognito-idp.${REGION}.amazonaws.com/${poolId}`
  const { IdentityPoolId } = await identity.createIdentityPool({
    IdentityPoolName: "bench",
    AllowUnauthenticatedIdentities: false,
    CognitoIdentityProviders: [{ ProviderName: provider, ClientId: clientId }],
  })
  const trust = {
    Effect: "Allow",
    Principal: { Federated: "cognito-identity.amazonaws.com" },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { "cognito-identity.amazonaws.com:aud": IdentityPoolId } },
  }
  const { Role } = await new IAM(clientOf(url)).createRole({
    RoleName: "signed-in",
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: trust }),
  })
  await identity.setIdentityPoolRoles({ IdentityPoolId, Roles: { authenticated: Role!.Arn! } })
  const idp = new CognitoIdentityProvider(clientOf(url))
  const { AuthenticationResult } = await idp.initiateAuth({
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: clientId,
    AuthParameters: { USERNAME: username, PASSWORD: password },
  })
  const Logins = { [provider]: AuthenticationResult!.IdToken! }
  const { IdentityId } = await identity.getId({ IdentityPoolId, Logins })
  return { IdentityPoolId, IdentityId, Logins }
}
