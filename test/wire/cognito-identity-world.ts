import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  type CreateIdentityPoolCommandInput,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  SetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity"
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import { askControl } from "../harness/control.ts"
import type { Credentials, TestServer } from "../harness/server.ts"

export const PASSWORD = "Tr0ub4dor&3"
export const COGNITO = "cognito-identity.amazonaws.com"

export const clientsOf = (server: TestServer) => ({
  identity: new CognitoIdentityClient(server.client),
  idp: new CognitoIdentityProviderClient(server.client),
  iam: new IAMClient(server.client),
})

export const policy = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement })

/** A trust policy for the identities of one pool. */
export const trust = (
  aud: string,
  amr = "authenticated",
  Action: string | string[] = "sts:AssumeRoleWithWebIdentity",
) =>
  policy({
    Effect: "Allow",
    Principal: { Federated: COGNITO },
    Action,
    Condition: {
      StringEquals: { [`${COGNITO}:aud`]: aud },
      "ForAnyValue:StringLike": { [`${COGNITO}:amr`]: amr },
    },
  })

export async function createRole(server: TestServer, RoleName: string, trustPolicy: string, access?: string) {
  const { iam } = clientsOf(server)
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustPolicy }))
  if (access) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "access", PolicyDocument: access }))
  return Role!.Arn!
}

/** An IAM user with one inline policy, or with AdministratorAccess. */
export async function createUser(server: TestServer, UserName: string, access?: string): Promise<Credentials> {
  const { iam } = clientsOf(server)
  await iam.send(new CreateUserCommand({ UserName }))
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess"
  if (access === undefined) await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
  else await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "access", PolicyDocument: access }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
}

export interface UserPool {
  userPoolId: string
  clientId: string
  /** The key of Logins. */
  providerName: string
  signUp(Username: string, groups?: string[], attributes?: Record<string, string>): Promise<string>
  /** An ID token. */
  signIn(Username: string, clientId?: string): Promise<string>
  tokensOf(Username: string): Promise<{ IdToken?: string; AccessToken?: string }>
}

export async function createUserPool(server: TestServer, PoolName = "people", more: object = {}): Promise<UserPool> {
  const { idp } = clientsOf(server)
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName, ...more }))
  const UserPoolId = UserPool!.Id!
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  )
  const clientId = UserPoolClient!.ClientId!
  const tokensOf = async (USERNAME: string, ClientId = clientId) => {
    const { AuthenticationResult } = await idp.send(
      new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: { USERNAME, PASSWORD } }),
    )
    return AuthenticationResult!
  }
  return {
    userPoolId: UserPoolId,
    clientId,
    providerName: `cognito-idp.${server.region}.amazonaws.com/${UserPoolId}`,
    async signUp(Username, groups = [], attributes = {}) {
      const of = { UserPoolId, Username }
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
      const { User } = await idp.send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS", UserAttributes }))
      await idp.send(new AdminSetUserPasswordCommand({ ...of, Password: PASSWORD, Permanent: true }))
      for (const GroupName of groups) await idp.send(new AdminAddUserToGroupCommand({ ...of, GroupName }))
      return User!.Attributes!.find(({ Name }) => Name === "sub")!.Value!
    },
    signIn: async (Username, ClientId) => (await tokensOf(Username, ClientId)).IdToken!,
    tokensOf,
  }
}

export async function createIdentityPool(
  server: TestServer,
  more: Partial<CreateIdentityPoolCommandInput> = {},
): Promise<string> {
  const { IdentityPoolId } = await clientsOf(server).identity.send(
    new CreateIdentityPoolCommand({ IdentityPoolName: "pool", AllowUnauthenticatedIdentities: false, ...more }),
  )
  return IdentityPoolId!
}

export const setRoles = (
  server: TestServer,
  IdentityPoolId: string,
  Roles: Record<string, string>,
  RoleMappings?: ConstructorParameters<typeof SetIdentityPoolRolesCommand>[0]["RoleMappings"],
) =>
  clientsOf(server).identity.send(
    new SetIdentityPoolRolesCommand({ IdentityPoolId, Roles, ...(RoleMappings && { RoleMappings }) }),
  )

/** GetId, then GetCredentialsForIdentity: what every SDK's credential provider does. */
export async function enter(
  server: TestServer,
  IdentityPoolId: string,
  Logins?: Record<string, string>,
  CustomRoleArn?: string,
): Promise<Credentials & { identityId: string }> {
  const { identity } = clientsOf(server)
  const { IdentityId } = await identity.send(new GetIdCommand({ IdentityPoolId, Logins }))
  const given = await identity.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins, CustomRoleArn }))
  const { AccessKeyId, SecretKey, SessionToken } = given.Credentials!
  return {
    identityId: given.IdentityId!,
    accessKeyId: AccessKeyId!,
    secretAccessKey: SecretKey!,
    sessionToken: SessionToken!,
  }
}

/** What a call was refused with, and why as the server remembers it. */
export async function refusal(server: TestServer, call: () => Promise<unknown>) {
  const error = await call().then(
    () => {
      throw new Error("The call was not refused.")
    },
    (refused) => refused as Error & { $metadata: { requestId: string; httpStatusCode: number } },
  )
  if (!error.$metadata?.requestId) throw error
  const { because } = await askControl(server, "GET", `decisions/${error.$metadata.requestId}`).catch(
    () => ({}) as never,
  )
  return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode, because }
}
