import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  CreateIdentityProviderCommand,
  DeleteIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  type IdentityProviderTypeType,
  UpdateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { createSamlIdentityProvider } from "../harness/saml-provider.ts"
import { Visit } from "./hosted-visit.ts"
import { authorizeQuery, type HostedWorld, openHosted } from "./hosted-world.ts"

const GOOGLE = { client_id: "a", client_secret: "b", authorize_scopes: "openid email" }
const FACEBOOK = { ...GOOGLE, api_version: "v17.0" }
const OIDC = {
  client_id: "a",
  client_secret: "b",
  attributes_request_method: "GET",
  oidc_issuer: "https://id.example.com",
  authorize_scopes: "openid",
  authorize_url: "https://id.example.com/authorize",
  token_url: "https://id.example.com/token",
  attributes_url: "https://id.example.com/userinfo",
  jwks_uri: "https://id.example.com/keys",
}

const add = (
  { idp, poolId: UserPoolId }: HostedWorld,
  ProviderName: string,
  ProviderType: IdentityProviderTypeType,
  ProviderDetails: Record<string, string>,
  IdpIdentifiers: string[] = [],
) =>
  idp.send(
    new CreateIdentityProviderCommand({ UserPoolId, ProviderName, ProviderType, ProviderDetails, IdpIdentifiers }),
  )

async function support(
  { idp, poolId: UserPoolId, clientId: ClientId }: HostedWorld,
  ...SupportedIdentityProviders: string[]
) {
  const { UserPoolClient } = await idp.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))
  const { ClientSecret: _, CreationDate: __, LastModifiedDate: ___, ...settings } = UserPoolClient!
  await idp.send(new UpdateUserPoolClientCommand({ ...settings, UserPoolId, ClientId, SupportedIdentityProviders }))
}

const buttonsOf = ({ page }: Visit) =>
  [...page.body.matchAll(/<a class="button idp[^>]*>[\s\S]*?<span>([^<]*)<\/span>/g)].map(([, words]) => words)

describe("other providers on the sign-in page", () => {
  test("those of the client have a button each, before the form, in the client's order", async () => {
    await using world = await openHosted()
    await add(world, "Google", "Google", GOOGLE)
    await add(world, "Facebook", "Facebook", FACEBOOK)
    await add(world, "Staff", "OIDC", OIDC)
    await support(world, "COGNITO", "Staff", "Google")
    const visit = await new Visit(world).open("/login", { state: "s&t" })
    assert.deepEqual(buttonsOf(visit), ["Continue with Staff", "Continue with Google"])
    assert.ok(visit.page.body.indexOf("Continue with Google") < visit.page.body.indexOf("signInFormUsername"))
    assert.doesNotMatch(visit.page.body, /post to any of your accounts/)
    const to = new URLSearchParams(visit.link("Continue with Google").replace("/oauth2/authorize?", ""))
    assert.deepEqual(Object.fromEntries(to), {
      ...authorizeQuery(world, { state: "s&t" }),
      identity_provider: "Google",
    })
    await world.idp.send(new DeleteIdentityProviderCommand({ UserPoolId: world.poolId, ProviderName: "Google" }))
    assert.deepEqual(buttonsOf(await visit.open("/login")), ["Continue with Staff"])
  })

  test("without the pool's own users there is no form of theirs, nor one to send", async () => {
    await using world = await openHosted()
    await world.addUser("ana")
    const own = await new Visit(world).open("/login")
    const [form] = own.forms
    await add(world, "Facebook", "Facebook", FACEBOOK)
    await add(world, "Google", "Google", GOOGLE)
    await support(world, "Facebook", "Google")
    const visit = await new Visit(world, own.browser).open("/login")
    assert.deepEqual(buttonsOf(visit), ["Continue with Facebook", "Continue with Google"])
    assert.deepEqual(visit.forms, [])
    assert.doesNotMatch(visit.page.body, /signup/)
    assert.match(visit.page.body, /We won&#39;t post to any of your accounts without asking first\./)
    visit.page = await visit.browser.post(form!.path, { ...form!.fields, username: "ana", password: "Passw0rd!" })
    assert.equal(visit.page.status, 400)
    await visit.open("/signup")
    assert.equal(visit.problem, "Sign-up is not permitted. Please contact an administrator.")
  })

  test("a name that looks like a document's part is text", async () => {
    await using world = await openHosted({ PoolName: "p" })
    await add(world, "<b>\"x'&", "OIDC", OIDC)
    await support(world, "COGNITO", "<b>\"x'&")
    const visit = await new Visit(world).open("/login")
    assert.match(visit.page.body, /Continue with &lt;b&gt;&quot;x&#39;&amp;</)
    assert.match(visit.link(`Continue with <b>"x'&`), /identity_provider=%3Cb%3E%22x%27%26$/)
  })

  test("where all providers of SAML have identifiers, people say where they work", async () => {
    await using world = await openHosted()
    const details = { MetadataFile: createSamlIdentityProvider("https://idp.example").metadata }
    await add(world, "North", "SAML", details, ["north.example"])
    await support(world, "COGNITO", "North")
    const visit = await new Visit(world).open("/login")
    assert.deepEqual(buttonsOf(visit), ["Continue with North"])
    await add(world, "South", "SAML", details, ["south.example", "southern"])
    await support(world, "COGNITO", "North", "South")
    await visit.open("/login")
    assert.deepEqual(buttonsOf(visit), [])
    for (const [given, name] of [
      ["ana@north.example", "North"],
      [" bo@SOUTH.example ", "South"],
      ["southern", "South"],
    ] as const) {
      await visit.open("/login")
      await visit.submit({ idp_identifier: given })
      const to = new URL(visit.page.headers.location!)
      assert.equal(to.pathname, `${new URL(world.base).pathname}/oauth2/authorize`)
      assert.equal(to.searchParams.get("identity_provider"), name)
    }
    await visit.open("/login")
    await visit.submit({ idp_identifier: "ana@east.example" })
    assert.equal(visit.problem, "No organization is known by this name.")
    await support(world, "COGNITO", "North")
    await visit.open("/login")
    assert.deepEqual(buttonsOf(visit), ["Continue with North"])
  })
})

describe("what strangers send to the pages", () => {
  test("hostile parameters, cookies and forms break nothing and come back as text", async () => {
    await using world = await openHosted({}, {}, { managedLoginVersion: 2 })
    const nasty = `"'><img src=x onerror=alert(1)>\r\nSet-Cookie: a=b\u0000\ud800`
    const paths = ["/login", "/signup", "/confirm", "/forgotPassword", "/confirmforgotPassword", "/resendcode"]
    for (const path of paths) {
      const visit = await new Visit(world).open(path, { state: nasty, login_hint: nasty, lang: nasty, other: nasty })
      assert.equal(visit.page.status, 200, path)
      assert.doesNotMatch(visit.page.body, /<img src=x/)
      assert.equal(visit.browser.cookies.has("a"), false)
    }
    const visit = await new Visit(world).open("/login")
    visit.browser.cookies.set("lang", "../../etc/passwd")
    visit.browser.cookies.set("page-data", "%00")
    await visit.open("/login")
    assert.equal(visit.title, "Sign in")
    const csrf = visit.forms[0]!.fields._csrf!
    const query = new URLSearchParams(authorizeQuery(world))
    for (const path of paths)
      for (const fields of [
        {},
        { username: nasty, password: nasty, code: nasty, new_password: nasty },
        { flow: nasty, choice: nasty, credential: nasty },
        { flow: "A".repeat(4000) },
        { username: "x".repeat(5000), password: "y" },
        { idp_identifier: nasty },
      ] as Record<string, string>[]) {
        const answer = await visit.browser.post(`${path}?${query}`, { _csrf: csrf, ...fields })
        assert.ok(answer.status < 500, `${path} ${JSON.stringify(fields).slice(0, 50)}: ${answer.status}`)
        assert.doesNotMatch(answer.body, /<img src=x/)
      }
    for (const path of ["/assets/style.css", "/assets/image", "/assets/logo", "/oauth2/authorize", "/logout"])
      for (const client_id of [nasty, "\u0000"]) {
        const { status } = await visit.browser.ask(
          `${path}?${new URLSearchParams({ ...authorizeQuery(world), client_id })}`,
        )
        assert.ok(status < 500, `${path}: ${status}`)
      }
    const long = await visit.browser.post(`/login?${query}`, { _csrf: csrf, username: "x".repeat(20_000) })
    assert.ok(long.status === 400 || long.status === 413, String(long.status))
  })

  test("a form without a body, or of another kind, is refused", async () => {
    await using world = await openHosted()
    const visit = await new Visit(world).open("/login")
    const path = `/login?${new URLSearchParams(authorizeQuery(world))}`
    for (const headers of [{ "content-type": "application/json" }, { "content-type": "text/plain" }]) {
      const answer = await visit.browser.ask(path, { method: "POST", headers, body: "{}" })
      assert.match(answer.headers.location!, /\/error\?error=invalid_request/)
    }
  })
})
