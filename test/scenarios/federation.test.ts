import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { SetPrincipalTagAttributeMapCommand } from "@aws-sdk/client-cognito-identity"
import { CreateOpenIDConnectProviderCommand, CreateSAMLProviderCommand } from "@aws-sdk/client-iam"
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers"
import samlify from "samlify"
import { type OpenIdProvider, startOpenIdProvider } from "../harness/openid-provider.ts"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import {
  clientsOf,
  createIdentityPool,
  createRole,
  enter,
  policy,
  refusal,
  setRoles,
  trust,
} from "../wire/cognito-identity-world.ts"

const BUCKET = "shared-folders"
const stack = new AsyncDisposableStack()
let server: TestServer
let openId: OpenIdProvider
/** The key of Logins: the issuer without its scheme. */
let issuer: string
let openIdArn: string

before(async () => {
  openId = stack.use(await startOpenIdProvider("shop", { department: "sales", groups: ["staff", "night"] }))
  issuer = openId.issuer.replace("http://", "")
  server = stack.use(await startServer(["--allow-http-issuers"]))
  const { iam } = clientsOf(server)
  await new S3Client({ ...server.client, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }))
  const created = await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: openId.issuer, ClientIDList: [openId.clientId] }),
  )
  openIdArn = created.OpenIDConnectProviderArn!
})
after(() => stack.disposeAsync())

test("somebody signs in at an OpenID Connect provider and has a folder named by their department", async () => {
  const pool = await createIdentityPool(server, { OpenIdConnectProviderARNs: [openIdArn] })
  const actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
  const folder = `arn:aws:s3:::${BUCKET}/\${aws:PrincipalTag/department}/*`
  const access = policy({ Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: folder })
  const authenticated = await createRole(server, "federated", trust(pool, issuer, actions), access)
  await setRoles(server, pool, { authenticated })
  await clientsOf(server).identity.send(
    new SetPrincipalTagAttributeMapCommand({
      IdentityPoolId: pool,
      IdentityProviderName: issuer,
      PrincipalTags: { department: "department" },
    }),
  )
  // The SDK's own credential provider, as an app has it.
  const credentials = fromCognitoIdentityPool({
    clientConfig: { endpoint: server.url, region: server.region },
    identityPoolId: pool,
    logins: { [issuer]: await openId.signIn("ann") },
  })
  const s3 = new S3Client({ ...server.client, forcePathStyle: true, credentials })
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "sales/plan", Body: "x" }))
  await assert.rejects(s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "legal/plan", Body: "x" })), {
    name: "AccessDenied",
  })
})

test("rules choose a role by a claim that is a list", async () => {
  const pool = await createIdentityPool(server, { OpenIdConnectProviderARNs: [openIdArn] })
  const night = await createRole(server, "night-shift", trust(pool))
  await setRoles(
    server,
    pool,
    {},
    {
      [openIdArn]: {
        Type: "Rules",
        AmbiguousRoleResolution: "Deny",
        RulesConfiguration: {
          Rules: [{ Claim: "groups", MatchType: "Equals", Value: "night", RoleARN: night }],
        },
      },
    },
  )
  const credentials = await enter(server, pool, { [issuer]: await openId.signIn("ann") })
  const { Arn } = await new STSClient(server.clientOf(credentials)).send(new GetCallerIdentityCommand({}))
  assert.match(Arn!, /assumed-role\/night-shift\//)
})

test("the same token assumes a role of IAM's own provider, without any pool", async () => {
  const role = await createRole(
    server,
    "direct",
    policy({
      Effect: "Allow",
      Principal: { Federated: openIdArn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { [`${issuer}:aud`]: "shop", [`${issuer}:sub`]: "ann" } },
    }),
  )
  const { credentials: _, ...options } = server.client
  const assume = async (who: string) =>
    new STSClient(options).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: role,
        RoleSessionName: "direct",
        WebIdentityToken: await openId.signIn(who),
      }),
    )
  assert.equal((await assume("ann")).SubjectFromWebIdentityToken, "ann")
  await assert.rejects(assume("bob"), { name: "AccessDenied" })
})

test("an issuer on this machine is refused where the operator did not allow it", async () => {
  await using strict = await startServer()
  const { iam } = clientsOf(strict)
  await assert.rejects(iam.send(new CreateOpenIDConnectProviderCommand({ Url: openId.issuer, ClientIDList: ["shop"] })))
})

test("a real SAML library's response lets somebody in", async () => {
  const { setSchemaValidator, IdentityProvider, ServiceProvider, SamlLib } = samlify
  setSchemaValidator({ validate: async () => "skipped: nothing is parsed here" })
  const keys = createSamlIdentityProvider("https://idp.example.com")
  const location = "https://idp.example.com/sso"
  const binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
  const attribute = (name: string) => ({
    name,
    valueTag: name,
    nameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
    valueXsiType: "xs:string",
  })
  const idpOf = (messageSigningOrder: "sign-then-encrypt") =>
    IdentityProvider({
      entityID: "https://idp.example.com",
      privateKey: keys.privateKey,
      signingCert: keys.certificate,
      requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
      messageSigningOrder,
      isAssertionEncrypted: false,
      nameIDFormat: ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"],
      singleSignOnService: [{ Binding: binding, Location: location }],
      loginResponseTemplate: {
        context: SamlLib.defaultLoginResponseTemplate.context,
        attributes: [attribute("department")],
      },
    })
  const idp = idpOf("sign-then-encrypt")
  /** Signed once around the assertion, or once around the whole message. */
  const respond = async (signs: "assertion" | "message", department: string) => {
    const sp = ServiceProvider({
      entityID: "urn:amazon:webservices",
      wantAssertionsSigned: signs === "assertion",
      wantMessageSigned: signs === "message",
      assertionConsumerService: [{ Binding: binding, Location: "https://signin.aws.amazon.com/saml" }],
    })
    const [now, later] = [new Date(), new Date(Date.now() + 300_000)].map((date) => date.toISOString())
    const fill = (template: string) => ({
      id: "_response",
      context: SamlLib.replaceTagsByValue(template, {
        ID: "_response",
        AssertionID: "_assertion",
        Destination: "https://signin.aws.amazon.com/saml",
        SubjectRecipient: "https://signin.aws.amazon.com/saml",
        Audience: "urn:amazon:webservices",
        Issuer: "https://idp.example.com",
        IssueInstant: now,
        StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
        ConditionsNotBefore: now,
        ConditionsNotOnOrAfter: later,
        SubjectConfirmationDataNotOnOrAfter: later,
        NameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        NameID: "ann",
        InResponseTo: "_request",
        AuthnStatement: "",
        attrDepartment: department,
      }),
    })
    const { context } = await idp.createLoginResponse(
      sp,
      { extract: { request: { id: "_request" } } },
      "post",
      {},
      fill,
    )
    return context
  }
  const { iam } = clientsOf(server)
  const metadata = `${idp.getMetadata()}${" ".repeat(1000)}`
  const { SAMLProviderArn } = await iam.send(
    new CreateSAMLProviderCommand({ Name: "library", SAMLMetadataDocument: metadata }),
  )
  const pool = await createIdentityPool(server, { SamlProviderARNs: [SAMLProviderArn!] })
  const staff = await createRole(server, "saml-staff", trust(pool, SAMLProviderArn!))
  await setRoles(
    server,
    pool,
    {},
    {
      [SAMLProviderArn!]: {
        Type: "Rules",
        AmbiguousRoleResolution: "Deny",
        RulesConfiguration: {
          Rules: [{ Claim: "department", MatchType: "Equals", Value: "sales", RoleARN: staff }],
        },
      },
    },
  )
  const identities = new Set<string>()
  for (const signs of ["assertion", "message"] as const) {
    const response = await respond(signs, "sales")
    const parent = /<(\w+:\w+)[^>]*>(?:<saml:Issuer>[^<]*<\/saml:Issuer>)?<ds:Signature/.exec(
      Buffer.from(response, "base64").toString(),
    )?.[1]
    assert.equal(parent, signs === "assertion" ? "saml:Assertion" : "samlp:Response")
    const { identityId, ...credentials } = await enter(server, pool, { [SAMLProviderArn!]: response })
    identities.add(identityId)
    const { Arn } = await new STSClient(server.clientOf(credentials)).send(new GetCallerIdentityCommand({}))
    assert.match(Arn!, /assumed-role\/saml-staff\//)
  }
  assert.equal(identities.size, 1)
  const { because, ...refused } = await refusal(server, async () =>
    enter(server, pool, { [SAMLProviderArn!]: await respond("assertion", "legal") }),
  )
  assert.equal(refused.message, "The ambiguous role mapping rules denied this request.")
  assert.deepEqual(because.tried[0].found, ["legal"])
})
