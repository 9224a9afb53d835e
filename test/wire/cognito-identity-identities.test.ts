import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  CognitoIdentityClient,
  DeleteIdentitiesCommand,
  DescribeIdentityCommand,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  GetOpenIdTokenForDeveloperIdentityCommand,
  ListIdentitiesCommand,
  LookupDeveloperIdentityCommand,
  MergeDeveloperIdentitiesCommand,
  UnlinkDeveloperIdentityCommand,
  UnlinkIdentityCommand,
} from "@aws-sdk/client-cognito-identity"
import { AdminUserGlobalSignOutCommand } from "@aws-sdk/client-cognito-identity-provider"
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { decodeJwt, decodeProtectedHeader } from "jose"
import { askControl } from "../harness/control.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import {
  COGNITO,
  clientsOf,
  createIdentityPool,
  createRole,
  createUser,
  createUserPool,
  enter,
  policy,
  refusal,
  setRoles,
  type UserPool,
} from "./cognito-identity-world.ts"

const DEVELOPER = "login.shop"

let server: TestServer
let identity: CognitoIdentityClient
let first: UserPool
let second: UserPool
/** With guests, two user pools and a developer provider. */
let pool: string

before(async () => {
  server = await startServer(["--clock-control"])
  ;({ identity } = clientsOf(server))
  first = await createUserPool(server, "first")
  second = await createUserPool(server, "second")
  pool = await createIdentityPool(server, {
    AllowUnauthenticatedIdentities: true,
    DeveloperProviderName: DEVELOPER,
    CognitoIdentityProviders: [first, second].map(({ providerName, clientId }) => ({
      ProviderName: providerName,
      ClientId: clientId,
      ServerSideTokenCheck: true,
    })),
  })
  const either = policy({
    Effect: "Allow",
    Principal: { Federated: COGNITO },
    Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
    Condition: { StringEquals: { [`${COGNITO}:aud`]: pool } },
  })
  const member = await createRole(server, "member", either)
  await setRoles(server, pool, { authenticated: member, unauthenticated: member })
})
after(() => server[Symbol.asyncDispose]())

const getId = async (Logins?: Record<string, string>, IdentityPoolId = pool) =>
  (await identity.send(new GetIdCommand({ IdentityPoolId, Logins }))).IdentityId!
const credentials = (IdentityId: string, Logins?: Record<string, string>) =>
  identity.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }))
const describeOne = async (IdentityId: string) => {
  const { $metadata: _, ...shown } = await identity.send(new DescribeIdentityCommand({ IdentityId }))
  return shown
}
let people = 0
/** Somebody new in a user pool, and their login. */
async function newPerson(userPool = first) {
  const name = `person-${++people}`
  const sub = await userPool.signUp(name)
  return { name, sub, login: { [userPool.providerName]: await userPool.signIn(name) } }
}
const forbidden = (id: string) => ({
  name: "NotAuthorizedException",
  message: `Access to Identity '${id}' is forbidden.`,
})
const MISMATCH = {
  name: "NotAuthorizedException",
  message: "Logins don't match. Please include at least one valid login for this identity or identity pool.",
}

describe("identities", () => {
  it("are one for a person, whichever login they come with", async () => {
    const [a, b] = [await newPerson(first), await newPerson(second)]
    const id = await getId({ ...a.login, ...b.login })
    assert.equal(await getId(a.login), id)
    assert.equal(await getId(b.login), id)
    assert.notEqual(await getId((await newPerson()).login), id)
    assert.deepEqual((await describeOne(id)).Logins!.sort(), [first.providerName, second.providerName].sort())
  })

  it("are one for a person who comes twice at once", async () => {
    const { login } = await newPerson()
    const ids = await Promise.all(Array.from({ length: 5 }, () => getId(login)))
    assert.equal(new Set(ids).size, 1)
  })

  it("are each a guest's own", async () => {
    const [a, b] = [await getId(), await getId()]
    assert.notEqual(a, b)
    assert.ok((await credentials(a)).Credentials!.SessionToken)
    assert.equal((await describeOne(a)).Logins, undefined)
  })

  it("stay a guest's who signs in", async () => {
    const guest = await getId()
    const { login } = await newPerson()
    assert.equal((await credentials(guest, login)).IdentityId, guest)
    assert.equal(await getId(login), guest)
    await assert.rejects(credentials(guest), forbidden(guest))
  })

  it("become a member's who was there before", async () => {
    const { login } = await newPerson()
    const member = await getId(login)
    const guest = await getId()
    assert.equal((await credentials(guest, login)).IdentityId, member)
    await assert.rejects(credentials(guest), forbidden(guest))
    assert.ok((await credentials(member, login)).Credentials)
  })

  it("are nobody else's", async () => {
    const [a, b] = [await newPerson(), await newPerson()]
    const id = await getId(a.login)
    await getId(b.login)
    await assert.rejects(credentials(id, b.login), MISMATCH)
    const stranger = await newPerson()
    const { because, ...refused } = await refusal(server, () => credentials(id, stranger.login))
    assert.deepEqual(refused, { ...MISMATCH, status: 400 })
    assert.deepEqual(because.linked, [first.providerName])
    await assert.rejects(credentials(id), forbidden(id))
  })

  it("have one person of a provider", async () => {
    const [a, b, other] = [await newPerson(), await newPerson(second), await newPerson(second)]
    const id = await getId({ ...a.login, ...b.login })
    // They prove the identity by one login and bring a second person of the other's pool.
    await assert.rejects(credentials(id, { ...a.login, ...other.login }), { name: "ResourceConflictException" })
    await getId(other.login)
    await assert.rejects(getId({ ...a.login, ...other.login }), { name: "ResourceConflictException" })
  })

  it("lose logins, and with the last of them everything", async () => {
    const [a, b] = [await newPerson(first), await newPerson(second)]
    const IdentityId = await getId({ ...a.login, ...b.login })
    const unlink = (Logins: Record<string, string>, ...LoginsToRemove: string[]) =>
      identity.send(new UnlinkIdentityCommand({ IdentityId, Logins, LoginsToRemove }))
    await assert.rejects(unlink((await newPerson()).login, first.providerName), MISMATCH)
    await unlink(a.login, second.providerName)
    assert.deepEqual((await describeOne(IdentityId)).Logins, [first.providerName])
    assert.notEqual(await getId(b.login), IdentityId)
    await unlink(a.login, first.providerName)
    // Not a guest's: nobody's.
    await assert.rejects(credentials(IdentityId), forbidden(IdentityId))
    await assert.rejects(credentials(IdentityId, a.login), forbidden(IdentityId))
    assert.notEqual(await getId(a.login), IdentityId)
  })

  it("are listed page by page, the disabled ones unless they are hidden", async () => {
    const IdentityPoolId = await createIdentityPool(server, {
      AllowUnauthenticatedIdentities: true,
      DeveloperProviderName: DEVELOPER,
    })
    const ids = []
    for (let i = 0; i < 5; i++) ids.push(await getId(undefined, IdentityPoolId))
    const developer = async (user: string) =>
      (
        await identity.send(
          new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId, Logins: { [DEVELOPER]: user } }),
        )
      ).IdentityId!
    const [kept, merged] = [await developer("kept"), await developer("merged")]
    await identity.send(
      new MergeDeveloperIdentitiesCommand({
        IdentityPoolId,
        DeveloperProviderName: DEVELOPER,
        SourceUserIdentifier: "merged",
        DestinationUserIdentifier: "kept",
      }),
    )
    const listAll = async (HideDisabled: boolean) => {
      const found: string[] = []
      let NextToken: string | undefined
      do {
        const page = await identity.send(
          new ListIdentitiesCommand({ IdentityPoolId, MaxResults: 2, HideDisabled, NextToken }),
        )
        found.push(...page.Identities!.map(({ IdentityId }) => IdentityId!))
        NextToken = page.NextToken
      } while (NextToken)
      return found
    }
    assert.deepEqual((await listAll(false)).sort(), [...ids, kept, merged].sort())
    assert.deepEqual((await listAll(true)).sort(), [...ids, kept].sort())
    const { NextToken } = await identity.send(new ListIdentitiesCommand({ IdentityPoolId, MaxResults: 1 }))
    const reuse = new ListIdentitiesCommand({ IdentityPoolId, MaxResults: 1, HideDisabled: true, NextToken })
    await assert.rejects(identity.send(reuse), { name: "InvalidParameterException" })
    for (const MaxResults of [0, 61])
      await assert.rejects(identity.send(new ListIdentitiesCommand({ IdentityPoolId, MaxResults })), {
        name: "ValidationException",
      })
  })

  it("are deleted by who owns them, of the pools that policies name", async () => {
    const { login } = await newPerson()
    const [id, guest] = [await getId(login), await getId()]
    const other = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true })
    const elsewhere = await getId(undefined, other)
    const arn = `arn:aws:cognito-identity:${server.region}:${server.account}:identitypool/${pool}`
    const own = policy({
      Effect: "Allow",
      Action: ["cognito-identity:DeleteIdentities", "cognito-identity:DescribeIdentity"],
      Resource: "*",
      Condition: { ArnEquals: { "cognito-identity:IdentityPoolArn": arn } },
    })
    const clerk = new CognitoIdentityClient(server.clientOf(await createUser(server, "clerk", own)))
    const remove = (...ids: string[]) => clerk.send(new DeleteIdentitiesCommand({ IdentityIdsToDelete: ids }))
    await assert.rejects(remove(id, elsewhere), { name: "AccessDeniedException" })
    await assert.rejects(clerk.send(new DescribeIdentityCommand({ IdentityId: elsewhere })), {
      name: "AccessDeniedException",
    })
    assert.deepEqual((await remove(id, guest)).UnprocessedIdentityIds, [])
    await assert.rejects(credentials(id, login), {
      name: "ResourceNotFoundException",
      message: `Identity '${id}' not found.`,
    })
    assert.notEqual(await getId(login), id)
    // What is not there needs no deleting.
    const missing = "us-east-1:00000000-0000-0000-0000-000000000000"
    assert.deepEqual(
      (await identity.send(new DeleteIdentitiesCommand({ IdentityIdsToDelete: [missing] }))).UnprocessedIdentityIds,
      [],
    )
  })

  it("are found by a person's sub, and the person by them", async () => {
    const { login, sub } = await newPerson()
    const id = await getId(login)
    for (const key of [sub, id]) {
      const { identities } = await askControl(server, "GET", `identities/${encodeURIComponent(key)}`)
      assert.equal(identities.length, 1)
      const [{ createdAt: _, modifiedAt: __, ...found }] = identities
      const logins = [{ provider: first.providerName, subject: sub }]
      assert.deepEqual(found, { identityId: id, identityPoolId: pool, disabled: false, logins })
    }
    assert.deepEqual((await askControl(server, "GET", "identities/nobody")).identities, [])
  })
})

describe("guests", () => {
  it("are refused where the pool takes none, and explained", async () => {
    const closed = await createIdentityPool(server)
    const refused = await refusal(server, () => getId(undefined, closed))
    assert.deepEqual(refused, {
      name: "NotAuthorizedException",
      message: "Unauthenticated access is not supported for this identity pool.",
      status: 400,
      because: { check: "AllowUnauthenticatedIdentities", found: false },
    })
  })
})

describe("a pool for guests alone", () => {
  it("takes no login", async () => {
    const guests = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true })
    await assert.rejects(getId((await newPerson()).login, guests), MISMATCH)
  })
})

describe("developer identities", () => {
  const token = (Logins: Record<string, string>, more: object = {}) =>
    identity.send(new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId: pool, Logins, ...more }))
  const lookUp = (more: object) => identity.send(new LookupDeveloperIdentityCommand({ IdentityPoolId: pool, ...more }))

  it("are vouched for by a token, which brings credentials", async () => {
    const { IdentityId, Token } = await token({ [DEVELOPER]: "ann" }, { PrincipalTags: { team: "blue" } })
    const claims = decodeJwt(Token!)
    assert.equal(decodeProtectedHeader(Token!).alg, "RS512")
    assert.equal(claims.sub, IdentityId)
    assert.equal(claims.aud, pool)
    assert.equal(claims.iss, `https://${COGNITO}`)
    assert.equal(claims.exp! - claims.iat!, 15 * 60)
    assert.deepEqual(claims.amr, ["authenticated", DEVELOPER, `${DEVELOPER}:${pool}:ann`])
    assert.deepEqual(claims["https://aws.amazon.com/tags"], {
      principal_tags: { team: ["blue"] },
      transitive_tag_keys: [],
    })
    const { Credentials: given } = await credentials(IdentityId!, { [COGNITO]: Token! })
    const sts = new STSClient(
      server.clientOf({
        accessKeyId: given!.AccessKeyId!,
        secretAccessKey: given!.SecretKey!,
        sessionToken: given!.SessionToken!,
      }),
    )
    assert.match(
      (await sts.send(new GetCallerIdentityCommand({}))).Arn!,
      /assumed-role\/member\/CognitoIdentityCredentials$/,
    )
    assert.equal((await token({ [DEVELOPER]: "ann" })).IdentityId, IdentityId)
  })

  it("have tokens that end when they were asked to, and are taken nowhere else", async () => {
    const { IdentityId, Token } = await token({ [DEVELOPER]: "bob" }, { TokenDuration: 60 })
    const { exp } = decodeJwt(Token!)
    const { now } = await askControl(server, "GET", "clock")
    await askControl(server, "POST", "clock", { now: new Date(exp! * 1000).toISOString() })
    const refused = await refusal(server, () => credentials(IdentityId!, { [COGNITO]: Token! }))
    await askControl(server, "POST", "clock", { now })
    assert.equal(refused.message, `Invalid login token. Token expired: ${exp} >= ${exp}`)
    assert.equal(refused.because.check, "exp")
    assert.ok(!JSON.stringify(refused.because).includes(Token!))
    await assert.rejects(getId({ [COGNITO]: Token! }), {
      name: "NotAuthorizedException",
      message: "Invalid login token. Can't pass in a Cognito token.",
    })
    const other = await createIdentityPool(server, { AllowUnauthenticatedIdentities: true })
    const guest = await getId(undefined, other)
    await assert.rejects(credentials(guest, { [COGNITO]: Token! }), { name: "NotAuthorizedException" })
    for (const bad of [`${Token}x`, "a.b.c", "nothing"])
      await assert.rejects(credentials(IdentityId!, { [COGNITO]: bad }), {
        message: "Invalid login token. Couldn't verify signed token.",
      })
    for (const TokenDuration of [0, 86401])
      await assert.rejects(token({ [DEVELOPER]: "bob" }, { TokenDuration }), { name: "ValidationException" })
  })

  it("are of the pool's own provider", async () => {
    const message = "This identity pool does not support the specified developer provider"
    for (const Logins of [{ "login.other": "ann" }, (await newPerson()).login])
      await assert.rejects(token(Logins as Record<string, string>), { name: "InvalidParameterException", message })
    const none = await createIdentityPool(server)
    await assert.rejects(token({ [DEVELOPER]: "ann" }, { IdentityPoolId: none }), { message })
  })

  it("may be linked to a guest, and to a member only beside a login of theirs", async () => {
    const guest = await getId()
    assert.equal((await token({ [DEVELOPER]: "carol" }, { IdentityId: guest })).IdentityId, guest)
    const { login } = await newPerson()
    const member = await getId(login)
    await assert.rejects(token({ [DEVELOPER]: "dave" }, { IdentityId: member }), MISMATCH)
    assert.equal((await token({ [DEVELOPER]: "dave", ...login }, { IdentityId: member })).IdentityId, member)
    assert.equal((await token({ [DEVELOPER]: "dave" })).IdentityId, member)
    await assert.rejects(token({ [DEVELOPER]: "carol" }, { IdentityId: member }), {
      name: "DeveloperUserAlreadyRegisteredException",
    })
    await assert.rejects(token({ [DEVELOPER]: "carol", ...login }), { name: "ResourceConflictException" })
  })

  it("are looked up both ways, merged and unlinked", async () => {
    const { IdentityId: kept } = await token({ [DEVELOPER]: "kept" })
    const { IdentityId: gone } = await token({ [DEVELOPER]: "gone" })
    const of = { IdentityPoolId: pool, DeveloperProviderName: DEVELOPER }
    const merge = (SourceUserIdentifier: string, DestinationUserIdentifier: string, more: object = {}) =>
      identity.send(
        new MergeDeveloperIdentitiesCommand({ ...of, SourceUserIdentifier, DestinationUserIdentifier, ...more }),
      )
    assert.equal((await merge("gone", "kept")).IdentityId, kept)
    const { DeveloperUserIdentifierList } = await lookUp({ IdentityId: kept })
    assert.deepEqual(DeveloperUserIdentifierList, ["gone", "kept"])
    assert.equal((await lookUp({ DeveloperUserIdentifier: "gone" })).IdentityId, kept)
    const page = await lookUp({ IdentityId: kept, MaxResults: 1 })
    assert.deepEqual(page.DeveloperUserIdentifierList, ["gone"])
    const rest = await lookUp({ IdentityId: kept, MaxResults: 1, NextToken: page.NextToken })
    assert.deepEqual(rest.DeveloperUserIdentifierList, ["kept"])
    await assert.rejects(credentials(gone!), forbidden(gone!))
    await assert.rejects(merge("nobody", "kept"), { name: "ResourceNotFoundException" })
    await assert.rejects(lookUp({ DeveloperUserIdentifier: "nobody" }), { name: "ResourceNotFoundException" })
    await assert.rejects(merge("kept", "gone", { DeveloperProviderName: "login.other" }), {
      name: "InvalidParameterException",
    })
    await assert.rejects(lookUp({}), { name: "InvalidParameterException" })
    await assert.rejects(lookUp({ IdentityId: kept, DeveloperUserIdentifier: "carol" }), {
      name: "ResourceConflictException",
    })
    const unlink = (IdentityId: string, DeveloperUserIdentifier: string) =>
      identity.send(new UnlinkDeveloperIdentityCommand({ ...of, IdentityId, DeveloperUserIdentifier }))
    await assert.rejects(unlink(kept!, "carol"), MISMATCH)
    await assert.rejects(
      identity.send(
        new UnlinkDeveloperIdentityCommand({
          ...of,
          DeveloperProviderName: "login.other",
          IdentityId: kept,
          DeveloperUserIdentifier: "gone",
        }),
      ),
      { name: "InvalidParameterException" },
    )
    await unlink(kept!, "gone")
    assert.deepEqual((await lookUp({ IdentityId: kept })).DeveloperUserIdentifierList, ["kept"])
    assert.notEqual((await token({ [DEVELOPER]: "gone" })).IdentityId, kept)
  })

  it("are not merged where both have a person of one provider", async () => {
    for (const user of ["erin", "frank"]) await token({ [DEVELOPER]: user, ...(await newPerson()).login })
    const command = new MergeDeveloperIdentitiesCommand({
      IdentityPoolId: pool,
      DeveloperProviderName: DEVELOPER,
      SourceUserIdentifier: "erin",
      DestinationUserIdentifier: "frank",
    })
    await assert.rejects(identity.send(command), { name: "ResourceConflictException" })
  })

  it("have at most 20 logins", async () => {
    const { IdentityId } = await token({ [DEVELOPER]: "many-0" })
    for (let i = 1; i < 20; i++) {
      await token({ [DEVELOPER]: `many-${i}` })
      await identity.send(
        new MergeDeveloperIdentitiesCommand({
          IdentityPoolId: pool,
          DeveloperProviderName: DEVELOPER,
          SourceUserIdentifier: `many-${i}`,
          DestinationUserIdentifier: "many-0",
        }),
      )
    }
    const { login } = await newPerson()
    await assert.rejects(token({ [DEVELOPER]: "many-0", ...login }, { IdentityId }), { name: "LimitExceededException" })
  })
})

describe("signed-out users", () => {
  it("are turned away where ServerSideTokenCheck is on, and only there", async () => {
    const { name, login } = await newPerson()
    const id = await getId(login)
    const lax = await createIdentityPool(server, {
      CognitoIdentityProviders: [{ ProviderName: first.providerName, ClientId: first.clientId }],
    })
    await clientsOf(server).idp.send(
      new AdminUserGlobalSignOutCommand({ UserPoolId: first.userPoolId, Username: name }),
    )
    const { because, ...refused } = await refusal(server, () => credentials(id, login))
    assert.equal(refused.name, "NotAuthorizedException")
    assert.match(refused.message, /^Invalid login token\. /)
    assert.equal(because.check, "revoked")
    assert.ok(await getId(login, lax))
    // A new sign-in is a new beginning.
    const again = { [first.providerName]: await first.signIn(name) }
    assert.ok((await enter(server, pool, again)).sessionToken)
  })
})
