import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { CreateRoleCommand, CreateSAMLProviderCommand, IAMClient } from "@aws-sdk/client-iam"
import { AssumeRoleWithSAMLCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { type Assertion, createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { clientsOf, credentialsOf, policy, refused } from "./iam-world.ts"

const ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"

describe("AssumeRoleWithSAML", () => {
  const idp = createSamlIdentityProvider("https://idp.test/metadata")
  const stranger = createSamlIdentityProvider("https://idp.test/metadata")
  let server: TestServer
  let RoleArn: string
  let PrincipalArn: string
  before(async () => {
    server = await startServer()
    const iam = new IAMClient(server.client)
    const SAMLMetadataDocument = `${idp.metadata}${" ".repeat(1000)}`
    const provider = await iam.send(new CreateSAMLProviderCommand({ Name: "corp", SAMLMetadataDocument }))
    PrincipalArn = provider.SAMLProviderArn!
    const trust = policy({
      Principal: { Federated: PrincipalArn },
      Action: ["sts:AssumeRoleWithSAML", "sts:TagSession"],
      Condition: { StringEquals: { "saml:aud": "https://signin.aws.amazon.com/saml" } },
    })
    const role = await iam.send(new CreateRoleCommand({ RoleName: "staff", AssumeRolePolicyDocument: trust }))
    RoleArn = role.Role!.Arn!
  })
  after(() => server[Symbol.asyncDispose]())

  const attributes = (more: Record<string, string> = {}) => ({
    [`${ATTRIBUTES}Role`]: `${RoleArn},${PrincipalArn}`,
    [`${ATTRIBUTES}RoleSessionName`]: "ann@example.com",
    ...more,
  })
  const assume = (assertion: Partial<Assertion> = {}, input: object = {}, from = idp) => {
    const { credentials: _, ...options } = server.client
    const SAMLAssertion = from.respond({ subject: "ann", attributes: attributes(), ...assertion })
    return new STSClient(options).send(
      new AssumeRoleWithSAMLCommand({ RoleArn, PrincipalArn, SAMLAssertion, ...input }),
    )
  }

  it("lets in whom the provider vouches for", async () => {
    const tags = { [`${ATTRIBUTES}PrincipalTag:team`]: "blue", [`${ATTRIBUTES}SessionDuration`]: "1800" }
    const answer = await assume({ attributes: attributes(tags) })
    assert.equal(answer.Subject, "ann")
    assert.equal(answer.SubjectType, "persistent")
    assert.equal(answer.Issuer, "https://idp.test/metadata")
    assert.equal(answer.Audience, "https://signin.aws.amazon.com/saml")
    assert.ok(answer.Credentials!.Expiration!.getTime() - Date.now() <= 1800 * 1000)
    const { sts } = clientsOf(server, credentialsOf(answer))
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
    assert.equal(Arn, `arn:aws:sts::${server.account}:assumed-role/staff/ann@example.com`)
  })

  it("is as long as was asked, the attribute for the console only making it shorter", async () => {
    const seconds = async (SessionDuration: string, input: object = {}) => {
      const { Credentials } = await assume(
        { attributes: attributes({ [`${ATTRIBUTES}SessionDuration`]: SessionDuration }) },
        input,
      )
      return Math.round((Credentials!.Expiration!.getTime() - Date.now()) / 100_000) * 100
    }
    assert.equal(await seconds("28800"), 3600)
    assert.equal(await seconds("900"), 900)
    assert.equal(await seconds("28800", { DurationSeconds: 1800 }), 1800)
  })

  it("is redeemed within five minutes, however long the assertion holds", async () => {
    const expiresAt = Date.now() + 3_600_000
    await assume({ issuedAt: Date.now() - 240_000, expiresAt })
    await refused(
      assume({ issuedAt: Date.now() - 600_000, expiresAt }),
      "ExpiredTokenException",
      400,
      "Token must be redeemed within 5 minutes of issuance",
    )
  })

  const denied = "Not authorized to perform sts:AssumeRoleWithSAML"
  const refusals: [what: string, call: () => Promise<unknown>, code: string, status: number, message?: string][] = [
    ["another key", () => assume({}, {}, stranger), "InvalidIdentityToken", 400, "Response signature invalid"],
    [
      "another issuer",
      () => assume({ issuer: "https://other" }),
      "InvalidIdentityToken",
      400,
      "Issuer not present in specified provider",
    ],
    [
      "another audience",
      () => assume({ audience: "urn:other" }),
      "InvalidIdentityToken",
      400,
      "Response does not contain the required audience.",
    ],
    ["another recipient", () => assume({ recipient: "https://other/saml" }), "InvalidIdentityToken", 400],
    ["an assertion that is over", () => assume({ expiresAt: Date.now() - 1000 }), "ExpiredTokenException", 400],
    ["what is no assertion", () => assume({}, { SAMLAssertion: "PHg+PC94Pg==" }), "InvalidIdentityToken", 400],
    [
      "no session name",
      () => assume({ attributes: { [`${ATTRIBUTES}Role`]: `${RoleArn},${PrincipalArn}` } }),
      "InvalidIdentityToken",
      400,
      "RoleSessionName is required in AuthnResponse",
    ],
    [
      "a role that the assertion does not name",
      () => assume({ attributes: attributes({ [`${ATTRIBUTES}Role`]: "x,y" }) }),
      "AccessDenied",
      403,
      denied,
    ],
    [
      "a role that is not there",
      () => {
        const none = `${RoleArn}-none`
        return assume(
          { attributes: attributes({ [`${ATTRIBUTES}Role`]: `${none},${PrincipalArn}` }) },
          { RoleArn: none },
        )
      },
      "AccessDenied",
      403,
      denied,
    ],
    [
      "a source identity that the trust policy does not let pass",
      () => assume({ attributes: attributes({ [`${ATTRIBUTES}SourceIdentity`]: "ann" }) }),
      "AccessDenied",
      403,
      denied,
    ],
    [
      "a provider that is not there",
      () => assume({}, { PrincipalArn: `${PrincipalArn}-none` }),
      "InvalidIdentityToken",
      400,
      "Specified provider doesn't exist",
    ],
    ["a session that is too long", () => assume({}, { DurationSeconds: 7200 }), "ValidationError", 400],
  ]
  for (const [what, call, code, status, message] of refusals)
    it(`refuses ${what}`, () => refused(call(), code, status, message))
})
