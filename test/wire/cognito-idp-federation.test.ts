import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminDisableProviderForUserCommand,
  AdminGetUserCommand,
  AdminLinkProviderForUserCommand,
  CreateIdentityProviderCommand,
  type CreateIdentityProviderRequest,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientRequest,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  type CreateUserPoolDomainRequest,
  DeleteIdentityProviderCommand,
  DeleteResourceServerCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeIdentityProviderCommand,
  DescribeResourceServerCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  GetIdentityProviderByIdentifierCommand,
  InitiateAuthCommand,
  ListIdentityProvidersCommand,
  ListResourceServersCommand,
  UpdateIdentityProviderCommand,
  UpdateResourceServerCommand,
  UpdateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { claimsOf, openWorld, PASSWORD, refuses, type World } from "./cognito-idp-world.ts"

const INVALID = "InvalidParameterException"
const NOT_FOUND = "ResourceNotFoundException"
const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"

describe("domains", () => {
  const create = ({ idp, poolId }: World, Domain: string, more: Partial<CreateUserPoolDomainRequest> = {}) =>
    idp.send(new CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain, ...more }))
  const describeDomain = async ({ idp }: World, Domain: string) =>
    (await idp.send(new DescribeUserPoolDomainCommand({ Domain }))).DomainDescription

  test("are a prefix and a name of one's own, described with their pool", async () => {
    await using world = await openWorld()
    const { idp, poolId: UserPoolId } = world
    assert.equal((await create(world, "people")).ManagedLoginVersion, 1)
    const custom = { CustomDomainConfig: { CertificateArn: CERTIFICATE } }
    const { CloudFrontDomain } = await create(world, "auth.example.com", { ...custom, ManagedLoginVersion: 2 })
    assert.match(CloudFrontDomain!, /^d[a-z0-9]{13}\.cloudfront\.net$/)
    const described = await describeDomain(world, "auth.example.com")
    assert.deepEqual(
      [described!.UserPoolId, described!.Status, described!.CustomDomainConfig, described!.ManagedLoginVersion],
      [UserPoolId, "ACTIVE", custom.CustomDomainConfig, 2],
    )
    assert.deepEqual(
      [described!.AWSAccountId, described!.CloudFrontDistribution],
      [world.server.account, CloudFrontDomain],
    )
    const { UserPool } = await idp.send(new DescribeUserPoolCommand({ UserPoolId }))
    assert.deepEqual([UserPool!.Domain, UserPool!.CustomDomain], ["people", "auth.example.com"])

    await idp.send(new UpdateUserPoolDomainCommand({ UserPoolId, Domain: "people", ManagedLoginVersion: 2 }))
    const prefix = await describeDomain(world, "people")
    assert.deepEqual([prefix!.ManagedLoginVersion, prefix!.CustomDomainConfig], [2, {}])
    await refuses(
      idp.send(new DeleteUserPoolCommand({ UserPoolId })),
      INVALID,
      "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    )
    for (const Domain of ["people", "auth.example.com"])
      await idp.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain }))
    assert.deepEqual(await describeDomain(world, "people"), {})
    await refuses(
      idp.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: "people" })),
      INVALID,
      "No such domain or user pool exists.",
    )
    await idp.send(new DeleteUserPoolCommand({ UserPoolId }))
  })

  test("are refused where they are taken, too many, reserved or no names", async () => {
    await using world = await openWorld()
    await create(world, "people")
    const { UserPool } = await world.idp.send(new CreateUserPoolCommand({ PoolName: "other" }))
    const other = { ...world, poolId: UserPool!.Id! }
    await refuses(create(other, "people"), INVALID, "Domain already associated with another user pool.")
    await refuses(create(world, "second"), INVALID, "User pool already has a domain configured.")
    await refuses(create(other, "my-cognito"), INVALID, "Domain cannot contain reserved word: cognito")
    await refuses(create(other, "People"), INVALID, /^The domain name contains an invalid character\./)
    await refuses(create(other, "auth.example.com"), INVALID, /^The domain name contains an invalid character\./)
    await refuses(create(other, "ok", { UserPoolId: "us-east-1_nobody" }), NOT_FOUND, /does not exist/)
    await refuses(create(other, "ok", { ManagedLoginVersion: 3 }), INVALID, /ManagedLoginVersion/)
    await refuses(create(other, "x".repeat(64)), INVALID, /length less than or equal to 63/)
  })
})

test("texts that no database holds are no names", async () => {
  await using world = await openWorld({ DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } })
  const { idp, poolId: UserPoolId } = world
  await world.addUser("ann")
  const hostile = "a\0\ud800"
  assert.deepEqual((await idp.send(new DescribeUserPoolDomainCommand({ Domain: hostile }))).DomainDescription, {})
  await refuses(idp.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: hostile })), INVALID, /./)
  const user = { ProviderName: "Google", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: hostile }
  const DestinationUser = { ProviderName: "Cognito", ProviderAttributeValue: hostile }
  for (const [id, linked, unlinked] of [
    [hostile, NOT_FOUND, NOT_FOUND],
    [UserPoolId, INVALID, "UserNotFoundException"],
  ] as const) {
    const link = { UserPoolId: id, DestinationUser, SourceUser: user }
    await refuses(idp.send(new AdminLinkProviderForUserCommand(link)), linked, /./)
    await refuses(idp.send(new AdminDisableProviderForUserCommand({ UserPoolId: id, User: user })), unlinked, /./)
  }
  const AuthParameters = { USERNAME: "ann", PASSWORD, DEVICE_KEY: hostile }
  const signIn = new InitiateAuthCommand({ ClientId: world.clientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters })
  assert.ok((await idp.send(signIn)).AuthenticationResult)
})

test("resource servers are kept, and their scopes are what clients may ask for", async () => {
  await using world = await openWorld()
  const { idp, poolId: UserPoolId } = world
  const Identifier = "https://api.example.com"
  const server = {
    UserPoolId,
    Identifier,
    Name: "API",
    Scopes: [{ ScopeName: "read", ScopeDescription: "Reads" }],
  }
  const client = (more: Partial<CreateUserPoolClientRequest>) =>
    idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "machine",
        GenerateSecret: true,
        AllowedOAuthFlows: ["client_credentials"],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthScopes: [`${Identifier}/read`],
        ...more,
      }),
    )
  const missing = `Invalid scope requested: ${Identifier}/read`
  await refuses(client({}), "ScopeDoesNotExistException", missing)
  const created = await idp.send(new CreateResourceServerCommand(server))
  assert.deepEqual(created.ResourceServer, server)
  assert.deepEqual((await client({})).UserPoolClient!.AllowedOAuthScopes, [`${Identifier}/read`])
  await refuses(client({ GenerateSecret: false }), "InvalidOAuthFlowException", /does not have a client secret/)
  await refuses(
    client({ AllowedOAuthFlows: ["client_credentials", "code"] }),
    "InvalidOAuthFlowException",
    "client_credentials flow can not be selected along with code flow or implicit flow.",
  )
  await refuses(
    idp.send(new CreateResourceServerCommand(server)),
    INVALID,
    `${Identifier} already exists in user pool ${UserPoolId}.`,
  )
  await idp.send(new UpdateResourceServerCommand({ UserPoolId, Identifier, Name: "Renamed" }))
  const { ResourceServer } = await idp.send(new DescribeResourceServerCommand({ UserPoolId, Identifier }))
  assert.deepEqual([ResourceServer!.Name, ResourceServer!.Scopes], ["Renamed", []])
  for (const name of ["a", "b"]) await idp.send(new CreateResourceServerCommand({ ...server, Identifier: name }))
  const first = await idp.send(new ListResourceServersCommand({ UserPoolId, MaxResults: 2 }))
  const second = await idp.send(
    new ListResourceServersCommand({ UserPoolId, MaxResults: 2, NextToken: first.NextToken }),
  )
  assert.deepEqual(
    [...first.ResourceServers!, ...second.ResourceServers!].map((one) => one.Identifier),
    ["a", "b", Identifier],
  )
  await idp.send(new DeleteResourceServerCommand({ UserPoolId, Identifier }))
  for (const call of [
    () => idp.send(new DescribeResourceServerCommand({ UserPoolId, Identifier })),
    () => idp.send(new DeleteResourceServerCommand({ UserPoolId, Identifier })),
    () => idp.send(new UpdateResourceServerCommand({ UserPoolId, Identifier, Name: "x" })),
  ])
    await refuses(call(), NOT_FOUND, /./)
})

const GOOGLE = {
  ProviderName: "Google",
  ProviderType: "Google",
  ProviderDetails: { client_id: "1", client_secret: "s3cret", authorize_scopes: "openid email" },
} satisfies Omit<CreateIdentityProviderRequest, "UserPoolId">

describe("identity providers", () => {
  const create = ({ idp, poolId }: World, more: Partial<CreateIdentityProviderRequest> = {}) =>
    idp.send(new CreateIdentityProviderCommand({ UserPoolId: poolId, ...GOOGLE, ...more }))

  test("are kept with what AWS adds to them", async () => {
    await using world = await openWorld()
    const { idp, poolId: UserPoolId } = world
    const { IdentityProvider } = await create(world, {
      AttributeMapping: { email: "email", username: "sub" },
      IdpIdentifiers: ["example.com"],
    })
    assert.deepEqual(
      [IdentityProvider!.ProviderDetails!.client_secret, IdentityProvider!.ProviderDetails!.oidc_issuer],
      ["s3cret", "https://accounts.google.com"],
    )
    assert.deepEqual(IdentityProvider!.AttributeMapping, { email: "email", username: "sub" })
    const found = await idp.send(
      new GetIdentityProviderByIdentifierCommand({ UserPoolId, IdpIdentifier: "example.com" }),
    )
    assert.deepEqual(found.IdentityProvider, IdentityProvider)
    await refuses(create(world), "DuplicateProviderException", /Google/)

    await idp.send(
      new UpdateIdentityProviderCommand({ UserPoolId, ProviderName: "Google", IdpIdentifiers: ["example.org"] }),
    )
    const changed = await idp.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: "Google" }))
    assert.deepEqual(changed.IdentityProvider!.IdpIdentifiers, ["example.org"])
    assert.equal(changed.IdentityProvider!.ProviderDetails!.client_id, "1")
    await refuses(
      idp.send(new GetIdentityProviderByIdentifierCommand({ UserPoolId, IdpIdentifier: "example.com" })),
      NOT_FOUND,
      /example\.com/,
    )
    const oidc = {
      ProviderName: "Corp",
      ProviderType: "OIDC",
      ProviderDetails: {
        client_id: "1",
        attributes_request_method: "GET",
        oidc_issuer: "https://corp.example.com",
        authorize_scopes: "openid",
        authorize_url: "https://corp.example.com/authorize",
        token_url: "https://corp.example.com/token",
        attributes_url: "https://corp.example.com/userinfo",
        jwks_uri: "https://corp.example.com/keys",
      },
    } as const
    await create(world, oidc)
    const { Providers } = await idp.send(new ListIdentityProvidersCommand({ UserPoolId }))
    assert.deepEqual(
      Providers!.map(({ ProviderName, ProviderType }) => [ProviderName, ProviderType]),
      [
        ["Corp", "OIDC"],
        ["Google", "Google"],
      ],
    )
    await refuses(
      create(world, { ...oidc, ProviderName: "Corp2", IdpIdentifiers: ["example.org"] }),
      INVALID,
      /example\.org/,
    )
    const client = (...SupportedIdentityProviders: string[]) =>
      idp.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "web", SupportedIdentityProviders }))
    await client("COGNITO", "Google")
    await refuses(client("Okta"), INVALID, `The provider Okta does not exist for User Pool ${UserPoolId}.`)
    await idp.send(new DeleteIdentityProviderCommand({ UserPoolId, ProviderName: "Google" }))
    for (const call of [
      () => idp.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: "Google" })),
      () => idp.send(new DeleteIdentityProviderCommand({ UserPoolId, ProviderName: "Google" })),
      () => idp.send(new UpdateIdentityProviderCommand({ UserPoolId, ProviderName: "Google" })),
    ])
      await refuses(call(), NOT_FOUND, "Identity provider Google does not exist.")
  })

  test("are refused where something is missing or wrong", async () => {
    await using world = await openWorld()
    for (const [more, message] of [
      [
        { ProviderDetails: { client_id: "1" } },
        "client_id, client_secret and authorize_scopes are all required idp details",
      ],
      [{ ProviderName: "Gogle" }, /must be Google/],
      [{ AttributeMapping: { "custom:none": "x" } }, /custom:none/],
      [{ ProviderType: "SAML" as const, ProviderName: "Corp", ProviderDetails: {} }, /MetadataURL/],
      [{ ProviderType: "Myspace" as never }, /enum value set/],
    ] as const)
      await refuses(create(world, more), INVALID, message)
  })

  test("are linked to users, who show it", async () => {
    await using world = await openWorld()
    const { idp, poolId: UserPoolId } = world
    await world.addUser("ann")
    const source = {
      ProviderName: "Google",
      ProviderAttributeName: "Cognito_Subject",
      ProviderAttributeValue: "1234",
    }
    const link = (SourceUser: object = source, username = "ann") =>
      idp.send(
        new AdminLinkProviderForUserCommand({
          UserPoolId,
          DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: username },
          SourceUser,
        }),
      )
    await refuses(link(), NOT_FOUND, "Identity provider Google does not exist.")
    await create(world)
    await refuses(link({ ...source, ProviderName: "Cognito" }), INVALID, /^Invalid SourceUser/)
    await refuses(link(source, "nobody"), "UserNotFoundException", "User does not exist.")
    await link()
    await refuses(link(), INVALID, "SourceUser is already linked to DestinationUser")
    const { IdToken } = await world.signIn("ann")
    const [identity] = claimsOf(IdToken).identities as Record<string, unknown>[]
    assert.match(identity!.dateCreated as string, /^\d{13}$/)
    assert.deepEqual(
      { ...identity, dateCreated: 0 },
      {
        userId: "1234",
        providerName: "Google",
        providerType: "Google",
        issuer: null,
        primary: "false",
        dateCreated: 0,
      },
    )
    const unlink = () => idp.send(new AdminDisableProviderForUserCommand({ UserPoolId, User: source }))
    await unlink()
    const { UserAttributes } = await idp.send(new AdminGetUserCommand({ UserPoolId, Username: "ann" }))
    assert.equal(
      UserAttributes!.find(({ Name }) => Name === "identities"),
      undefined,
    )
    await refuses(unlink(), "UserNotFoundException", "User does not exist.")
  })
})
