import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
  type CreateUserPoolRequest,
} from "@aws-sdk/client-cognito-identity-provider"
import { PASSWORD } from "./cognito-idp-world.ts"
import { Visit } from "./hosted-visit.ts"
import { CALLBACK, openHosted } from "./hosted-world.ts"

const BY_EMAIL: Partial<CreateUserPoolRequest> = {
  UsernameAttributes: ["email"],
  AutoVerifiedAttributes: ["email"],
}
const NEW = "An0ther-one!"

describe("signing in by the form", () => {
  test("a name and a password lead back to the application", async () => {
    await using world = await openHosted()
    await world.addUser("ana")
    const visit = await new Visit(world).open("/login", { state: "a&b" })
    assert.equal(visit.title, "Sign in")
    await visit.submit({ username: "ana", password: PASSWORD })
    visit.code()
    assert.equal(new URL(visit.page.headers.location!).searchParams.get("state"), "a&b")
  })

  test("the fields have the names and ids of AWS's classic page", async () => {
    await using world = await openHosted()
    const { page } = await new Visit(world).open("/login")
    for (const part of [
      /<form method="post" action="[^"]*\/login\?[^"]*" class="[^"]*cognito-asf"/,
      /<input type="hidden" name="_csrf" value="[\w-]+">/,
      /id="signInFormUsername" name="username"/,
      /id="signInFormPassword" name="password" type="password" autocomplete="current-password"/,
      /name="cognitoAsfData"/,
      /id="signInSubmitButton"/,
    ])
      assert.match(page.body, part)
  })

  test("what is wrong is said above the form, and the name stays; nothing tells who is a user", async () => {
    await using world = await openHosted({}, { PreventUserExistenceErrors: "ENABLED" })
    await world.addUser("ana")
    const bodies: string[] = []
    for (const username of ["ana", "eve"]) {
      const visit = await new Visit(world).open("/login")
      await visit.submit({ username, password: "Wrong-password-1" })
      assert.equal(visit.page.status, 400)
      assert.equal(visit.problem, "Incorrect username or password.")
      bodies.push(visit.page.body.replaceAll(username, "NAME").replace(/value="[\w-]{32}"/g, ""))
    }
    assert.equal(bodies[0], bodies[1])
    assert.match(bodies[0]!, /name="username" type="text" value="NAME"/)
    assert.match(bodies[0]!, /aria-invalid="true" aria-describedby="problem"/)
  })

  test("without PreventUserExistenceErrors AWS's own words tell who is there", async () => {
    await using world = await openHosted({}, { PreventUserExistenceErrors: "LEGACY" })
    await world.addUser("ana")
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: "eve", password: PASSWORD })
    assert.equal(visit.problem, "User does not exist.")
    await world.idp.send(new AdminDisableUserCommand({ UserPoolId: world.poolId, Username: "ana" }))
    await visit.submit({ username: "ana", password: PASSWORD })
    assert.equal(visit.problem, "User is disabled.")
  })

  test("empty fields are named", async () => {
    await using world = await openHosted(BY_EMAIL)
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: " ", password: PASSWORD })
    assert.equal(visit.problem, "Please fill in: Email address.")
    await visit.submit({ username: "ana@example.com", password: "" })
    assert.equal(visit.problem, "Please fill in: Password.")
  })

  test("too many wrong passwords are said to be", async () => {
    await using world = await openHosted()
    await world.addUser("ana")
    const visit = await new Visit(world).open("/login")
    for (let tries = 0; tries < 6 && visit.problem !== TOO_MANY; tries++)
      await visit.submit({ username: "ana", password: "Wrong-password-1" })
    assert.equal(visit.problem, TOO_MANY)
  })
  const TOO_MANY = "Too many attempts. Wait a little before you try again."

  test("login_hint fills in the name, and what it holds is text", async () => {
    await using world = await openHosted()
    const hint = `"><script>alert(1)</script>`
    const { page } = await new Visit(world).open("/login", { login_hint: hint, state: hint })
    assert.match(page.body, /value="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;"/)
    assert.doesNotMatch(page.body, /<script>alert/)
  })

  test("a form of another browser, without its cookie or from another page is refused", async () => {
    await using world = await openHosted()
    await world.addUser("ana")
    const visit = await new Visit(world).open("/login")
    const [form] = visit.forms
    const fields = { ...form!.fields, username: "ana", password: PASSWORD }
    const refused = { status: 302, location: `${world.base}/error?error=invalid_request&client_id=${world.clientId}` }
    const seen = ({ status, headers }: typeof visit.page) => ({ status, location: headers.location })
    assert.deepEqual(seen(await world.browser().post(form!.path, fields)), refused)
    assert.deepEqual(seen(await visit.browser.post(form!.path, { ...fields, _csrf: "x" })), refused)
    const elsewhere = { headers: { origin: "https://evil.example" } }
    assert.deepEqual(seen(await visit.browser.post(form!.path, fields, elsewhere)), refused)
    const crossSite = { headers: { "sec-fetch-site": "cross-site" } }
    assert.deepEqual(seen(await visit.browser.post(form!.path, fields, crossSite)), refused)
    assert.equal((await visit.browser.post(form!.path, fields)).status, 302)
  })

  test("pages cannot be framed, kept or made to load anything of another host", async () => {
    await using world = await openHosted()
    for (const path of ["/login", "/signup", "/forgotPassword", "/confirm", "/error"]) {
      const { headers, body } = (await new Visit(world).open(path)).page
      assert.equal(headers["x-frame-options"], "DENY")
      assert.equal(headers["cache-control"], "no-store")
      assert.equal(headers["referrer-policy"], "no-referrer")
      assert.match(
        String(headers["content-security-policy"]),
        /^default-src 'none'; style-src 'self'; img-src 'self' data:; (script-src 'self'; )?form-action 'self' https: http:; frame-ancestors 'none'; base-uri 'none'$/,
      )
      assert.doesNotMatch(body, /(?:src|href|action)="(?:https?:)?\/\//)
      assert.doesNotMatch(body, / style="|<style| on\w+="/)
      assert.match(
        String(headers["set-cookie"]),
        /^XSRF-TOKEN=[\w-]{32}; Path=\/_auth\/us-east-1\/people-1; HttpOnly; SameSite=Lax$/,
      )
    }
  })

  test("a callback of an application's own scheme may be reached by a form", async () => {
    await using world = await openHosted({}, { CallbackURLs: ["com.example.app://done", CALLBACK] })
    const { page } = await new Visit(world).open("/login", { redirect_uri: "com.example.app://done" })
    assert.match(String(page.headers["content-security-policy"]), /form-action 'self' https: http: com\.example\.app:;/)
  })

  test("a callback that is not the client's leads to the error page", async () => {
    await using world = await openHosted()
    const { page } = await new Visit(world).open("/login", { redirect_uri: "https://evil.example/" })
    assert.equal(page.headers.location, `${world.base}/error?error=redirect_mismatch&client_id=${world.clientId}`)
    for (const [error, shown] of [
      ["redirect_mismatch", "redirect_mismatch"],
      ["redirect_mismatch<i>", "invalid_request"],
    ] as const) {
      const { status, body } = await world.browser().get("/error", { error })
      assert.equal(status, 400)
      assert.match(body, /An error was encountered with the requested page\./)
      assert.match(body, new RegExp(`<code>${shown}</code>`))
    }
  })
})

describe("signing up", () => {
  test("somebody signs up, confirms and is in the application", async () => {
    await using world = await openHosted({
      ...BY_EMAIL,
      Schema: [{ Name: "given_name", Required: true, Mutable: true }],
    })
    const visit = await new Visit(world).open("/login")
    const next = visit.link("Create an account")
    visit.page = await visit.browser.ask(next)
    assert.equal(visit.title, "Create an account")
    const person = { username: "bo@example.com", "requiredAttributes[given_name]": "Bo" }
    await visit.submit({ ...person, password: NEW, password_again: NEW })
    assert.equal(visit.title, "Confirm your account")
    assert.equal(visit.lead, "We sent a code to b***@e***. Enter it here.")
    await visit.submit({ code: "000000" })
    assert.equal(visit.problem, "That code is not right. Please try again.")
    await visit.submit({}, "again")
    assert.equal(visit.notice, "A new code is on its way.")
    const code = await world.lastCode()
    await visit.submit({ code: ` ${code.slice(0, 3)} ${code.slice(3)} ` })
    visit.code()
  })

  test("what is refused is said, and what was typed stays but for the passwords", async () => {
    await using world = await openHosted(BY_EMAIL)
    await world.addUser("bo@example.com")
    const visit = await new Visit(world).open("/signup")
    for (const [fields, problem] of [
      [
        { username: "bo", password: NEW, password_again: NEW },
        /^Something in the form is not right\. Please check it\. \(Username should be an email\.\)$/,
      ],
      [
        { username: "bo@example.com", password: NEW, password_again: `${NEW}x` },
        /^The two passwords are not the same\.$/,
      ],
      [
        { username: "cy@example.com", password: "short", password_again: "short" },
        /^The password does not have all that is needed\.$/,
      ],
      [
        { username: "bo@example.com", password: NEW, password_again: NEW },
        /^An account with this email address already exists\.$/,
      ],
    ] as const) {
      await visit.submit(fields)
      assert.match(visit.problem!, problem)
      assert.equal(visit.page.status, 400)
      assert.equal(visit.forms[0]!.fields.username, fields.username)
      assert.equal(visit.forms[0]!.fields.password, "")
    }
  })

  test("where only administrators make users there is no way to the form, nor by it", async () => {
    await using world = await openHosted({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } })
    const visit = await new Visit(world).open("/login")
    assert.doesNotMatch(visit.page.body, /signup/)
    const csrf = visit.forms[0]!.fields._csrf!
    await visit.open("/signup")
    assert.equal(visit.problem, "Sign-up is not permitted. Please contact an administrator.")
    assert.deepEqual(visit.forms, [])
    const query = new URLSearchParams({ client_id: world.clientId, response_type: "code", redirect_uri: CALLBACK })
    const form = { _csrf: csrf, username: "bo", password: NEW, password_again: NEW }
    visit.page = await visit.browser.post(`/signup?${query}`, form)
    assert.equal(visit.problem, "Sign-up is not permitted. Please contact an administrator.")
  })

  test("a trigger's refusal is shown in its own words, as text", async () => {
    const triggers = { preSignUp: () => Promise.reject(new Error("no <b>guests</b>")) }
    await using world = await openHosted(BY_EMAIL, {}, { triggers })
    const visit = await new Visit(world).open("/signup")
    await visit.submit({ username: "bo@example.com", password: NEW, password_again: NEW })
    assert.match(visit.problem!, /^PreSignUp failed with error no <b>guests<\/b>\.$/)
  })

  test("who comes back later is asked for the code after the password", async () => {
    await using world = await openHosted(BY_EMAIL)
    const visit = await new Visit(world).open("/signup")
    await visit.submit({ username: "bo@example.com", password: NEW, password_again: NEW })
    const later = await new Visit(world).open("/login")
    await later.submit({ username: "bo@example.com", password: NEW })
    assert.equal(later.title, "Confirm your account")
    assert.equal(later.problem, "The account is not confirmed.")
    await later.submit({ code: await world.lastCode() })
    later.code()
  })

  test("who has the code and no password is confirmed, and signs in", async () => {
    await using world = await openHosted(BY_EMAIL)
    const visit = await new Visit(world).open("/signup")
    await visit.submit({ username: "bo@example.com", password: NEW, password_again: NEW })
    const other = await new Visit(world).open("/confirm")
    await other.submit({ username: "bo@example.com", code: await world.lastCode() })
    assert.equal(other.title, "Sign in")
    assert.equal(other.notice, "Your account is confirmed. You can sign in now.")
  })

  test("nothing tells who has an account that is confirmed, to who has no code", async () => {
    await using world = await openHosted(BY_EMAIL, { PreventUserExistenceErrors: "ENABLED" })
    await world.addUser("ana@example.com")
    for (const username of ["ana@example.com", "nobody@example.com"]) {
      const visit = await new Visit(world).open("/confirm")
      const [form] = visit.forms
      await visit.submit({ username, code: "123456" })
      assert.equal(visit.problem, "That code is not right. Please try again.", username)
      const { _csrf } = form!.fields
      visit.page = await visit.browser.post(form!.path.replace("/confirm", "/resendcode"), { _csrf: _csrf!, username })
      for (let times = 0; times < 2; times++) {
        assert.equal(visit.problem, undefined, username)
        assert.equal(visit.notice, "A new code is on its way.", username)
        assert.equal(visit.lead, "We sent you a code. Enter it here.", username)
        await visit.submit({}, "again")
      }
    }
  })

  test("a form that was left alone for too long, or is another browser's, begins anew", async () => {
    await using world = await openHosted(BY_EMAIL)
    const visit = await new Visit(world).open("/signup")
    await visit.submit({ username: "bo@example.com", password: NEW, password_again: NEW })
    const [form] = visit.forms
    const other = await new Visit(world).open("/login")
    other.page = await other.browser.post(form!.path, {
      ...form!.fields,
      _csrf: other.forms[0]!.fields._csrf!,
      code: "1",
    })
    assert.equal(other.title, "Something went wrong")
    await world.advance(301)
    await visit.submit({ code: await world.lastCode() })
    assert.equal(visit.title, "Something went wrong")
    assert.match(visit.link("Start again"), /^\/login\?client_id=/)
  })
})

describe("a forgotten password", () => {
  test("a code sets a new one", async () => {
    await using world = await openHosted(BY_EMAIL)
    await world.addUser("ana@example.com", { email: "ana@example.com", email_verified: "true" })
    const visit = await new Visit(world).open("/login")
    visit.page = await visit.browser.ask(visit.link("Forgot your password?"))
    await visit.submit({ username: "ana@example.com" })
    assert.equal(visit.lead, "We sent a code to a***@e***. Enter it here.")
    await visit.submit({}, "again")
    assert.equal(visit.notice, "A new code is on its way.")
    await visit.submit({ code: "000000", new_password: NEW, password_again: NEW })
    assert.equal(visit.problem, "That code is not right. Please try again.")
    const code = await world.lastCode()
    await visit.submit({ code, new_password: "short", password_again: "short" })
    assert.equal(visit.problem, "The password does not have all that is needed.")
    await visit.submit({ code, new_password: NEW, password_again: "other" })
    assert.equal(visit.problem, "The two passwords are not the same.")
    await visit.submit({ code, new_password: NEW, password_again: NEW })
    assert.equal(visit.notice, "Your password has been changed. Sign in with the new one.")
    await visit.submit({ username: "ana@example.com", password: NEW })
    visit.code()
  })

  test("nothing tells who is a user", async () => {
    await using world = await openHosted(BY_EMAIL, { PreventUserExistenceErrors: "ENABLED" })
    const visit = await new Visit(world).open("/forgotPassword")
    await visit.submit({ username: "nobody@example.com" })
    assert.equal(visit.title, "Set a new password")
    assert.match(visit.lead, /^We sent a code to \S+@\S+\. Enter it here\.$/)
    await visit.submit({ code: "123456", new_password: NEW, password_again: NEW })
    assert.equal(visit.problem, "That code is not right. Please try again.")
  })

  test("where AWS tells, so do the pages; where administrators alone reset there is no link", async () => {
    await using world = await openHosted(
      { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] } },
      { PreventUserExistenceErrors: "LEGACY" },
    )
    const visit = await new Visit(world).open("/login")
    assert.doesNotMatch(visit.page.body, /forgotPassword/)
    await visit.open("/forgotPassword")
    await visit.submit({ username: "nobody" })
    assert.equal(visit.problem, "User does not exist.")
  })

  test("who must reset their password is led to it", async () => {
    await using world = await openHosted(BY_EMAIL, { PreventUserExistenceErrors: "LEGACY" })
    await world.addUser("ana@example.com", { email: "ana@example.com", email_verified: "true" })
    await world.idp.send(new AdminResetUserPasswordCommand({ UserPoolId: world.poolId, Username: "ana@example.com" }))
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: "ana@example.com", password: PASSWORD })
    assert.equal(visit.title, "Forgot your password?")
    assert.equal(visit.problem, "Your password must be reset. Request a code below.")
    await visit.submit({ username: "ana@example.com" })
    await visit.submit({ code: await world.lastCode(), new_password: NEW, password_again: NEW })
    assert.equal(visit.title, "Sign in")
  })
})

describe("a temporary password", () => {
  test("is changed, and what is missing is asked for", async () => {
    await using world = await openHosted({ Schema: [{ Name: "given_name", Required: true, Mutable: true }] })
    const { poolId: UserPoolId } = world
    const user = { UserPoolId, Username: "ana", TemporaryPassword: PASSWORD, MessageAction: "SUPPRESS" as const }
    await world.idp.send(new AdminCreateUserCommand(user))
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: "ana", password: PASSWORD })
    assert.equal(visit.title, "Change your password")
    const given = { "requiredAttributes[given_name]": "Ana" }
    await visit.submit({ new_password: "short", password_again: "short", ...given })
    assert.equal(visit.problem, "The password does not have all that is needed.")
    await visit.submit({ new_password: NEW, password_again: "other", ...given })
    assert.equal(visit.problem, "The two passwords are not the same.")
    await visit.submit({ new_password: NEW, password_again: NEW, "requiredAttributes[given_name]": "" })
    assert.match(visit.problem!, /given_name is missing/)
    await visit.submit({ new_password: NEW, password_again: NEW, ...given })
    visit.code()
  })

  test("that has expired is said to have", async () => {
    await using world = await openHosted()
    const { poolId: UserPoolId } = world
    const user = { UserPoolId, Username: "ana", TemporaryPassword: PASSWORD, MessageAction: "SUPPRESS" as const }
    await world.idp.send(new AdminCreateUserCommand(user))
    await world.advance(8 * 86_400)
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: "ana", password: PASSWORD })
    assert.equal(visit.problem, "The temporary password has expired and must be reset by an administrator.")
  })
})

describe("a link that confirms", () => {
  const LINKED: Partial<CreateUserPoolRequest> = {
    ...BY_EMAIL,
    VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" },
  }
  const linkIn = (body: string) => /href="([^"]*)"/.exec(body)![1]!

  test("leads to the pool's domain, and is good once", async () => {
    await using world = await openHosted(LINKED)
    const visit = await new Visit(world).open("/signup")
    await visit.submit({ username: "bo@example.com", password: NEW, password_again: NEW })
    assert.equal(visit.lead, "We sent a link to b***@e***. Open it to confirm your account, then sign in.")
    await visit.submit({}, "again")
    const link = linkIn((await world.outbox()).at(-1)!.body)
    assert.ok(link.startsWith(`${world.base}/confirmUser?client_id=${world.clientId}&`))
    const reader = new Visit(world)
    reader.page = await reader.browser.ask(link.slice(world.base.length))
    assert.equal(reader.title, "Your account is confirmed")
    reader.page = await reader.browser.ask(link.slice(world.base.length))
    assert.equal(reader.page.status, 400)
    assert.equal(reader.problem, "That code is not right. Please try again.")
    await visit.open("/login")
    await visit.submit({ username: "bo@example.com", password: NEW })
    visit.code()
  })

  test("with another code confirms nobody", async () => {
    await using world = await openHosted(LINKED)
    const visit = await new Visit(world).open("/signup")
    await visit.submit({ username: "bo@example.com", password: NEW, password_again: NEW })
    const query = { client_id: world.clientId, user_name: "bo@example.com", confirmation_code: "000000" }
    visit.page = await visit.browser.get("/confirmUser", query)
    assert.equal(visit.problem, "That code is not right. Please try again.")
    visit.page = await visit.browser.get("/confirmUser", { ...query, client_id: "nobody" })
    assert.match(visit.page.headers.location!, /\/error\?error=redirect_mismatch/)
  })
})

describe("adding a passkey", () => {
  const PASSKEYS: Partial<CreateUserPoolRequest> = {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } },
  }
  const CHOICE = { ExplicitAuthFlows: ["ALLOW_USER_AUTH" as const, "ALLOW_REFRESH_TOKEN_AUTH" as const] }

  test("is for who is signed in; what is no passkey is refused, and there is a way on", async () => {
    await using world = await openHosted(PASSKEYS, CHOICE, { managedLoginVersion: 2 })
    await world.addUser("ana")
    const visit = await new Visit(world).open("/passkeys/add")
    assert.match(visit.page.headers.location!, /\/login\?client_id=/)
    await visit.open("/login")
    await visit.submit({ username: "ana" })
    await visit.submit({ password: PASSWORD })
    visit.code()
    await visit.open("/passkeys/add")
    assert.equal(visit.title, "Add a passkey")
    const options = /data-passkey="create" data-options="([^"]*)"/.exec(visit.page.body)![1]!.replaceAll("&quot;", '"')
    assert.equal(JSON.parse(options).rp.id, "people-1.auth.us-east-1.localhost")
    for (const credential of ["", "{", "null", "{}", '{"id":"x","response":{}}']) {
      await visit.submit({ credential })
      assert.equal(visit.page.status, 400)
      assert.equal(visit.problem, "The passkey was not used. Try again.")
    }
    visit.page = await visit.browser.ask(visit.link("Not now"))
    visit.code()
  })

  test("is not there on the classic pages", async () => {
    await using world = await openHosted(PASSKEYS, CHOICE)
    await world.addUser("ana")
    const visit = await new Visit(world).open("/login")
    await visit.submit({ username: "ana", password: PASSWORD })
    visit.code()
    await visit.open("/passkeys/add")
    assert.match(visit.page.headers.location!, /\/login\?client_id=/)
  })
})
