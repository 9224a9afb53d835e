import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, test } from "node:test"
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminSetUserPasswordCommand,
  AssociateSoftwareTokenCommand,
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  CompleteWebAuthnRegistrationCommand,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
  ListWebAuthnCredentialsCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  StartWebAuthnRegistrationCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { Authenticator } from "../harness/authenticator.ts"
import { askControl } from "../harness/control.ts"
import { findOrInstall } from "../harness/debian.ts"
import { startSrpClient } from "../wire/srp-client.ts"
import { totpAt } from "../wire/totp-client.ts"
import { type Desk, openDesk, type Running } from "./running-server.ts"

const PASSWORD = "Passw0rd!"
let desk: Desk
let server: Running
let idp: CognitoIdentityProviderClient
before(async () => {
  desk = openDesk()
  server = await desk.start()
  idp = new CognitoIdentityProviderClient(await server.client())
  const openssl = findOrInstall("openssl")
  for (const name of ["own", "other"]) {
    execFileSync(openssl, ["genpkey", "-algorithm", "x25519", "-out", join(desk.path, `${name}.pem`)])
    execFileSync(openssl, [
      "pkey",
      "-in",
      join(desk.path, `${name}.pem`),
      "-pubout",
      "-out",
      join(desk.path, `${name}.pub.pem`),
    ])
  }
})
after(async () => {
  idp.destroy()
  await server.end()
  await desk.clear()
})

async function createPool() {
  const { UserPool } = await idp.send(
    new CreateUserPoolCommand({
      PoolName: "people",
      AutoVerifiedAttributes: ["email"],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } },
    }),
  )
  const UserPoolId = UserPool!.Id!
  await idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId,
      MfaConfiguration: "OPTIONAL",
      SoftwareTokenMfaConfiguration: { Enabled: true },
      WebAuthnConfiguration: { RelyingPartyId: "example.com" },
    }),
  )
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "app",
      ExplicitAuthFlows: [
        "ALLOW_USER_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
      ],
    }),
  )
  return { UserPoolId, ClientId: UserPoolClient!.ClientId! }
}

type Pool = Awaited<ReturnType<typeof createPool>>

const byPassword = ({ ClientId }: Pool, USERNAME: string, password = PASSWORD) =>
  idp.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME, PASSWORD: password },
    }),
  )

async function bySrp({ ClientId, UserPoolId }: Pool, USERNAME: string) {
  const client = startSrpClient(UserPoolId)
  const AuthParameters = { USERNAME, SRP_A: client.SRP_A }
  const asked = await idp.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_SRP_AUTH", AuthParameters }))
  const ChallengeResponses = client.answer(asked.ChallengeParameters!, PASSWORD)
  return idp.send(
    new RespondToAuthChallengeCommand({ ClientId, ChallengeName: "PASSWORD_VERIFIER", ChallengeResponses }),
  )
}

async function byPasskey({ ClientId }: Pool, USERNAME: string, authenticator: Authenticator) {
  const asked = await idp.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: "USER_AUTH",
      AuthParameters: { USERNAME, PREFERRED_CHALLENGE: "WEB_AUTHN" },
    }),
  )
  const options = JSON.parse(asked.ChallengeParameters!.CREDENTIAL_REQUEST_OPTIONS!)
  const CREDENTIAL = JSON.stringify(authenticator.get(options))
  return idp.send(
    new RespondToAuthChallengeCommand({
      ClientId,
      ChallengeName: "WEB_AUTHN",
      Session: asked.Session,
      ChallengeResponses: { USERNAME, CREDENTIAL },
    }),
  )
}

async function addUser({ UserPoolId }: Pool, Username: string) {
  await idp.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username,
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: `${Username}@example.com` },
        { Name: "email_verified", Value: "true" },
        { Name: "address", Value: "1 Main St, Town" },
        { Name: "birthdate", Value: "1980-02-29" },
      ],
    }),
  )
  await idp.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }))
}

const subOf = async ({ UserPoolId }: Pool, Username: string) => {
  const { UserAttributes } = await idp.send(new AdminGetUserCommand({ UserPoolId, Username }))
  return UserAttributes!.find(({ Name }) => Name === "sub")!.Value!
}

test("users move with all that is theirs, back into their pool and into another", async () => {
  const pool = await createPool()
  for (const name of ["ann", "bob", "cem"]) await addUser(pool, name)
  const { UserPoolId } = pool
  await idp.send(new CreateGroupCommand({ UserPoolId, GroupName: "staff", Precedence: 3 }))
  await idp.send(new AdminAddUserToGroupCommand({ UserPoolId, GroupName: "staff", Username: "ann" }))
  const { AccessToken } = (await byPassword(pool, "bob")).AuthenticationResult as Required<AuthenticationResultType>
  const authenticator = new Authenticator()
  const { CredentialCreationOptions } = await idp.send(new StartWebAuthnRegistrationCommand({ AccessToken }))
  const Credential = authenticator.create(CredentialCreationOptions as never)
  await idp.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }))
  const cems = (await byPassword(pool, "cem")).AuthenticationResult!.AccessToken!
  const { SecretCode } = await idp.send(new AssociateSoftwareTokenCommand({ AccessToken: cems }))
  await idp.send(new VerifySoftwareTokenCommand({ AccessToken: cems, UserCode: totpAt(SecretCode!, Date.now()) }))
  await idp.send(new SetUserMFAPreferenceCommand({ AccessToken: cems, SoftwareTokenMfaSettings: { Enabled: true } }))
  const subs = await Promise.all(["ann", "bob", "cem"].map((name) => subOf(pool, name)))

  const out = await desk.run("users", "export", "people.sealed", "--pool", UserPoolId, "--to-key", "own.pub.pem")
  assert.deepEqual([out.code, out.stdout], [0, "3 users are in people.sealed.\n"], out.stderr)
  const sealed = readFileSync(join(desk.path, "people.sealed"))
  assert.equal(statSync(join(desk.path, "people.sealed")).mode & 0o777, 0o600)
  for (const secret of ["ann", "verifier", "example.com", SecretCode!]) assert.ok(!sealed.includes(secret))

  const there = await desk.run("users", "import", "people.sealed", "--pool", UserPoolId, "--key", "own.pem")
  assert.deepEqual([there.code, there.stdout], [0, "0 came in, 3 were there already, 0 could not.\n"], there.stderr)
  for (const Username of ["ann", "bob", "cem"]) await idp.send(new AdminDeleteUserCommand({ UserPoolId, Username }))
  const back = await desk.run("users", "import", "people.sealed", "--pool", UserPoolId, "--key", "own.pem", "--json")
  assert.deepEqual(JSON.parse(back.stdout), { imported: 3, skipped: [], failed: [] })
  assert.ok((await bySrp(pool, "ann")).AuthenticationResult, "its verifier is good here")

  const other = await createPool()
  const moved = await desk.run("users", "import", "people.sealed", "--pool", other.UserPoolId, "--key", "own.pem")
  assert.deepEqual([moved.code, moved.stdout], [0, "3 came in, 0 were there already, 0 could not.\n"], moved.stderr)
  for (const one of [pool, other]) {
    assert.deepEqual(await Promise.all(["ann", "bob", "cem"].map((name) => subOf(one, name))), subs)
    const { Groups } = await idp.send(
      new AdminListGroupsForUserCommand({ UserPoolId: one.UserPoolId, Username: "ann" }),
    )
    assert.deepEqual(
      Groups!.map(({ GroupName, Precedence }) => [GroupName, Precedence]),
      [["staff", 3]],
    )
    assert.ok((await byPasskey(one, "bob", authenticator)).AuthenticationResult)
    assert.equal((await byPassword(one, "cem")).ChallengeName, "SOFTWARE_TOKEN_MFA")
  }
  // A verifier is made for the name of its pool: elsewhere the password is shown once, and SRP works from then on.
  await assert.rejects(bySrp(other, "ann"), { name: "NotAuthorizedException" })
  await assert.rejects(byPassword(other, "ann", "wrong"), { name: "NotAuthorizedException" })
  assert.ok((await byPassword(other, "ann")).AuthenticationResult)
  assert.ok((await bySrp(other, "ann")).AuthenticationResult)
  const asked = await byPassword(other, "cem")
  const answered = await idp.send(
    new RespondToAuthChallengeCommand({
      ClientId: other.ClientId,
      ChallengeName: "SOFTWARE_TOKEN_MFA",
      Session: asked.Session,
      ChallengeResponses: { USERNAME: "cem", SOFTWARE_TOKEN_MFA_CODE: totpAt(SecretCode!, Date.now(), 1) },
    }),
  )
  const listed = await idp.send(
    new ListWebAuthnCredentialsCommand({ AccessToken: answered.AuthenticationResult!.AccessToken! }),
  )
  assert.deepEqual(listed.Credentials, [])
})

test("a passphrase does as well, and AWS's file has no secrets", async () => {
  const pool = await createPool()
  await addUser(pool, "dee")
  writeFileSync(join(desk.path, "phrase"), "long and secret\n")
  const by = ["--passphrase-file", "phrase"]
  assert.equal((await desk.run("users", "export", "phrased", "--pool", pool.UserPoolId, ...by)).code, 0)
  const other = await createPool()
  assert.match((await desk.run("users", "import", "phrased", "--pool", other.UserPoolId, ...by)).stdout, /^1 came in/)

  assert.equal((await desk.run("users", "export", "people.csv", "--pool", pool.UserPoolId, "--csv")).code, 0)
  const [header, row, ...more] = readFileSync(join(desk.path, "people.csv"), "utf8").split("\n")
  assert.match(header!, /^name,given_name,.*,cognito:mfa_enabled,cognito:username$/)
  assert.match(row!, /,dee@example\.com,true,.*,02\/29\/1980,.*,1 Main St\\, Town,.*,false,dee$/)
  assert.deepEqual(more, [""])
})

test("secrets go through the server's door, and no other way", async () => {
  const { UserPoolId } = await createPool()
  const root = { url: server.url, client: { ...(await server.client()), endpoint: server.url } }
  for (const [method, body] of [["GET"], ["POST", { poolName: "p", users: [] }]] as const)
    await assert.rejects(askControl(root, method, `users/${UserPoolId}`, body), /through the server's door alone/)
})

test("what is asked wrongly is refused, and a file that others sealed is not opened", async () => {
  const { UserPoolId } = await createPool()
  const pool = ["--pool", UserPoolId]
  writeFileSync(join(desk.path, "short"), "short")
  for (const [args, code, message] of [
    [["export"], 2, /Name the file/],
    [["take", "f"], 2, /users export/],
    [["export", "f", "--to-key", "own.pub.pem"], 2, /Name the user pool/],
    [["export", "f", ...pool], 2, /Say who may open it/],
    [["export", "f", ...pool, "--csv", "--to-key", "own.pub.pem"], 2, /Say who may open it/],
    [["export", "f", ...pool, "--to-key", "own.pem"], 2, /not the public key/],
    [["export", "f", ...pool, "--to-key", "nothere.pem"], 2, /cannot be read/],
    [["export", "f", ...pool, "--passphrase-file", "short"], 2, /at least 12/],
    [["export", "own.pem", ...pool, "--csv"], 2, /cannot be made: EEXIST/],
    [["export", "f", "--pool", "us-east-1_nowhere", "--csv"], 1, /does not exist/],
    [["import", "people.sealed", ...pool], 2, /Say what opens it/],
    [["import", "people.sealed", ...pool, "--key", "own.pub.pem"], 2, /not the private key/],
    [["import", "people.sealed", ...pool, "--key", "other.pem"], 1, /sealed for another key/],
    [["import", "nothere", ...pool, "--key", "own.pem"], 1, /ENOENT/],
    [["import", "own.pem", ...pool, "--key", "own.pem"], 1, /not one that 'hallpass users export' wrote/],
  ] as const) {
    const { code: ended, stderr } = await desk.run("users", ...args)
    assert.equal(ended, code, `${args}: ${stderr}`)
    assert.match(stderr, message)
  }
})
