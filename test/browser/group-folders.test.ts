import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3"
import type { Browser, Page } from "playwright-core"
import { createBackend } from "../../examples/group-folders/backend.ts"
import { BUCKET, FOLDERS, WAYS, type WayId } from "../../examples/group-folders/folders.ts"
import { shareFolders } from "../../examples/group-folders/setup.ts"
import { start, type TestServer } from "../../src/testing/index.ts"
import { launchChromium, openPage, shoot, type Watched } from "../harness/chromium.ts"
import { type Site, serveExample } from "../harness/site.ts"

const launched = await launchChromium()
const titles = Object.fromEntries(WAYS.map(({ id, title }) => [id, title])) as Record<WayId, string>

describe("folders of groups, in a browser", { skip: typeof launched === "string" && launched }, () => {
  const browser = launched as Browser
  let server: TestServer
  let site: Site
  const watched: Watched[] = []

  before(async () => {
    server = await start({ memory: true })
    const { endpoint, region, credentials } = server.client
    const root = { endpoint, region, credentials }
    const config = await shareFolders(root)
    site = await serveExample({ example: "group-folders", config, backend: createBackend(root) })
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
  async function signIn(name: string): Promise<Page> {
    const page = await visit()
    await page.getByRole("radio", { name }).check()
    await page.getByRole("button", { name: "Sign in" }).click()
    await page.getByRole("heading", { name: `What may ${name} do?` }).waitFor()
    await page.locator("button.mark").nth(26).waitFor()
    return page
  }
  const way = (page: Page, id: WayId) => page.getByRole("region", { name: titles[id] })
  /** The folders in which everything is allowed; where something is and something is not, that says so. */
  async function open(page: Page, id: WayId): Promise<string[]> {
    const marks = await way(page, id)
      .getByRole("button")
      .evaluateAll((all) => all.map((one) => one.ariaLabel!))
    return FOLDERS.flatMap((folder) => {
      const allowed = marks.filter((mark) => mark.includes(` ${folder}: allowed`)).length
      return allowed === 3 ? [folder] : allowed === 0 ? [] : [`${folder} in part`]
    })
  }
  async function why(page: Page, id: WayId, mark: string): Promise<string> {
    await way(page, id).getByRole("button", { name: mark }).click()
    const explanation = page.getByRole("region", { name: "Explanation" })
    await explanation.getByText("npx hallpass explain").waitFor()
    // Whoever asked sees it, and the keyboard goes on from there.
    await page.waitForFunction(() => {
      const section = document.querySelector<HTMLElement>(".why")!
      const { top } = section.getBoundingClientRect()
      return document.activeElement === section && top >= 0 && top < innerHeight / 2
    })
    return (await explanation.textContent())!
  }
  const chooseUpload = async (page: Page, id: WayId, folder: string, name: string, bytes: number) => {
    await page.getByLabel("By").selectOption(id)
    await page.getByLabel("Into").selectOption(folder)
    const file = { name, mimeType: "application/octet-stream", buffer: Buffer.alloc(bytes, name) }
    await page.getByLabel("File").setInputFiles(file)
    await page.getByRole("button", { name: "Upload" }).click()
  }

  test("the front page, and a wrong password", async () => {
    const page = await visit()
    await page.getByRole("heading", { name: "One bucket, a folder for each group" }).waitFor()
    await shoot(page, "folders-front")
    await page.getByLabel("Password").fill("Wrong-password-1")
    await page.getByRole("button", { name: "Sign in" }).click()
    assert.equal(await page.getByRole("alert").textContent(), "Incorrect username or password.")
  })

  test("somebody in one group has one folder, by all three ways", async () => {
    const page = await signIn("ana")
    for (const { id } of WAYS) assert.deepEqual(await open(page, id), ["Design"])
    await shoot(page, "folders-ana")
    const text = await why(page, "groups", "list Finance: refused")
    assert.match(
      text,
      /ana may not list Finance\/AccessDeniedUser: arn:aws:sts::123456789012:assumed-role\/FoldersByGroups\//,
    )
    assert.match(text, /s3:prefix must be StringLike \${cognito:groups}\/\* \(here Design\/\*\); it is Finance\//)
    await shoot(page, "folders-ana-why")
  })

  test("somebody in two groups has one folder by role and by tag, and both by cognito:groups", async () => {
    const page = await signIn("bo")
    assert.deepEqual(await open(page, "roles"), ["Engineering"])
    assert.deepEqual(await open(page, "tags"), ["Engineering"])
    assert.deepEqual(await open(page, "groups"), ["Engineering", "Finance"])
    await shoot(page, "folders-bo")
    assert.match(
      await why(page, "tags", "write Finance: refused"),
      /\${aws:PrincipalTag\/team}\/\* \(here \S*Engineering\/\*\)/,
    )
    await shoot(page, "folders-bo-why")
    assert.match(
      await why(page, "roles", "read Engineering: allowed"),
      /allow s3:GetObject on .*Allow statement 4 applies/,
    )
    assert.match(await why(page, "groups", "write Finance: allowed"), /allow s3:PutObject/)
  })

  test("somebody in no group has nothing, and the role mapping gives no credentials at all", async () => {
    const page = await signIn("cy")
    for (const { id } of WAYS) assert.deepEqual(await open(page, id), [])
    const text = await why(page, "roles", "read Design: refused")
    assert.match(text, /NotAuthorizedExceptionThe ambiguous role mapping rules denied this request\./)
    await shoot(page, "folders-cy-why")
    assert.match(
      await why(page, "tags", "read Design: refused"),
      /aws:PrincipalTag\/team}\/\* \(which has no value here\)/,
    )
    assert.match(await why(page, "groups", "read Design: refused"), /cognito:groups}\/\* \(which has no value here\)/)
  })

  test("a large file goes in parts from the page to the bucket, and into no other folder", async () => {
    const page = await signIn("bo")
    const calls: string[] = []
    page.on("request", (request) => {
      const url = new URL(request.url())
      if (request.method() !== "OPTIONS" && url.pathname.includes("plan.bin"))
        calls.push(`${request.method()} ${[...url.searchParams.keys()].filter((key) => key !== "x-id").sort()}`)
    })
    const bytes = 12 * 1024 * 1024
    await chooseUpload(page, "groups", "Finance", "plan.bin", bytes)
    await page.getByRole("status").getByText("plan.bin").waitFor()
    await page.getByText(`${bytes.toLocaleString("en")} bytes`).waitFor()
    assert.deepEqual(calls.sort(), ["POST uploadId", "POST uploads", ...Array(3).fill("PUT partNumber,uploadId")])
    await shoot(page, "folders-upload")
    const root = new S3Client({ ...server.client, forcePathStyle: true })
    const object = { Bucket: BUCKET, Key: "Finance/plan.bin" }
    assert.match((await root.send(new HeadObjectCommand(object))).ETag!, /-3"$/)
    const { Body } = await root.send(new GetObjectCommand(object))
    assert.ok(Buffer.alloc(bytes, "plan.bin").equals(await Body!.transformToByteArray()))

    for (const [id, size] of [["groups", 12 * 1024 * 1024] as const, ["roles", 10] as const]) {
      await chooseUpload(page, id, "Design", "plan.bin", size)
      const refusal = page.getByRole("alert")
      await refusal.getByText("is not authorized to perform: s3:PutObject").waitFor()
      assert.match((await refusal.textContent())!, /^AccessDenied: /)
    }
    await shoot(page, "folders-upload-refused")
    await page.getByRole("button", { name: "Why?" }).click()
    await page.getByRole("region", { name: "Explanation" }).getByText("bo may not write Design/").waitFor()
    await page.getByText("npx hallpass explain").waitFor()
    await assert.rejects(root.send(new HeadObjectCommand({ ...object, Key: "Design/plan.bin" })), { name: "NotFound" })
  })

  test("the backend explains the page's own calls and nothing else", async () => {
    const ask = async (id: string) => (await fetch(`${site.url}/explain/${id}`)).status
    assert.equal(await ask("no-such-id"), 404)
    assert.equal(await ask("..%2fclock"), 404)
    await assert.rejects(
      new S3Client({
        ...server.clientOf({ accessKeyId: "AKIAAAAAAAAAAAAAAAAA", secretAccessKey: "no" }),
        forcePathStyle: true,
      }).send(new GetObjectCommand({ Bucket: BUCKET, Key: "Design/welcome.txt" })),
    )
    const secrets = [server.client.credentials.secretAccessKey, server.client.credentials.accessKeyId]
    const page = await visit()
    const texts = await Promise.all(
      ["/config.json", "/"].map(async (path) => (await fetch(`${site.url}${path}`)).text()),
    )
    for (const secret of secrets) assert.ok(![await page.content(), ...texts].some((text) => text.includes(secret)))
  })

  test("who has signed in stays so when the page is opened anew, and is out after signing out", async () => {
    const page = await signIn("ana")
    await page.reload()
    await page.getByRole("heading", { name: "What may ana do?" }).waitFor()
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.getByRole("heading", { name: "One bucket, a folder for each group" }).waitFor()
    await page.reload()
    await page.getByRole("heading", { name: "One bucket, a folder for each group" }).waitFor()
  })

  test("none of the pages met an error of its own", () => {
    assert.deepEqual(
      watched.flatMap(({ faults }) => faults),
      [],
    )
  })
})
