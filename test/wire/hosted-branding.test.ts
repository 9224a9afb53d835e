import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  CreateManagedLoginBrandingCommand,
  type CreateManagedLoginBrandingRequest,
  CreateTermsCommand,
  CreateUserPoolClientCommand,
  DeleteManagedLoginBrandingCommand,
  DeleteUserPoolClientCommand,
  DescribeManagedLoginBrandingByClientCommand,
  DescribeManagedLoginBrandingCommand,
  GetUICustomizationCommand,
  SetUICustomizationCommand,
  UpdateManagedLoginBrandingCommand,
  UpdateUserPoolDomainCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { refuses } from "./cognito-idp-world.ts"
import { Visit } from "./hosted-visit.ts"
import { type HostedWorld, openHosted } from "./hosted-world.ts"

const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const PNG = new Uint8Array(
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
)
const ICO = new Uint8Array([0, 0, 1, 0, 1, 0, 16, 16])
const svg = (content: string) => bytes(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">${content}</svg>`)
const LOGO = svg('<rect width="9" height="9" fill="#123456"/>')

const NOT_FOUND = ["ResourceNotFoundException", /does not exist\./] as const

const managed = async () => {
  const world = await openHosted({}, {}, {})
  const { poolId: UserPoolId, domain: Domain, idp } = world
  await idp.send(new UpdateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion: 2 }))
  return world
}
const create = async (world: HostedWorld, more: Partial<CreateManagedLoginBrandingRequest> = {}) => {
  const { poolId: UserPoolId, clientId: ClientId } = world
  const created = await world.idp.send(new CreateManagedLoginBrandingCommand({ UserPoolId, ClientId, ...more }))
  return created.ManagedLoginBranding!
}
/** The sheet that the sign-in page has of its style, and what it says. */
const styleOf = async (world: HostedWorld) => {
  const visit = await new Visit(world).open("/login")
  const path = /href="[^"]*(\/assets\/style\.css\?[^"]*)"/.exec(visit.page.body)![1]!.replaceAll("&amp;", "&")
  const { body, headers } = await visit.browser.ask(path)
  return { css: body, headers, page: visit.page.body, path }
}

describe("styles of managed login", () => {
  test("a client without one has no pages", async () => {
    await using world = await managed()
    const visit = await new Visit(world).open("/login")
    assert.equal(visit.page.status, 403)
    assert.match(visit.page.body, /Login pages unavailable[\s\S]*Please contact an administrator\./)
    const explained = await world.server.explain()
    assert.match(explained, /The app client has no pages: its domain is one of managed login/)
    assert.match(explained, /CreateManagedLoginBranding with UseCognitoProvidedValues/)
    visit.page = await visit.browser.post("/login", { username: "x" })
    assert.equal(visit.page.status, 302)
    await create(world, { UseCognitoProvidedValues: true })
    assert.equal((await visit.open("/login")).page.status, 200)
  })

  test("pools of the plan Lite have the classic pages alone", async () => {
    await using world = await openHosted({ UserPoolTier: "LITE" })
    const { poolId: UserPoolId, domain: Domain, idp } = world
    await refuses(
      idp.send(new UpdateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion: 2 })),
      "FeatureUnavailableInTierException",
      /LITE pricing tier configured: Managed login/,
    )
  })

  test("one is made, described, changed and removed", async () => {
    await using world = await managed()
    const { poolId: UserPoolId, clientId: ClientId, idp } = world
    const settings = { components: { primaryButton: { lightMode: { defaults: { backgroundColor: "112233ff" } } } } }
    const made = await create(world, {
      Settings: { ...settings, unheardOf: 1 },
      Assets: [{ Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "SVG", Bytes: LOGO }],
    })
    assert.match(made.ManagedLoginBrandingId!, /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    assert.equal(made.UseCognitoProvidedValues, false)
    assert.deepEqual(made.Settings, settings)
    await refuses(create(world), "ManagedLoginBrandingExistsException", /already exists/)

    const named = { UserPoolId, ManagedLoginBrandingId: made.ManagedLoginBrandingId }
    const described = await idp.send(new DescribeManagedLoginBrandingCommand(named))
    assert.deepEqual(described.ManagedLoginBranding!.Settings, settings)
    const [asset] = described.ManagedLoginBranding!.Assets!
    assert.deepEqual(Buffer.from(asset!.Bytes!), Buffer.from(LOGO))
    const whole = await idp.send(
      new DescribeManagedLoginBrandingByClientCommand({ UserPoolId, ClientId, ReturnMergedResources: true }),
    )
    const merged = JSON.parse(JSON.stringify(whole.ManagedLoginBranding!.Settings))
    const { primaryButton, secondaryButton } = merged.components
    assert.deepEqual(primaryButton.lightMode.defaults, { backgroundColor: "112233ff", textColor: "ffffffff" })
    assert.ok(secondaryButton.darkMode)

    const form = { components: { form: { borderRadius: 3 } } }
    await idp.send(new UpdateManagedLoginBrandingCommand({ ...named, Settings: form }))
    const changed = (await idp.send(new DescribeManagedLoginBrandingCommand(named))).ManagedLoginBranding!
    assert.deepEqual(changed.Settings, { components: { ...settings.components, ...form.components } })
    assert.equal(changed.Assets!.length, 1)
    await idp.send(new UpdateManagedLoginBrandingCommand({ ...named, UseCognitoProvidedValues: true }))
    const plain = (await idp.send(new DescribeManagedLoginBrandingCommand(named))).ManagedLoginBranding!
    assert.deepEqual([plain.UseCognitoProvidedValues, plain.Settings, plain.Assets], [true, undefined, undefined])

    await idp.send(new DeleteManagedLoginBrandingCommand(named))
    await refuses(idp.send(new DescribeManagedLoginBrandingCommand(named)), ...NOT_FOUND)
    await refuses(idp.send(new DeleteManagedLoginBrandingCommand(named)), ...NOT_FOUND)
    await refuses(idp.send(new DescribeManagedLoginBrandingByClientCommand({ UserPoolId, ClientId })), ...NOT_FOUND)
  })

  test("a style goes with its client, and there are no more than twenty", async () => {
    await using world = await managed()
    const { poolId: UserPoolId, idp } = world
    const ids: string[] = []
    for (let count = 0; count < 21; count++) {
      const { UserPoolClient } = await idp.send(
        new CreateUserPoolClientCommand({ UserPoolId, ClientName: `app ${count}` }),
      )
      ids.push(UserPoolClient!.ClientId!)
    }
    for (const ClientId of ids.slice(0, 20)) await create(world, { ClientId })
    const last = { ClientId: ids[20]! }
    await refuses(create(world, last), "LimitExceededException", /most managed login branding styles/)
    await idp.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId: ids[0]! }))
    await create(world, last)
  })

  test("what no style can be is refused, and nothing is kept", async () => {
    await using world = await managed()
    const asset = (Category: string, Extension: string, Bytes: Uint8Array, ColorMode = "LIGHT") =>
      ({ Assets: [{ Category, Extension, ColorMode, Bytes }] }) as unknown as Partial<CreateManagedLoginBrandingRequest>
    const refusals: [Partial<CreateManagedLoginBrandingRequest>, RegExp][] = [
      [{ Settings: [] as never }, /must be a JSON object/],
      [{ Settings: { components: 1 } }, /components must be an object/],
      [{ Settings: { components: { form: { borderRadius: "8" } } } }, /borderRadius must be a number/],
      [{ Settings: { components: { form: { borderRadius: -1 } } } }, /from 0 to/],
      [{ Settings: { categories: { global: { colorSchemeMode: "PINK" } } } }, /one of LIGHT, DARK, DYNAMIC/],
      [
        { Settings: { components: { form: { lightMode: { backgroundColor: "red;}body{display:none" } } } } },
        /8 hexadecimal digits/,
      ],
      [{ UseCognitoProvidedValues: true, Settings: {} }, /cannot be provided/],
      [asset("FAVICON_ICO", "PNG", PNG), /FAVICON_ICO must be one of ICO/],
      [asset("FORM_LOGO", "PNG", bytes("<html>")), /not a file of type PNG/],
      [asset("FORM_LOGO", "PNG", new Uint8Array()), /no Bytes/],
      [asset("FORM_LOGO", "SVG", bytes("<html/>")), /not SVG/],
      [asset("FORM_LOGO", "SVG", svg("<script>alert(1)</script>")), /<script>/],
      [asset("FORM_LOGO", "SVG", svg('<rect onclick="alert(1)"/>')), /onclick/],
      [asset("FORM_LOGO", "SVG", svg('<use href="https://evil.example/x.svg#y"/>')), /outside of it/],
      [asset("FORM_LOGO", "SVG", svg('<rect fill="url(https://evil.example/)"/>')), /outside of it/],
      [asset("FORM_LOGO", "SVG", svg("<foreignObject/>")), /<foreignObject>/],
      [
        asset("FORM_LOGO", "SVG", svg('<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>')),
        /<script>/,
      ],
      [
        asset("FORM_LOGO", "SVG", svg('<desc><iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/></desc>')),
        /<iframe>/,
      ],
      [asset("FORM_LOGO", "SVG", svg('<rect style="fill:u\\72l(https://evil.example/)"/>')), /more than plain/],
      [asset("FORM_LOGO", "SVG", svg(`<rect style="fill:image-set('https://e.example/' 1x)"/>`)), /more than plain/],
      [
        asset(
          "FORM_LOGO",
          "SVG",
          bytes('<!DOCTYPE svg [<!ENTITY x "y">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>'),
        ),
        /document type/,
      ],
      [
        { Assets: Array(2).fill({ Category: "FORM_LOGO", Extension: "PNG", ColorMode: "DARK", Bytes: PNG }) },
        /more than one/,
      ],
    ]
    for (const [given, message] of refusals) await refuses(create(world, given), "InvalidParameterException", message)
    await refuses(create(world, { ClientId: "nobody" }), ...NOT_FOUND)
    assert.equal((await new Visit(world).open("/login")).page.status, 403)
  })

  test("the pages look as the style says, and load nothing that has changed from a cache", async () => {
    await using world = await managed()
    await create(world, {
      Settings: {
        categories: {
          global: { colorSchemeMode: "DYNAMIC", pageHeader: { enabled: true } },
          form: { location: { horizontal: "END" } },
        },
        components: {
          form: { logo: { enabled: true }, borderRadius: 0 },
          pageHeader: { logo: { enabled: true } },
          pageBackground: { darkMode: { color: "010203ff" } },
          primaryButton: { lightMode: { defaults: { backgroundColor: "AB00CD80" } } },
        },
      },
      Assets: [
        { Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "SVG", Bytes: LOGO },
        { Category: "FORM_LOGO", ColorMode: "DARK", Extension: "PNG", Bytes: PNG },
        { Category: "PAGE_HEADER_LOGO", ColorMode: "DYNAMIC", Extension: "PNG", Bytes: PNG },
        { Category: "PAGE_BACKGROUND", ColorMode: "DYNAMIC", Extension: "PNG", Bytes: PNG },
        { Category: "FAVICON_ICO", ColorMode: "DYNAMIC", Extension: "ICO", Bytes: ICO },
      ],
    })
    const { css, page, headers, path } = await styleOf(world)
    assert.match(css, /--form-radius:0px.*color-scheme:light dark.*--primary:#ab00cd80/s)
    assert.match(css, /@media\(prefers-color-scheme:dark\)\{:root\{--page:#010203;/)
    assert.match(css, /--page-image:url\("image\?client_id=\w+&n=3&v=\d+"\)/)
    assert.equal(headers["cache-control"], "public, max-age=31536000, immutable")
    assert.match(page, /<main class="h-end v-center">/)
    assert.match(page, /<header class="bar at-start"><img alt="" src="[^"]*n=2/)
    assert.match(
      page,
      /<picture><source media="\(prefers-color-scheme:dark\)" srcset="[^"]*n=1[^"]*"><img alt="" src="[^"]*n=0/,
    )
    assert.match(page, /<link rel="icon" href="[^"]*n=4/)

    const image = (n: string) =>
      world.browser().ask("/assets/image", { query: { client_id: world.clientId, n, v: "1" } })
    const logo = await image("0")
    assert.equal(logo.headers["content-type"], "image/svg+xml")
    assert.equal(logo.body, Buffer.from(LOGO).toString())
    assert.match(String(logo.headers["content-security-policy"]), /default-src 'none';.*sandbox/)
    assert.equal(logo.headers["x-content-type-options"], "nosniff")
    assert.equal(logo.headers["cache-control"], "no-store")
    for (const n of ["5", "-1", "x", "constructor"]) assert.equal((await image(n)).status, 404)

    const { ManagedLoginBranding } = await world.idp.send(
      new DescribeManagedLoginBrandingByClientCommand({ UserPoolId: world.poolId, ClientId: world.clientId }),
    )
    await world.advance(1)
    await world.idp.send(
      new UpdateManagedLoginBrandingCommand({
        UserPoolId: world.poolId,
        ManagedLoginBrandingId: ManagedLoginBranding!.ManagedLoginBrandingId,
        Settings: { categories: { global: { colorSchemeMode: "DARK" } } },
        Assets: [],
      }),
    )
    const later = await styleOf(world)
    assert.notEqual(later.path, path)
    assert.match(later.css, /color-scheme:dark/)
    assert.doesNotMatch(later.page, /<img/)
    assert.equal((await image("0")).status, 404)
  })
})

describe("the classic pages' own style", () => {
  const set = (world: HostedWorld, more: { CSS?: string; ImageFile?: Uint8Array; ClientId?: string }) =>
    world.idp.send(new SetUICustomizationCommand({ UserPoolId: world.poolId, ...more }))

  test("classes and logo are shown; a client's own come before those of all", async () => {
    await using world = await openHosted()
    const CSS = ".submitButton-customizable {\n  background-color: #ff0000; /* ours */\n  border-radius: 0px;\n}"
    const { UICustomization } = await set(world, { CSS, ImageFile: PNG })
    assert.equal(UICustomization!.CSS, CSS)
    const logo = await fetch(UICustomization!.ImageUrl!)
    assert.equal(logo.headers.get("content-type"), "image/png")
    assert.deepEqual(Buffer.from(await logo.arrayBuffer()), Buffer.from(PNG))
    const { css, page } = await styleOf(world)
    assert.match(css, /\n\.submitButton-customizable\{background-color:#ff0000;border-radius:0px\}/)
    assert.match(page, /<div class="banner banner-customizable"><img class="logo-customizable"/)

    await set(world, { ClientId: world.clientId, CSS: ".label-customizable{font-weight:400}" })
    const own = await styleOf(world)
    assert.match(own.css, /\.label-customizable\{font-weight:400\}/)
    assert.doesNotMatch(own.css, /ff0000/)
    assert.doesNotMatch(own.page, /logo-customizable/)
    const { UserPoolId } = { UserPoolId: world.poolId }
    const got = await world.idp.send(new GetUICustomizationCommand({ UserPoolId, ClientId: world.clientId }))
    assert.equal(got.UICustomization!.ImageUrl, undefined)
  })

  test("what AWS does not let a sheet have is refused", async () => {
    await using world = await openHosted()
    for (const CSS of [
      "body { display: none }",
      ".other-customizable { color: red }",
      ".label-customizable:hover { color: red }",
      ".label-customizable a { color: red }",
      ".label-customizable { position: fixed }",
      ".label-customizable { background: url(https://evil.example/) }",
      ".label-customizable { color: red; } @import 'https://evil.example/'",
      "@media print { .label-customizable { color: red } }",
      ".label-customizable { color: red",
      ".label-customizable { color: \\72 ed }",
      ".label-customizable { color: </style><script> }",
    ])
      await refuses(set(world, { CSS }), "InvalidParameterException", /^Invalid CSS: /)
    await refuses(set(world, { ImageFile: bytes("GIF89a") }), "InvalidParameterException", /PNG or JPEG/)
    const large = new Uint8Array(100 * 1024 + 1)
    large.set(PNG)
    await refuses(set(world, { ImageFile: large }), "InvalidParameterException", "request parameters too large")
    assert.deepEqual(
      (await world.idp.send(new GetUICustomizationCommand({ UserPoolId: world.poolId }))).UICustomization,
      {},
    )
  })
})

describe("languages", () => {
  test("a parameter decides and stays; managed login alone has them", async () => {
    await using world = await openHosted({}, {}, { managedLoginVersion: 2 })
    const visit = await new Visit(world).open("/login")
    assert.equal(visit.title, "Sign in")
    for (const [lang, title] of [
      ["de", "Anmelden"],
      ["en", "Sign in"],
      ["es", "Iniciar sesión"],
      ["fr", "Connexion"],
      ["id", "Masuk"],
      ["it", "Accedi"],
      ["ja", "サインイン"],
      ["ko", "로그인"],
      ["nl", "Inloggen"],
      ["zh-CN", "登录"],
      ["zh-TW", "登入"],
      ["pt-BR", "Entrar"],
    ] as const) {
      await visit.open("/login", { lang })
      assert.equal(visit.title, title)
      assert.match(visit.page.body, new RegExp(`<html lang="${lang}">`))
    }
    await visit.open("/signup")
    assert.equal(visit.title, "Criar uma conta")
    await visit.open("/login", { lang: "tlh" })
    assert.equal(visit.title, "Entrar")
    await using classic = await openHosted()
    assert.equal((await new Visit(classic).open("/login", { lang: "de" })).title, "Sign in")
  })
})

describe("terms", () => {
  test("are linked where both documents are there, in the page's language", async () => {
    await using world = await openHosted({}, {}, { managedLoginVersion: 2 })
    const { poolId: UserPoolId, clientId: ClientId, idp } = world
    const add = (TermsName: string, Links: Record<string, string>) =>
      idp.send(
        new CreateTermsCommand({ UserPoolId, ClientId, TermsName, TermsSource: "LINK", Enforcement: "NONE", Links }),
      )
    const visit = new Visit(world)
    await add("terms-of-use", { "cognito:default": "https://example.com/terms?a=1&b=2" })
    await visit.open("/signup")
    assert.doesNotMatch(visit.page.body, /agree/)
    await add("privacy-policy", {
      "cognito:default": "https://example.com/privacy",
      "cognito:german": "https://example.com/de",
    })
    await visit.open("/signup")
    assert.match(
      visit.page.body,
      /By signing up, you agree to our <a href="https:\/\/example\.com\/terms\?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">Terms of use<\/a> and <a href="https:\/\/example\.com\/privacy"[^>]*>Privacy policy<\/a>\./,
    )
    await visit.open("/signup", { lang: "de" })
    assert.match(visit.page.body, /<a href="https:\/\/example\.com\/de"[^>]*>Datenschutzerklärung<\/a> zu\./)
  })
})
