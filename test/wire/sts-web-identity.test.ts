import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  GetIdCommand,
  GetOpenIdTokenCommand,
} from "@aws-sdk/client-cognito-identity"
import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam"
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts"
import { startServer, type TestServer } from "../harness/server.ts"
import { allow, clientsOf, credentialsOf, policy, refused } from "./iam-world.ts"

const COGNITO = "cognito-identity.amazonaws.com"

describe("AssumeRoleWithWebIdentity", () => {
  let server: TestServer
  let iam: IAMClient
  let poolId: string
  let identityId: string
  let token: string
  before(async () => {
    server = await startServer()
    iam = new IAMClient(server.client)
    const cognito = new CognitoIdentityClient(server.client)
    const pool = new CreateIdentityPoolCommand({
      IdentityPoolName: "guests",
      AllowUnauthenticatedIdentities: true,
      AllowClassicFlow: true,
    })
    poolId = (await cognito.send(pool)).IdentityPoolId!
    identityId = (await cognito.send(new GetIdCommand({ IdentityPoolId: poolId }))).IdentityId!
    token = (await cognito.send(new GetOpenIdTokenCommand({ IdentityId: identityId }))).Token!
  })
  after(() => server[Symbol.asyncDispose]())

  const federated = (Federated: string, Condition: object, more: object = {}) =>
    policy({ Principal: { Federated }, Action: "sts:AssumeRoleWithWebIdentity", Condition, ...more })
  async function role(RoleName: string, AssumeRolePolicyDocument: string): Promise<string> {
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    return Role!.Arn!
  }
  /** Without credentials: the call is not signed. */
  const assume = (RoleArn: string, more: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) => {
    const { credentials: _, ...options } = server.client
    return new STSClient(options).send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "app", WebIdentityToken: token, ...more }),
    )
  }

  it("lets in an identity of a pool that the trust policy names", async () => {
    const arn = await role("guest", federated(COGNITO, { StringEquals: { [`${COGNITO}:aud`]: poolId } }))
    const document = policy({
      Action: "iam:ListUsers",
      Resource: "*",
      Condition: { StringEquals: { [`${COGNITO}:sub`]: identityId } },
    })
    await iam.send(new PutRolePolicyCommand({ RoleName: "guest", PolicyName: "p", PolicyDocument: document }))
    const answer = await assume(arn)
    assert.equal(answer.SubjectFromWebIdentityToken, identityId)
    assert.equal(answer.Audience, poolId)
    assert.equal(answer.Provider, COGNITO)
    const session = clientsOf(server, credentialsOf(answer))
    assert.equal((await session.sts.send(new GetCallerIdentityCommand({}))).Arn, answer.AssumedRoleUser?.Arn)
    await session.iam.send(new ListUsersCommand({}))
    const scoped = clientsOf(server, credentialsOf(await assume(arn, { Policy: allow("s3:*") })))
    await refused(scoped.iam.send(new ListUsersCommand({})), "AccessDenied", 403, /no session policy/)
  })

  it("lets in a person of a user pool that the account trusts as an OpenID Connect provider", async () => {
    const idp = new CognitoIdentityProviderClient(server.client)
    const UserPoolId = (await idp.send(new CreateUserPoolCommand({ PoolName: "people" }))).UserPool!.Id!
    const made = await idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "web",
        ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      }),
    )
    const ClientId = made.UserPoolClient!.ClientId!
    const of = { UserPoolId, Username: "ann" }
    await idp.send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS" }))
    await idp.send(new AdminSetUserPasswordCommand({ ...of, Password: "Tr0ub4dor&3", Permanent: true }))
    const signedIn = await idp.send(
      new AdminInitiateAuthCommand({
        UserPoolId,
        ClientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ann", PASSWORD: "Tr0ub4dor&3" },
      }),
    )
    const WebIdentityToken = signedIn.AuthenticationResult!.IdToken!
    const url = `cognito-idp.${server.region}.amazonaws.com/${UserPoolId}`
    const provider = new CreateOpenIDConnectProviderCommand({ Url: `https://${url}`, ClientIDList: [ClientId] })
    const { OpenIDConnectProviderArn } = await iam.send(provider)
    const arn = await role(
      "of-user-pool",
      federated(OpenIDConnectProviderArn!, { StringEquals: { [`${url}:aud`]: ClientId } }),
    )
    const answer = await assume(arn, { WebIdentityToken })
    assert.equal(answer.Provider, OpenIDConnectProviderArn)
    assert.equal(answer.Audience, ClientId)
    const forged = `${WebIdentityToken.slice(0, -8)}AAAAAAAA`
    await refused(assume(arn, { WebIdentityToken: forged }), "InvalidIdentityToken", 400)
    const AccessToken = signedIn.AuthenticationResult!.AccessToken!
    await refused(
      assume(arn, { WebIdentityToken: AccessToken }),
      "InvalidIdentityToken",
      400,
      "Missing a required claim: aud",
    )
  })

  const denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
  it("refuses others, and roles that are not there, in the same words", async () => {
    const other = await role("other-pool", federated(COGNITO, { StringEquals: { [`${COGNITO}:aud`]: "us-east-1:0" } }))
    const signedIn = await role(
      "signed-in",
      federated(COGNITO, {
        StringEquals: { [`${COGNITO}:aud`]: poolId },
        "ForAnyValue:StringLike": { [`${COGNITO}:amr`]: "authenticated" },
      }),
    )
    for (const arn of [other, signedIn, other.replace("other-pool", "none")])
      await refused(assume(arn), "AccessDenied", 403, denied)
  })

  it("refuses what is no token of ours", async () => {
    const arn = `arn:aws:iam::${server.account}:role/guest`
    const jwt = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
    await refused(assume(arn, { WebIdentityToken: "nonsense" }), "InvalidIdentityToken", 400, jwt)
    const forged = `${token.slice(0, -8)}AAAAAAAA`
    await refused(assume(arn, { WebIdentityToken: forged }), "InvalidIdentityToken", 400)
    const claims = { iss: "https://idp.example.com", sub: "s", aud: "a", exp: 4e9, iat: 1 }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
    const of = (payload: object) => `${part({ alg: "RS256" })}.${part(payload)}.AAAA`
    await refused(
      assume(arn, { WebIdentityToken: of(claims) }),
      "InvalidIdentityToken",
      400,
      "No OpenIDConnect provider found in your account for https://idp.example.com",
    )
    const { aud: _, ...withoutAud } = claims
    await refused(
      assume(arn, { WebIdentityToken: of(withoutAud) }),
      "InvalidIdentityToken",
      400,
      "Missing a required claim: aud",
    )
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url: "https://idp.example.com", ClientIDList: ["client"] }))
    await refused(
      assume(arn, { WebIdentityToken: of(claims) }),
      "InvalidIdentityToken",
      400,
      "Incorrect token audience",
    )
    const old = of({ ...claims, aud: "client", exp: 1_000_000_000 })
    await refused(
      assume(arn, { WebIdentityToken: old }),
      "ExpiredTokenException",
      400,
      /^Token expired: current date\/time \d+ must be before the expiration date\/time 1000000000$/,
    )
    await refused(assume(arn, { ProviderId: "www.amazon.com" }), "InvalidIdentityToken", 400)
    await refused(assume("nothing-valid-in-here"), "ValidationError", 400, "nothing-valid-in-here is invalid")
  })

  it("is limited by the role's maximum duration", async () => {
    const arn = `arn:aws:iam::${server.account}:role/guest`
    await refused(
      assume(arn, { DurationSeconds: 7200 }),
      "ValidationError",
      400,
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )
  })
})
