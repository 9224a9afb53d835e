import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Browser, Page } from "playwright-core"
import { PASSWORD } from "../../examples/books/people.ts"
import { openBookshop } from "../../examples/books/setup.ts"
import { start, type TestServer } from "../../src/testing/index.ts"
import { launchChromium, openPage, shoot, type Watched } from "../harness/chromium.ts"
import { type Site, serveExample } from "../harness/site.ts"

const launched = await launchChromium()

describe("the bookshop, in a browser", { skip: typeof launched === "string" && launched }, () => {
  const browser = launched as Browser
  let server: TestServer
  let site: Site
  const watched: Watched[] = []

  before(async () => {
    server = await start({ memory: true })
    const { endpoint, region, credentials } = server.client
    site = await serveExample({ example: "books", config: await openBookshop({ endpoint, region, credentials }) })
  })
  after(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
    await server.close()
  })

  async function visit(): Promise<Page> {
    const one = await openPage(browser)
    watched.push(one)
    await one.page.goto(site.url)
    return one.page
  }
  async function fillIn(page: Page, fields: Record<string, string>) {
    for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value)
  }
  async function signIn(page: Page, username: string, password = PASSWORD) {
    await page.getByRole("button", { name: "Sign in", exact: true }).click()
    await fillIn(page, { username, password })
    await page.locator("form").getByRole("button", { name: "Sign in" }).click()
  }
  const addBook = async (page: Page, book: Record<string, string>) => {
    await fillIn(page, book)
    await page.getByRole("button", { name: "Add to the shelves" }).click()
  }
  const shelf = (page: Page, author: string) => page.getByRole("region", { name: author })
  const inside = (page: Page) => page.getByRole("heading", { name: "Books, by author" }).waitFor()

  test("a guest sees the window, and AWS's refusal of the rest", async () => {
    const page = await visit()
    await shelf(page, "Ursula K. Le Guin").getByText("The Dispossessed").waitFor()
    assert.equal(await page.getByText("Kindred").count(), 0)
    await shoot(page, "books-guest")

    await page.getByRole("button", { name: "Browse all shelves as a guest" }).click()
    const refusal = page.getByRole("alert")
    await refusal.getByText("AccessDeniedException").waitFor()
    assert.match(
      (await refusal.textContent())!,
      /User: arn:aws:sts::123456789012:assumed-role\/BookshopGuest\/CognitoIdentityCredentials is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:us-east-1:123456789012:table\/bookshop-books because no identity-based policy allows the dynamodb:Scan action/,
    )
    const requestId = /explain ([\w-]+)/.exec((await refusal.getByText("npx hallpass explain").textContent())!)![1]!
    assert.match(await server.explain(requestId), /Action is dynamodb:Query, asked was dynamodb:Scan/)
    await shoot(page, "books-guest-refused")
  })

  test("a wrong password is refused; the right one lets a reader in, whose book is refused", async () => {
    const page = await visit()
    await signIn(page, "reader@example.com", "Wrong-password-1")
    await page.getByText("Incorrect username or password.").waitFor()
    await shoot(page, "books-wrong-password")
    await fillIn(page, { password: PASSWORD })
    await page.locator("form").getByRole("button", { name: "Sign in" }).click()

    await inside(page)
    await shelf(page, "Octavia E. Butler").getByText("Kindred").waitFor()
    assert.deepEqual(await page.getByRole("region").getByRole("heading").allTextContents(), [
      "Octavia E. Butler2 books",
      "Italo Calvino2 books",
      "Tove Jansson2 books",
      "Ursula K. Le Guin3 books",
    ])
    await page.getByLabel("Author").first().selectOption("Tove Jansson")
    await shelf(page, "Octavia E. Butler").waitFor({ state: "detached" })
    await shelf(page, "Tove Jansson").getByText("The Summer Book").waitFor()
    await page.getByLabel("Author").first().selectOption("")

    await addBook(page, { author: "Stanisław Lem", title: "Solaris", year: "1961" })
    const refusal = page.getByRole("alert")
    await refusal.getByText("AccessDeniedException").waitFor()
    assert.match(
      (await refusal.textContent())!,
      /assumed-role\/BookshopReader\/CognitoIdentityCredentials is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table\/bookshop-books because no identity-based policy allows the dynamodb:PutItem action/,
    )
    await shoot(page, "books-reader")
  })

  test("an editor adds a book, signs out, and is a guest again", async () => {
    const page = await visit()
    await signIn(page, "editor@example.com")
    await inside(page)
    await addBook(page, { author: "Stanisław Lem", title: "Solaris", year: "1961" })
    await shelf(page, "Stanisław Lem").getByText("Solaris").waitFor()
    assert.equal(await page.getByRole("status").textContent(), "Solaris is on the shelf.")
    await shoot(page, "books-editor")

    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByText("In the window this month").waitFor()
    await page.reload()
    await page.getByText("In the window this month").waitFor()
    assert.equal(await page.getByText("Solaris").count(), 0)
  })

  test("a newcomer signs up with the code that was mailed, and reads", async () => {
    const page = await visit()
    await page.getByRole("button", { name: "Sign in or sign up" }).click()
    await page.getByRole("tab", { name: "Create Account" }).click()
    await fillIn(page, { email: "ana@example.com", password: "Short-1", confirm_password: "Short-1" })
    await page.getByText("Password must have at least 8 characters").waitFor()
    await shoot(page, "books-sign-up")
    await fillIn(page, { password: PASSWORD, confirm_password: PASSWORD })
    await page.getByRole("button", { name: "Create Account" }).click()
    await page.getByText("We Emailed You").waitFor()
    await shoot(page, "books-confirm")
    const code = await server.outbox.waitForCode({ to: "ana@example.com" })
    const wrong = code === "000000" ? "000001" : "000000"
    await fillIn(page, { confirmation_code: wrong })
    await page.getByRole("button", { name: "Confirm" }).click()
    await page.getByText("Invalid verification code provided, please try again.").waitFor()
    await fillIn(page, { confirmation_code: code })
    await page.getByRole("button", { name: "Confirm" }).click()
    await inside(page)
    await page.getByText("No group yet").waitFor()
    await shelf(page, "Italo Calvino").waitFor()
  })

  test("a forgotten password is changed with the code that was mailed", async () => {
    const page = await visit()
    await page.getByRole("button", { name: "Sign in", exact: true }).click()
    await page.getByRole("button", { name: "Forgot your password?" }).click()
    await fillIn(page, { username: "editor@example.com" })
    await page.getByRole("button", { name: "Send code" }).click()
    await page.locator('input[name="confirmation_code"]').waitFor()
    await shoot(page, "books-reset-password")
    const password = "Read-even-more-2"
    await fillIn(page, {
      confirmation_code: await server.outbox.waitForCode({ to: "editor@example.com" }),
      password,
      confirm_password: password,
    })
    await page.getByRole("button", { name: "Submit" }).click()
    await page.locator('input[name="username"]').waitFor()
    await fillIn(page, { username: "editor@example.com", password: PASSWORD })
    await page.locator("form").getByRole("button", { name: "Sign in" }).click()
    await page.getByText("Incorrect username or password.").waitFor()
    await fillIn(page, { password })
    await page.locator("form").getByRole("button", { name: "Sign in" }).click()
    await inside(page)
  })

  test("a session outlives its access token: the refresh token renews it", async () => {
    const page = await visit()
    await signIn(page, "reader@example.com")
    await inside(page)
    await shelf(page, "Tove Jansson").waitFor()
    const calls: string[] = []
    page.on("request", (request) => {
      const target = request.headers()["x-amz-target"]
      if (request.method() === "POST" && target) calls.push(target.slice(target.indexOf(".") + 1))
    })
    const later = new Date((await server.clock.now()).getTime() + 61 * 60_000)
    await server.clock.set(later)
    await page.clock.setSystemTime(later)
    await page.getByRole("button", { name: "Look again" }).click()
    await page.waitForResponse((response) => response.request().headers()["x-amz-target"]?.endsWith(".Scan") ?? false)
    assert.equal(calls[0], "GetTokensFromRefreshToken")
    assert.equal(calls.at(-1), "Scan")
    assert.ok(calls.includes("GetCredentialsForIdentity") && !calls.includes("InitiateAuth"), String(calls))
    await shelf(page, "Tove Jansson").waitFor()
    assert.equal(await page.getByRole("alert").count(), 0)

    // And a page that is opened anew still knows who is there.
    await page.reload()
    await inside(page)
    await page.getByText("reader@example.com").waitFor()
    await server.clock.set(new Date())
  })

  test("none of the pages met an error of its own", () => {
    assert.deepEqual(
      watched.flatMap(({ faults }) => faults),
      [],
    )
  })
})
