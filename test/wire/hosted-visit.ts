import assert from "node:assert/strict"
import type { SiteAnswer } from "../harness/site-request.ts"
import { authorizeQuery, type Browser, type HostedWorld } from "./hosted-world.ts"

const unescapeHtml = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")

interface Form {
  path: string
  /** Inputs by their names, with what they hold. */
  fields: Record<string, string>
  buttons: { name: string; value: string; path: string | undefined }[]
}

/** Somebody who goes through the pages with a browser that runs no scripts: the page in front of them, and what they do. */
export class Visit {
  readonly world: HostedWorld
  readonly browser: Browser
  page!: SiteAnswer

  constructor(world: HostedWorld, browser = world.browser()) {
    this.world = world
    this.browser = browser
  }

  async open(path: string, query: Record<string, string> = {}): Promise<this> {
    this.page = await this.browser.get(path, authorizeQuery(this.world, query))
    return this
  }

  get title(): string {
    return unescapeHtml(/<h1>([^<]*)<\/h1>/.exec(this.page.body)?.[1] ?? "")
  }

  get problem(): string | undefined {
    const text = /id="loginErrorMessage">([^<]*)</.exec(this.page.body)?.[1]
    return text === undefined ? undefined : unescapeHtml(text)
  }

  get notice(): string | undefined {
    const text = /role="status">.*?<span>([^<]*)</.exec(this.page.body)?.[1]
    return text === undefined ? undefined : unescapeHtml(text)
  }

  get lead(): string {
    return unescapeHtml(/class="lead[^>]*>([^<]*)</.exec(this.page.body)?.[1] ?? "")
  }

  /** Where a link of these words leads, below the domain. */
  link(words: string): string {
    const found = [...this.page.body.matchAll(/<a [^>]*href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g)].find(
      ([, , text]) => unescapeHtml(text!.replace(/<[^>]*>/g, "")).trim() === words,
    )
    assert.ok(found, `no link ${words} in ${this.page.body}`)
    return this.below(unescapeHtml(found[1]!))
  }

  /** The path of the domain's own. */
  private below(path: string): string {
    const { pathname } = new URL(this.world.base)
    assert.ok(path.startsWith(`${pathname}/`), path)
    return path.slice(pathname.length)
  }

  get forms(): Form[] {
    return [...this.page.body.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].map(
      ([, action, content]) => ({
        path: this.below(unescapeHtml(action!)),
        fields: Object.fromEntries(
          [...content!.matchAll(/<input[^>]*>/g)].map(([input]) => [
            unescapeHtml(/ name="([^"]*)"/.exec(input)![1]!),
            unescapeHtml(/ value="([^"]*)"/.exec(input)?.[1] ?? ""),
          ]),
        ),
        buttons: [...content!.matchAll(/<button[^>]* name="([^"]*)" value="([^"]*)"[^>]*>/g)].map(
          ([button, name, value]) => {
            const action = / formaction="([^"]*)"/.exec(button)?.[1]
            return {
              name: name!,
              value: value!,
              path: action === undefined ? undefined : this.below(unescapeHtml(action)),
            }
          },
        ),
      }),
    )
  }

  /** Fills in the first form that asks for all of these, and sends it by a button or else by its first one. */
  async submit(values: Record<string, string>, button?: string): Promise<this> {
    const form = this.forms.find(
      ({ fields, buttons }) =>
        Object.keys(values).every((name) => name in fields) &&
        (button === undefined || buttons.some(({ value, name }) => value === button || name === button)),
    )
    assert.ok(form, `no form of ${Object.keys(values)} ${button ?? ""} in ${this.page.body}`)
    const pressed = form.buttons.find(({ value, name }) => value === button || name === button)
    const fields = { ...form.fields, ...values, ...(pressed && { [pressed.name]: pressed.value }) }
    this.page = await this.browser.post(pressed?.path ?? form.path, fields)
    return this
  }

  /** Asserts that the browser was sent back to the application with a code; returns the code. */
  code(): string {
    assert.equal(this.page.status, 302, `${this.page.status} ${this.title}: ${this.problem}`)
    const code = new URL(this.page.headers.location!).searchParams.get("code")
    assert.ok(code, this.page.headers.location)
    return code
  }
}
