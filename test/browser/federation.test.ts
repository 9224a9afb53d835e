import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { inflateRawSync } from "node:zlib"
import {
  AdminGetUserCommand,
  AdminLinkProviderForUserCommand,
  CreateGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import type { Browser } from "playwright-core"
import { launchChromium, openPage } from "../harness/chromium.ts"
import { CLIENT_ID, CLIENT_SECRET, type ForeignProvider, startForeignProvider } from "../harness/foreign-openid.ts"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import {
  createIdentityPool,
  createRole,
  enter,
  policy,
  refusal,
  setRoles,
  trust,
} from "../wire/cognito-identity-world.ts"
import { claimsOf } from "../wire/cognito-idp-world.ts"
import { type FederationWorld, openFederation } from "../wire/federation-world.ts"

const launched = await launchChromium()
const BUCKET = "shelves"
const ENTITY = "https://idp.example.com"

describe("people from elsewhere, in a browser", { skip: typeof launched === "string" && launched }, () => {
  const browser = launched as Browser
  const stack = new AsyncDisposableStack()
  let google: ForeignProvider
  let office: WebServer
  let app: WebServer
  let world: FederationWorld
  let client: string
  let domain: string
  /** What the application's callback was told. */
  let told: URLSearchParams
  const saml = createSamlIdentityProvider(ENTITY)

  before(async () => {
    google = stack.use(
      await startForeignProvider({
        issuer: "https://accounts.google.com",
        routes: { authorization: "/o/oauth2/v2/auth", token: "/oauth2/v4/token", jwks: "/oauth2/v3/certs" },
        more: { conformIdTokenClaims: false },
      }),
    )
    app = stack.use(
      await startWebServer((request, response) => {
        const { pathname, searchParams } = new URL(request.url!, "http://app")
        if (pathname === "/callback") told = searchParams
        response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>")
      }),
    )
    // The office's page signs whoever comes in, and has their browser post what it says of them.
    office = stack.use(
      await startWebServer((request, response) => {
        const { searchParams } = new URL(request.url!, ENTITY)
        const asked = inflateRawSync(Buffer.from(searchParams.get("SAMLRequest")!, "base64")).toString()
        const answer = saml.respond({
          subject: "bo",
          attributes: { mail: "bo@office.example", department: "sales" },
          audience: `urn:amazon:cognito:sp:${world.poolId}`,
          recipient: `${domain}/saml2/idpresponse`,
          inResponseTo: / ID="([^"]+)"/.exec(asked)![1]!,
        })
        const field = (name: string, value: string) => `<input type="hidden" name="${name}" value="${value}">`
        response.writeHead(200, { "content-type": "text/html" })
        response.end(
          `<form method="post" action="${domain}/saml2/idpresponse">${field("SAMLResponse", answer)}${field("RelayState", searchParams.get("RelayState")!)}<button>Go on</button></form><script>document.forms[0].submit()</script>`,
        )
      }),
    )
    const hosts = ["accounts.google.com", "www.googleapis.com"].flatMap((host) => [
      "--login-endpoint",
      `${host}=${google.url}`,
    ])
    world = stack.use(
      await openFederation(
        { Schema: [{ Name: "department", AttributeDataType: "String", Mutable: true }] },
        { flags: [...hosts, "--login-endpoint", `idp.example.com=${office.url}`] },
      ),
    )
    domain = `http://${world.domain}.auth.us-east-1.localhost:${new URL(world.server.url).port}`
    const details = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, authorize_scopes: "openid email profile" }
    await world.addProvider({
      ProviderName: "Google",
      ProviderType: "Google",
      ProviderDetails: details,
      AttributeMapping: { username: "sub", email: "email", email_verified: "email_verified", name: "name" },
    })
    await world.addProvider({
      ProviderName: "Office",
      ProviderType: "SAML",
      ProviderDetails: { MetadataFile: saml.metadata },
      AttributeMapping: { email: "mail", "custom:department": "department" },
    })
    client = await world.addClient({
      SupportedIdentityProviders: ["COGNITO", "Google", "Office"],
      CallbackURLs: [`${app.url.replace("127.0.0.1", "localhost")}/callback`],
    })
    await new S3Client({ ...world.server.client, forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: BUCKET }),
    )
  })
  after(async () => {
    await browser.close()
    await stack.disposeAsync()
  })

  /** From the application to the sign-in page, by a button of it, and back: the tokens for the code. */
  async function continueWith(name: string): Promise<Record<string, string>> {
    const { page, faults } = await openPage(browser)
    const redirect_uri = `${app.url.replace("127.0.0.1", "localhost")}/callback`
    const query = { client_id: client, redirect_uri, response_type: "code", scope: "openid email profile", state: "s" }
    await page.goto(`${domain}/oauth2/authorize?${new URLSearchParams(query)}`)
    await page.getByRole("link", { name: `Continue with ${name}` }).click()
    await page.getByRole("heading", { name: "Welcome" }).waitFor()
    await page.context().close()
    assert.deepEqual(faults, [])
    assert.equal(told.get("state"), "s")
    const form = { grant_type: "authorization_code", client_id: client, code: told.get("code")!, redirect_uri }
    const answer = await fetch(`${world.base}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) })
    return (await answer.json()) as Record<string, string>
  }

  const login = () => `cognito-idp.us-east-1.amazonaws.com/${world.poolId}`
  const put = (credentials: Awaited<ReturnType<typeof enter>>, Key: string) =>
    new S3Client({ ...world.server.clientOf(credentials), forcePathStyle: true }).send(
      new PutObjectCommand({ Bucket: BUCKET, Key, Body: "x" }),
    )
  const folder = (name: string) =>
    policy({ Effect: "Allow", Action: "s3:PutObject", Resource: `arn:aws:s3:::${BUCKET}/${name}/*` })
  const poolOf = () =>
    createIdentityPool(world.server, {
      CognitoIdentityProviders: [{ ProviderName: login(), ClientId: client, ServerSideTokenCheck: true }],
    })

  test("Continue with Google: a user, the provider's group, its role, and what that may write", async () => {
    google.people.set("1035", { email: "ann@gmail.example", email_verified: true, name: "Ann" })
    google.next = "1035"
    const pool = await poolOf()
    const role = await createRole(world.server, "from-google", trust(pool), folder("google"))
    const GroupName = `${world.poolId}_Google`
    await world.idp.send(new CreateGroupCommand({ UserPoolId: world.poolId, GroupName, RoleArn: role }))
    await setRoles(
      world.server,
      pool,
      {},
      {
        [`${login()}:${client}`]: { Type: "Token", AmbiguousRoleResolution: "Deny" },
      },
    )
    const { id_token } = await continueWith("Google")
    const claims = claimsOf(id_token!)
    assert.deepEqual([claims["cognito:username"], claims["cognito:groups"]], ["Google_1035", [GroupName]])
    const credentials = await enter(world.server, pool, { [login()]: id_token! })
    await put(credentials, "google/a")
    const refused = await refusal(world.server, () => put(credentials, "office/a"))
    assert.equal(refused.name, "AccessDenied")
  })

  test("Continue with Office (SAML, by a form from another site): a role by a rule on what the office said", async () => {
    const pool = await poolOf()
    const role = await createRole(world.server, "sales", trust(pool), folder("sales"))
    await setRoles(
      world.server,
      pool,
      {},
      {
        [`${login()}:${client}`]: {
          Type: "Rules",
          AmbiguousRoleResolution: "Deny",
          RulesConfiguration: {
            Rules: [{ Claim: "custom:department", MatchType: "Equals", Value: "sales", RoleARN: role }],
          },
        },
      },
    )
    const { id_token } = await continueWith("Office")
    assert.equal(claimsOf(id_token!)["custom:department"], "sales")
    await put(await enter(world.server, pool, { [login()]: id_token! }), "sales/a")
  })

  test("who writes their address finds their company by its domain", async () => {
    for (const [name, domains] of [
      ["Sales", ["sales.example"]],
      ["Stock", ["stock.example"]],
    ] as const)
      await world.addProvider({
        ProviderName: name,
        ProviderType: "SAML",
        ProviderDetails: { MetadataFile: saml.metadata },
        AttributeMapping: { email: "mail" },
        IdpIdentifiers: [...domains],
      })
    const redirect_uri = `${app.url.replace("127.0.0.1", "localhost")}/callback`
    const both = await world.addClient({ SupportedIdentityProviders: ["Sales", "Stock"], CallbackURLs: [redirect_uri] })
    const { page, faults } = await openPage(browser)
    const query = { client_id: both, redirect_uri, response_type: "code", scope: "openid", state: "address" }
    await page.goto(`${domain}/login?${new URLSearchParams(query)}`)
    await page.locator("input[name=idp_identifier]").fill("bo@stock.example")
    await page.locator("input[name=idp_identifier]").press("Enter")
    await page.getByRole("heading", { name: "Welcome" }).waitFor()
    await page.context().close()
    assert.deepEqual([told.get("state"), faults], ["address", []])
    const user = new AdminGetUserCommand({ UserPoolId: world.poolId, Username: "Stock_bo" })
    assert.equal((await world.idp.send(user)).UserStatus, "EXTERNAL_PROVIDER")
  })

  test("a user of the pool whom an administrator linked comes as themselves", async () => {
    await world.addUser("cleo")
    google.people.set("77", { email: "cleo@gmail.example" })
    google.next = "77"
    await world.idp.send(
      new AdminLinkProviderForUserCommand({
        UserPoolId: world.poolId,
        DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: "cleo" },
        SourceUser: { ProviderName: "Google", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "77" },
      }),
    )
    const { id_token } = await continueWith("Google")
    const { UserAttributes } = await world.idp.send(
      new AdminGetUserCommand({ UserPoolId: world.poolId, Username: "cleo" }),
    )
    assert.equal(claimsOf(id_token!).sub, UserAttributes!.find(({ Name }) => Name === "sub")!.Value)
    assert.equal(claimsOf(id_token!)["cognito:username"], "cleo")
  })
})
