import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateIdentityProviderCommand,
  CreateManagedLoginBrandingCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientRequest,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  type CreateUserPoolRequest,
  SetUserPoolMfaConfigCommand,
  type SetUserPoolMfaConfigRequest,
  UpdateUserPoolClientCommand,
  UpdateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { findBarriers } from "../harness/axe.ts"
import { launchChromium, openPage, shoot, type Watched, WIDE } from "../harness/chromium.ts"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { startWebServer, type WebServer } from "../harness/web-server.ts"
import { openWorld, PASSWORD, type World } from "../wire/cognito-idp-world.ts"
import { totpOf } from "../wire/totp-client.ts"

const launched = await launchChromium()
const NEW = "An0ther-one!"
/** The document, its sheets and scripts as they are sent, before images. */
const BYTES_AT_MOST = 15 * 1024

interface Pool {
  UserPoolId: string
  ClientId: string
  /** `http://shop.auth.us-east-1.localhost:4566` */
  base: string
}

describe("sign-in pages, in a browser", { skip: typeof launched === "string" && launched }, () => {
  const browser = launched as Browser
  let world: World
  let application: WebServer
  const watched: Watched[] = []

  before(async () => {
    world = await openWorld()
    application = await startWebServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>The application</title>")
    })
  })
  after(async () => {
    await browser.close()
    await application[Symbol.asyncDispose]()
    await world[Symbol.asyncDispose]()
  })

  const clientSettings = () =>
    ({
      PreventUserExistenceErrors: "ENABLED",
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email"],
      SupportedIdentityProviders: ["COGNITO"],
      CallbackURLs: [`${application.url}/callback`],
    }) satisfies Partial<CreateUserPoolClientRequest>

  async function createPool(
    Domain: string,
    pool: Partial<CreateUserPoolRequest>,
    {
      client = {},
      version = 1,
      mfa,
    }: {
      client?: Partial<CreateUserPoolClientRequest>
      version?: number
      mfa?: Partial<SetUserPoolMfaConfigRequest>
    } = {},
  ): Promise<Pool> {
    const { idp, server } = world
    const { UserPool } = await idp.send(
      new CreateUserPoolCommand({ PoolName: "Example shop", AutoVerifiedAttributes: ["email"], ...pool }),
    )
    const UserPoolId = UserPool!.Id!
    await idp.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion: version }))
    if (mfa) await idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...mfa }))
    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "web",
        ...clientSettings(),
        ...client,
      }),
    )
    const ClientId = UserPoolClient!.ClientId!
    if (version === 2)
      await idp.send(new CreateManagedLoginBrandingCommand({ UserPoolId, ClientId, UseCognitoProvidedValues: true }))
    const { port } = new URL(server.url)
    return { UserPoolId, ClientId, base: `http://${Domain}.auth.us-east-1.localhost:${port}` }
  }

  async function visit(
    { base, ClientId }: Pool,
    path = "/login",
    options: BrowserContextOptions = WIDE,
    lang?: string,
  ) {
    const one = await openPage(browser, options)
    watched.push(one)
    const query = new URLSearchParams({
      client_id: ClientId,
      response_type: "code",
      redirect_uri: `${application.url}/callback`,
      ...(lang && { lang }),
    })
    await one.page.goto(`${base}${path}?${query}`)
    return one.page
  }

  const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor()
  const press = (page: Page, name: string) => page.getByRole("button", { name }).click()
  async function type(page: Page, ...what: string[]): Promise<void> {
    await page.locator("input[autofocus]:focus").waitFor()
    for (const one of what)
      if (one === "Tab" || one === "Enter") await page.keyboard.press(one)
      else await page.keyboard.type(one)
  }
  const arrive = (page: Page) => page.waitForURL(/\/callback\?code=/)
  /** Nobody is kept out, in light and dark; and it is small, and asks no other host. */
  async function look(page: Page, name: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await findBarriers(page), [], `${name}, ${colorScheme}`)
      await shoot(page, `pages-${name}-${colorScheme}`)
    }
    const loaded = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .concat(performance.getEntriesByType("navigation"))
        .map((entry) => ({ url: entry.name, bytes: (entry as PerformanceResourceTiming).encodedBodySize })),
    )
    const { origin } = new URL(page.url())
    assert.deepEqual(
      loaded.filter(({ url }) => new URL(url).origin !== origin && !url.startsWith("data:")),
      [],
    )
    const bytes = loaded
      .filter(({ url }) => !/\/assets\/(image|logo)/.test(url))
      .reduce((sum, one) => sum + one.bytes, 0)
    assert.ok(bytes <= BYTES_AT_MOST, `${name}: ${bytes} bytes`)
  }

  test("somebody signs up, confirms, and later forgets the password", async () => {
    const pool = await createPool("shop", {
      UsernameAttributes: ["email"],
      Schema: [{ Name: "given_name", Required: true, Mutable: true }],
    })
    const page = await visit(pool)
    await look(page, "login")
    await page.getByRole("link", { name: "Create an account" }).click()
    await heading(page, "Create an account")
    await page.getByLabel("Email address").fill("bo@example.com")
    await page.getByLabel("Given name").fill("Bo")
    await page.getByLabel("Password", { exact: true }).fill(NEW.slice(0, 5))
    assert.equal(await page.locator(".passwordCheck-valid-customizable").count(), 3)
    await look(page, "signup")
    await page.getByLabel("Password", { exact: true }).fill(NEW)
    assert.equal(await page.locator(".passwordCheck-valid-customizable").count(), 5)
    await page.getByRole("button", { name: "Show password" }).first().click()
    assert.equal(await page.getByLabel("Password", { exact: true }).getAttribute("type"), "text")
    await page.getByLabel("Confirm password").fill("Something-e1se")
    await press(page, "Sign up")
    await page.getByRole("alert").getByText("The two passwords are not the same.").waitFor()
    await look(page, "signup-wrong")
    await page.getByLabel("Password", { exact: true }).fill(NEW)
    await page.getByLabel("Confirm password").fill(NEW)
    await press(page, "Sign up")
    await heading(page, "Confirm your account")
    await look(page, "confirm")
    await page.getByLabel("Code").fill(await world.lastCode())
    await press(page, "Confirm account")
    await arrive(page)

    const later = await visit(pool)
    await later.getByLabel("Email address").fill("bo@example.com")
    await later.getByLabel("Password", { exact: true }).fill("Forgotten-1")
    await press(later, "Sign in")
    await later.getByRole("alert").getByText("Incorrect username or password.").waitFor()
    await look(later, "login-wrong")
    await later.getByRole("link", { name: "Forgot your password?" }).click()
    await heading(later, "Forgot your password?")
    await look(later, "forgotten")
    await later.getByLabel("Email address").fill("bo@example.com")
    await press(later, "Reset my password")
    await heading(later, "Set a new password")
    await look(later, "new-password")
    await later.getByLabel("Code").fill(await world.lastCode())
    await later.getByLabel("New password").fill(`${NEW}2`)
    await later.getByLabel("Confirm password").fill(`${NEW}2`)
    await press(later, "Change password")
    await later.getByRole("status").getByText("Your password has been changed.").waitFor()
    await look(later, "login-changed")
    await later.getByLabel("Password", { exact: true }).fill(`${NEW}2`)
    await press(later, "Sign in")
    await arrive(later)
  })

  test("without scripts all of that works as well, by keyboard alone", async () => {
    const pool = await createPool("plain", { UsernameAttributes: ["email"] })
    const page = await visit(pool, "/login", { ...WIDE, javaScriptEnabled: false })
    await page.getByRole("link", { name: "Create an account" }).press("Enter")
    await heading(page, "Create an account")
    // The first field of a page has the focus.
    await type(page, "cy@example.com", "Tab", NEW, "Tab", NEW, "Enter")
    await heading(page, "Confirm your account")
    await type(page, await world.lastCode(), "Enter")
    await arrive(page)
    const later = await visit(pool, "/login", { ...WIDE, javaScriptEnabled: false })
    await type(later, "cy@example.com", "Tab", NEW, "Enter")
    await arrive(later)
  })

  test("a temporary password is changed, and an authenticator is set up and used", async () => {
    const pool = await createPool(
      "safe",
      {},
      { mfa: { MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } } },
    )
    const { UserPoolId } = pool
    const user = { UserPoolId, Username: "dan", TemporaryPassword: PASSWORD, MessageAction: "SUPPRESS" as const }
    await world.idp.send(new AdminCreateUserCommand(user))
    const page = await visit(pool)
    await page.getByLabel("Username").fill("dan")
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD)
    await press(page, "Sign in")
    await heading(page, "Change your password")
    await look(page, "temporary")
    await page.getByLabel("New password").fill(NEW)
    await page.getByLabel("Confirm password").fill(NEW)
    await press(page, "Change password")
    await heading(page, "Set up an authenticator app")
    await page.getByText("Show the secret key").click()
    const secret = (await page.locator("details code").textContent())!
    await look(page, "authenticator")
    await page.getByLabel("Code", { exact: true }).fill(await totpOf(world, secret))
    await press(page, "Continue")
    await arrive(page)

    await world.advance(60)
    const later = await visit(pool)
    await later.getByLabel("Username").fill("dan")
    await later.getByLabel("Password", { exact: true }).fill(NEW)
    await press(later, "Sign in")
    await heading(later, "Open your authenticator app")
    await look(later, "authenticator-code")
    await later.getByLabel("Code").fill(await totpOf(world, secret))
    await press(later, "Continue")
    await arrive(later)
  })

  test("first factors are chosen among, and a passkey is added and signs in", async () => {
    const pool = await createPool(
      "choice",
      {
        UsernameAttributes: ["email"],
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] } },
      },
      { version: 2, client: { ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] } },
    )
    const page = await visit(pool, "/signup")
    const session = await page.context().newCDPSession(page)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await page.getByLabel("Email address").fill("eve@example.com")
    await page.getByLabel("Password", { exact: true }).fill(NEW)
    await page.getByLabel("Confirm password").fill(NEW)
    await press(page, "Sign up")
    await page.getByLabel("Code").fill(await world.lastCode())
    await press(page, "Confirm account")
    await heading(page, "Add a passkey")
    await look(page, "passkey-add")
    await press(page, "Create a passkey")
    await arrive(page)

    await page.context().clearCookies()
    await page.goto(
      `${pool.base}/login?${new URLSearchParams({ client_id: pool.ClientId, response_type: "code", redirect_uri: `${application.url}/callback` })}`,
    )
    await look(page, "login-name-first")
    await page.getByLabel("Email address").fill("eve@example.com")
    await press(page, "Next")
    await heading(page, "Choose how to sign in")
    await look(page, "choice")
    await press(page, "Passkey")
    await heading(page, "Sign in with a passkey")
    await look(page, "passkey")
    await press(page, "Use a passkey")
    await arrive(page)

    const other = await visit(pool, "/login", WIDE, "ja")
    await other.getByLabel("メールアドレス").fill("eve@example.com")
    await press(other, "次へ")
    await press(other, "メールでコードを受け取る")
    await heading(other, "メールを確認してください")
    await look(other, "code-ja")
    await press(other, "新しいコードを送信")
    await other.getByRole("status").getByText("新しいコードを送信しました。").waitFor()
    await other.getByLabel("コード").fill(await world.lastCode())
    await press(other, "続行")
    await arrive(other)
  })

  test("other providers, and a style of one's own", async () => {
    const pool = await createPool("brand", {})
    const { UserPoolId } = pool
    for (const [ProviderName, ProviderDetails] of [
      ["Google", { client_id: "a", client_secret: "b", authorize_scopes: "openid email" }],
      ["Facebook", { client_id: "a", client_secret: "b", authorize_scopes: "email", api_version: "v17.0" }],
    ] as const)
      await world.idp.send(
        new CreateIdentityProviderCommand({ UserPoolId, ProviderName, ProviderType: ProviderName, ProviderDetails }),
      )
    const styled = await createStyled(UserPoolId)
    const page = await visit({ ...pool, ...styled })
    await page.getByRole("link", { name: "Continue with Google" }).waitFor()
    await look(page, "styled")
    const colour = (selector: string, property: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property)
    await page.emulateMedia({ colorScheme: "light" })
    assert.equal(await colour("button.primary", "background-color"), "rgb(90, 30, 120)")
    assert.equal(await colour("body", "background-color"), "rgb(250, 246, 255)")
    await page.emulateMedia({ colorScheme: "dark" })
    assert.equal(await colour("button.primary", "background-color"), "rgb(214, 180, 240)")
    assert.equal(await colour(".form", "border-radius"), "20px")
    assert.ok(await page.locator(".logo img").evaluate((image) => (image as HTMLImageElement).naturalWidth > 0))
  })

  async function createStyled(UserPoolId: string) {
    const { idp } = world
    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "styled",
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: ["openid"],
        SupportedIdentityProviders: ["COGNITO", "Google", "Facebook"],
        CallbackURLs: [`${application.url}/callback`],
      }),
    )
    const ClientId = UserPoolClient!.ClientId!
    await idp.send(new UpdateUserPoolDomainCommand({ UserPoolId, Domain: "brand", ManagedLoginVersion: 2 }))
    const logo = (colour: string) =>
      new Uint8Array(
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40" width="160" height="40"><circle cx="20" cy="20" r="16" fill="${colour}"/><path d="M50 14h100v12H50z" fill="${colour}"/></svg>`,
        ),
      )
    const button = (backgroundColor: string, textColor: string) => ({ backgroundColor, textColor })
    await idp.send(
      new CreateManagedLoginBrandingCommand({
        UserPoolId,
        ClientId,
        Settings: {
          categories: {
            global: { colorSchemeMode: "DYNAMIC", pageHeader: { enabled: true }, pageFooter: { enabled: true } },
            auth: {
              authMethodOrder: [
                [
                  { display: "INPUT", type: "USERNAME_PASSWORD" },
                  { display: "BUTTON", type: "FEDERATED" },
                ],
              ],
            },
          },
          components: {
            form: { borderRadius: 20, logo: { enabled: true } },
            pageBackground: { lightMode: { color: "faf6ffff" }, darkMode: { color: "120a18ff" } },
            primaryButton: {
              lightMode: { defaults: button("5a1e78ff", "ffffffff") },
              darkMode: { defaults: button("d6b4f0ff", "1a0a22ff") },
            },
          },
        },
        Assets: [
          { Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "SVG", Bytes: logo("#5a1e78") },
          { Category: "FORM_LOGO", ColorMode: "DARK", Extension: "SVG", Bytes: logo("#d6b4f0") },
        ],
      }),
    )
    return { ClientId }
  }

  test("a telephone is set up as the second factor, and asked for", async () => {
    const SmsConfiguration = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "x" }
    const pool = await createPool(
      "phones",
      { SmsConfiguration },
      {
        mfa: {
          MfaConfiguration: "ON",
          SmsMfaConfiguration: { SmsConfiguration },
          SoftwareTokenMfaConfiguration: { Enabled: true },
        },
      },
    )
    const user = { UserPoolId: pool.UserPoolId, Username: "fay" }
    await world.idp.send(new AdminCreateUserCommand({ ...user, MessageAction: "SUPPRESS" }))
    await world.idp.send(new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }))
    const page = await visit(pool)
    await page.getByLabel("Username").fill("fay")
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD)
    await press(page, "Sign in")
    await heading(page, "Protect your account")
    await look(page, "factors")
    await press(page, "Text message")
    await page.getByLabel("Phone number").waitFor()
    await look(page, "telephone")
    await page.getByLabel("Phone number").fill("+12065550100")
    await page.getByLabel("Phone number").press("Enter")
    await heading(page, "Check your phone")
    await look(page, "telephone-code")
    await page.getByLabel("Code").fill(await world.lastCode())
    await press(page, "Continue")
    await arrive(page)
  })

  test("people say where they work, where companies have names", async () => {
    const pool = await createPool("offices", {})
    const { UserPoolId, ClientId } = pool
    const MetadataFile = createSamlIdentityProvider("https://idp.example").metadata
    const SupportedIdentityProviders = ["COGNITO", "North", "South"]
    for (const ProviderName of SupportedIdentityProviders.slice(1))
      await world.idp.send(
        new CreateIdentityProviderCommand({
          UserPoolId,
          ProviderName,
          ProviderType: "SAML",
          ProviderDetails: { MetadataFile },
          IdpIdentifiers: [`${ProviderName.toLowerCase()}.example`],
        }),
      )
    await world.idp.send(
      new UpdateUserPoolClientCommand({ ...clientSettings(), UserPoolId, ClientId, SupportedIdentityProviders }),
    )
    const page = await visit(pool)
    await look(page, "offices")
    await page.locator("input[name=idp_identifier]").fill("ana@east.example")
    await page.locator("input[name=idp_identifier]").press("Enter")
    await page.getByRole("alert").getByText("No organization is known by this name.").waitFor()
    await look(page, "offices-wrong")
    assert.deepEqual(
      await page
        .locator("[aria-invalid=true]")
        .evaluateAll((fields) => fields.map((field) => field.getAttribute("name"))),
      ["idp_identifier"],
    )
    assert.equal(await page.locator("input:focus").inputValue(), "ana@east.example")
  })

  test("what cannot go on says so", async () => {
    const pool = await createPool("broken", {})
    const page = await visit({ ...pool, ClientId: "nobody" })
    await heading(page, "Something went wrong")
    await look(page, "error")
    // A form of a page from before the browser forgot its cookies.
    const late = await visit(pool, "/forgotPassword")
    await late.context().clearCookies()
    await late.getByLabel("Username").fill("gus")
    await press(late, "Reset my password")
    await heading(late, "Something went wrong")
    await look(late, "error-late")
    const { UserPoolId } = pool
    await world.idp.send(new UpdateUserPoolDomainCommand({ UserPoolId, Domain: "broken", ManagedLoginVersion: 2 }))
    const bare = await visit(pool)
    await heading(bare, "Login pages unavailable")
    await look(bare, "error-bare")
  })

  test("none of the pages met an error of its own, nor broke its policy", () => {
    assert.deepEqual(
      watched.flatMap(({ faults }) => faults),
      [],
    )
  })
})
