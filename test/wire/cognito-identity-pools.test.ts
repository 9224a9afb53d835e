import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  DeleteIdentityPoolCommand,
  DescribeIdentityPoolCommand,
  GetIdentityPoolRolesCommand,
  GetPrincipalTagAttributeMapCommand,
  ListIdentityPoolsCommand,
  ListTagsForResourceCommand,
  SetIdentityPoolRolesCommand,
  SetPrincipalTagAttributeMapCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateIdentityPoolCommand,
} from "@aws-sdk/client-cognito-identity"
import { startServer, type TestServer } from "../harness/server.ts"
import { clientsOf, createIdentityPool, createUser, policy } from "./cognito-identity-world.ts"

let server: TestServer
let identity: CognitoIdentityClient

before(async () => {
  server = await startServer()
  ;({ identity } = clientsOf(server))
})
after(() => server[Symbol.asyncDispose]())

const arnOf = (poolId: string) => `arn:aws:cognito-identity:${server.region}:${server.account}:identitypool/${poolId}`
const PROVIDER = "cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi"

describe("identity pools", () => {
  const everything = {
    IdentityPoolName: "all of it",
    AllowUnauthenticatedIdentities: true,
    AllowClassicFlow: true,
    SupportedLoginProviders: { "accounts.google.com": "google-client" },
    DeveloperProviderName: "login.shop",
    OpenIdConnectProviderARNs: ["arn:aws:iam::123456789012:oidc-provider/idp.example.com"],
    CognitoIdentityProviders: [{ ProviderName: PROVIDER, ClientId: "client", ServerSideTokenCheck: true }],
    SamlProviderARNs: ["arn:aws:iam::123456789012:saml-provider/corp"],
    IdentityPoolTags: { team: "blue" },
  }

  it("are shown as they were made", async () => {
    const { $metadata: _, ...made } = await identity.send(new CreateIdentityPoolCommand(everything))
    assert.match(made.IdentityPoolId!, /^us-east-1:[0-9a-f-]{36}$/)
    assert.deepEqual(made, { IdentityPoolId: made.IdentityPoolId, ...everything })
    const { IdentityPoolId } = made
    const { $metadata: __, ...shown } = await identity.send(new DescribeIdentityPoolCommand({ IdentityPoolId }))
    assert.deepEqual(shown, made)
  })

  it("lose what an update leaves out, but for their tags and the developer provider's name", async () => {
    const { IdentityPoolId } = await identity.send(new CreateIdentityPoolCommand(everything))
    const { $metadata: _, ...updated } = await identity.send(
      new UpdateIdentityPoolCommand({ IdentityPoolId, IdentityPoolName: "new", AllowUnauthenticatedIdentities: false }),
    )
    assert.deepEqual(updated, {
      IdentityPoolId,
      IdentityPoolName: "new",
      AllowUnauthenticatedIdentities: false,
      DeveloperProviderName: "login.shop",
      IdentityPoolTags: { team: "blue" },
    })
    await assert.rejects(
      identity.send(new UpdateIdentityPoolCommand({ ...updated, DeveloperProviderName: "login.other" } as never)),
      { name: "InvalidParameterException" },
    )
  })

  it("are listed page by page, each once", async () => {
    for (let i = 0; i < 3; i++) await createIdentityPool(server, { IdentityPoolName: `pool ${i}` })
    const names: string[] = []
    let NextToken: string | undefined
    do {
      const page = await identity.send(new ListIdentityPoolsCommand({ MaxResults: 2, NextToken }))
      assert.ok(page.IdentityPools!.length <= 2)
      names.push(...page.IdentityPools!.map(({ IdentityPoolName }) => IdentityPoolName!))
      NextToken = page.NextToken
    } while (NextToken)
    for (let i = 0; i < 3; i++) assert.equal(names.filter((name) => name === `pool ${i}`).length, 1)
    const list = (token: string) => identity.send(new ListIdentityPoolsCommand({ MaxResults: 2, NextToken: token }))
    await assert.rejects(list("made-up"), { name: "InvalidParameterException" })
  })

  it("are gone once deleted, and unknown to other regions", async () => {
    const IdentityPoolId = await createIdentityPool(server)
    const describePool = (client = identity) => client.send(new DescribeIdentityPoolCommand({ IdentityPoolId }))
    const missing = { name: "ResourceNotFoundException", message: `IdentityPool '${IdentityPoolId}' not found.` }
    await assert.rejects(describePool(new CognitoIdentityClient({ ...server.client, region: "eu-west-1" })), missing)
    await identity.send(new DeleteIdentityPoolCommand({ IdentityPoolId }))
    await assert.rejects(describePool(), missing)
    await assert.rejects(identity.send(new DeleteIdentityPoolCommand({ IdentityPoolId })), missing)
  })

  const bad: [what: string, input: object, name: string, message?: string | RegExp][] = [
    [
      "a name with marks",
      { IdentityPoolName: "a/b" },
      "ValidationException",
      "1 validation error detected: Value 'a/b' at 'identityPoolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+",
    ],
    ["no name", { IdentityPoolName: undefined }, "ValidationException"],
    [
      "a user pool without its name",
      { CognitoIdentityProviders: [{ ClientId: "c" }] },
      "InvalidParameterException",
      "Invalid Cognito Identity Provider",
    ],
    [
      "a user pool by a URL",
      { CognitoIdentityProviders: [{ ProviderName: `https://${PROVIDER}`, ClientId: "c" }] },
      "InvalidParameterException",
    ],
    ["a login provider that is none", { SupportedLoginProviders: { "example.com": "x" } }, "InvalidParameterException"],
    [
      "an OpenID Connect provider that is none",
      { OpenIdConnectProviderARNs: ["arn:aws:iam::123456789012:role/xx"] },
      "InvalidParameterException",
    ],
    [
      "a SAML provider that is none",
      { SamlProviderARNs: ["arn:aws:iam::123456789012:oidc-provider/x"] },
      "InvalidParameterException",
    ],
    [
      "too many tags",
      { IdentityPoolTags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, "v"])) },
      "InvalidParameterException",
    ],
  ]
  for (const [what, input, name, message] of bad)
    it(`are not made with ${what}`, async () => {
      const command = new CreateIdentityPoolCommand({
        IdentityPoolName: "x",
        AllowUnauthenticatedIdentities: false,
        ...input,
      })
      await assert.rejects(identity.send(command), { name, ...(message && { message }) })
    })
})

describe("roles of identity pools", () => {
  const role = (name: string, account = server.account) => `arn:aws:iam::${account}:role/${name}`
  const rule = () => ({ Claim: "team", MatchType: "Equals" as const, Value: "blue", RoleARN: role("ruled") })
  const set = (IdentityPoolId: string, more: object = {}) =>
    identity.send(
      new SetIdentityPoolRolesCommand({ IdentityPoolId, Roles: { authenticated: role("member") }, ...more }),
    )
  let pool: string
  before(async () => {
    pool = await createIdentityPool(server, {
      CognitoIdentityProviders: [{ ProviderName: PROVIDER, ClientId: "client" }],
      SupportedLoginProviders: { "graph.facebook.com": "1" },
    })
  })

  it("are kept, and replaced as a whole", async () => {
    const RoleMappings = {
      [`${PROVIDER}:client`]: { Type: "Token" as const, AmbiguousRoleResolution: "Deny" as const },
      "graph.facebook.com": {
        Type: "Rules" as const,
        AmbiguousRoleResolution: "AuthenticatedRole" as const,
        RulesConfiguration: { Rules: [rule()] },
      },
    }
    await set(pool, { RoleMappings })
    const { $metadata: _, ...kept } = await identity.send(new GetIdentityPoolRolesCommand({ IdentityPoolId: pool }))
    assert.deepEqual(kept, { IdentityPoolId: pool, Roles: { authenticated: role("member") }, RoleMappings })
    await set(pool, { Roles: { unauthenticated: role("guest") } })
    const { $metadata: __, ...now } = await identity.send(new GetIdentityPoolRolesCommand({ IdentityPoolId: pool }))
    assert.deepEqual(now, { IdentityPoolId: pool, Roles: { unauthenticated: role("guest") } })
  })

  const mapping = (key: string, value: object) => ({ RoleMappings: { [key]: value } })
  const bad: [what: string, input: () => object, name: string, message?: () => string][] = [
    [
      "a role of another account",
      () => ({ Roles: { authenticated: role("x", "111111111111") } }),
      "NotAuthorizedException",
      () => `Access to Role '${role("x", "111111111111")}' is forbidden.`,
    ],
    [
      "what is no role",
      () => ({ Roles: { authenticated: `arn:aws:iam::${server.account}:user/ann` } }),
      "NotAuthorizedException",
    ],
    ["a role for nobody", () => ({ Roles: { everybody: role("x") } }), "ValidationException"],
    [
      "a provider that the pool has not",
      () => mapping("accounts.google.com", { Type: "Token", AmbiguousRoleResolution: "Deny" }),
      "InvalidParameterException",
      () => "accounts.google.com is not a valid RoleMapping ProviderName or is not a configured provider.",
    ],
    [
      "a user pool without its client",
      () => mapping(PROVIDER, { Type: "Token", AmbiguousRoleResolution: "Deny" }),
      "InvalidParameterException",
    ],
    [
      "no word on what is ambiguous",
      () => mapping(`${PROVIDER}:client`, { Type: "Token" }),
      "InvalidParameterException",
    ],
    [
      "rules without any",
      () => mapping(`${PROVIDER}:client`, { Type: "Rules", AmbiguousRoleResolution: "Deny" }),
      "InvalidParameterException",
    ],
    [
      "26 rules",
      () =>
        mapping(`${PROVIDER}:client`, {
          Type: "Rules",
          AmbiguousRoleResolution: "Deny",
          RulesConfiguration: { Rules: Array.from({ length: 26 }, rule) },
        }),
      "InvalidParameterException",
    ],
    [
      "a match type that is none",
      () =>
        mapping(`${PROVIDER}:client`, {
          Type: "Rules",
          AmbiguousRoleResolution: "Deny",
          RulesConfiguration: { Rules: [{ ...rule(), MatchType: "EndsWith" }] },
        }),
      "ValidationException",
    ],
    [
      "a rule's role of another account",
      () =>
        mapping(`${PROVIDER}:client`, {
          Type: "Rules",
          AmbiguousRoleResolution: "Deny",
          RulesConfiguration: { Rules: [{ ...rule(), RoleARN: role("x", "111111111111") }] },
        }),
      "NotAuthorizedException",
    ],
  ]
  for (const [what, input, name, message] of bad)
    it(`are not set with ${what}`, async () => {
      await assert.rejects(set(pool, input()), { name, ...(message && { message: message() }) })
    })

  it("need iam:PassRole for each, to the pool and to nothing else", async () => {
    const setter = { Effect: "Allow", Action: "cognito-identity:SetIdentityPoolRoles", Resource: "*" }
    const pass = (Condition: object) => ({
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: role("member"),
      Condition,
    })
    const as = async (name: string, ...statements: object[]) => {
      const credentials = await createUser(server, name, policy(setter, ...statements))
      const client = new CognitoIdentityClient(server.clientOf(credentials))
      return (Roles: Record<string, string>) =>
        client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: pool, Roles }))
    }
    const good = pass({ StringEquals: { "iam:PassedToService": "cognito-identity.amazonaws.com" } })
    const passer = await as("passer", good)
    await passer({ authenticated: role("member") })
    await assert.rejects(passer({ authenticated: role("member"), unauthenticated: role("guest") }), {
      name: "AccessDeniedException",
      message: `User: arn:aws:iam::${server.account}:user/passer is not authorized to perform: iam:PassRole on resource: ${role("guest")} because no identity-based policy allows the iam:PassRole action`,
    })
    const other = await as("other", pass({ StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } }))
    await assert.rejects(other({ authenticated: role("member") }), { name: "AccessDeniedException" })
    const here = await as("here", pass({ ArnEquals: { "iam:AssociatedResourceArn": arnOf(pool) } }))
    await here({ authenticated: role("member") })
  })

  it("may come with principal tags for each provider", async () => {
    const of = { IdentityPoolId: pool, IdentityProviderName: PROVIDER }
    const get = async () => {
      const { $metadata: _, ...map } = await identity.send(new GetPrincipalTagAttributeMapCommand(of))
      return map
    }
    assert.deepEqual(await get(), { ...of, UseDefaults: false, PrincipalTags: {} })
    await identity.send(new SetPrincipalTagAttributeMapCommand({ ...of, UseDefaults: true }))
    assert.deepEqual(await get(), { ...of, UseDefaults: true, PrincipalTags: { username: "sub", client: "aud" } })
    await identity.send(new SetPrincipalTagAttributeMapCommand({ ...of, PrincipalTags: { team: "custom:team" } }))
    assert.deepEqual(await get(), { ...of, UseDefaults: false, PrincipalTags: { team: "custom:team" } })
  })
})

describe("tags of identity pools", () => {
  it("are added, taken away and listed", async () => {
    const ResourceArn = arnOf(await createIdentityPool(server, { IdentityPoolTags: { team: "blue" } }))
    await identity.send(new TagResourceCommand({ ResourceArn, Tags: { team: "green", stage: "test" } }))
    await identity.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["stage", "nothing"] }))
    // Policies know the pool by one ARN.
    const elsewhere = ResourceArn.replace("arn:aws:", "arn:other:")
    await assert.rejects(identity.send(new TagResourceCommand({ ResourceArn: elsewhere, Tags: { team: "red" } })), {
      name: "InvalidParameterException",
    })
    const { Tags } = await identity.send(new ListTagsForResourceCommand({ ResourceArn }))
    assert.deepEqual(Tags, { team: "green" })
    for (const Tags of [{ "aws:x": "1" }, Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, "v"]))])
      await assert.rejects(
        identity.send(new TagResourceCommand({ ResourceArn, Tags: Tags as Record<string, string> })),
        {
          name: "InvalidParameterException",
        },
      )
    const unknown = arnOf("us-east-1:00000000-0000-0000-0000-000000000000")
    for (const arn of [unknown, unknown.replace(server.account, "111111111111")])
      await assert.rejects(identity.send(new ListTagsForResourceCommand({ ResourceArn: arn })), (error: Error) =>
        ["ResourceNotFoundException", "AccessDeniedException"].includes(error.name),
      )
  })

  it("decide who may do what", async () => {
    const access = policy(
      {
        Effect: "Allow",
        Action: [
          "cognito-identity:Describe*",
          "cognito-identity:UpdateIdentityPool",
          "cognito-identity:DeleteIdentityPool",
        ],
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/team": "blue" } },
      },
      {
        Effect: "Allow",
        Action: ["cognito-identity:CreateIdentityPool", "cognito-identity:TagResource"],
        Resource: "*",
        Condition: {
          StringEquals: { "aws:RequestTag/team": "blue" },
          "ForAllValues:StringEquals": { "aws:TagKeys": "team" },
        },
      },
    )
    const blue = new CognitoIdentityClient(server.clientOf(await createUser(server, "blue", access)))
    const create = (IdentityPoolTags?: Record<string, string>) =>
      blue.send(
        new CreateIdentityPoolCommand({
          IdentityPoolName: "x",
          AllowUnauthenticatedIdentities: false,
          ...(IdentityPoolTags && { IdentityPoolTags }),
        }),
      )
    const { IdentityPoolId } = await create({ team: "blue" })
    await blue.send(new DescribeIdentityPoolCommand({ IdentityPoolId }))
    const wrong: (Record<string, string> | undefined)[] = [undefined, { team: "green" }, { team: "blue", more: "1" }]
    for (const tags of wrong) await assert.rejects(create(tags), { name: "AccessDeniedException" })
    const green = await createIdentityPool(server, { IdentityPoolTags: { team: "green" } })
    await assert.rejects(blue.send(new DescribeIdentityPoolCommand({ IdentityPoolId: green })), {
      name: "AccessDeniedException",
      message: `User: arn:aws:iam::${server.account}:user/blue is not authorized to perform: cognito-identity:DescribeIdentityPool on resource: ${arnOf(green)} because no identity-based policy allows the cognito-identity:DescribeIdentityPool action`,
    })
    await blue.send(new DeleteIdentityPoolCommand({ IdentityPoolId }))
  })
})
