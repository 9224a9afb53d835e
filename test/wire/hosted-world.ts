import {
  CreateManagedLoginBrandingCommand,
  type CreateUserPoolClientRequest,
  CreateUserPoolDomainCommand,
  type CreateUserPoolRequest,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Triggers } from "../../src/testing/index.ts"
import { askSite, type SiteAnswer, type SiteRequest } from "../harness/site-request.ts"
import { openWorld, PASSWORD, type World } from "./cognito-idp-world.ts"

export const CALLBACK = "https://app.example/callback"
export const LOGGED_OUT = "https://app.example/bye"

/** A client that uses the pages: code and implicit flow, every reserved scope. */
export const WEB_CLIENT: Partial<CreateUserPoolClientRequest> = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code", "implicit"],
  AllowedOAuthScopes: ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
  CallbackURLs: [CALLBACK],
  LogoutURLs: [LOGGED_OUT],
  SupportedIdentityProviders: ["COGNITO"],
}

export interface HostedWorld extends World {
  domain: string
  /** The domain in the path form: `http://127.0.0.1:4566/_auth/us-east-1/people-1`. */
  base: string
  browser(base?: string): Browser
  /** What the token endpoint answers to a form. */
  token(form: Record<string, string>, headers?: Record<string, string>): Promise<{ status: number; body: Tokens }>
  /** The code that the application gets for somebody who signs in by the form. */
  codeFor(username: string, query?: Record<string, string>, browser?: Browser): Promise<string>
}

export interface Tokens {
  id_token: string
  access_token: string
  refresh_token: string
  expires_in: number
  token_type: string
  error?: string
  error_description?: string
}

export interface HostedOptions {
  triggers?: Triggers
  managedLoginVersion?: number
  flags?: readonly string[]
}

export async function openHosted(
  pool: Partial<CreateUserPoolRequest> = {},
  client: Partial<CreateUserPoolClientRequest> = {},
  { triggers = {}, managedLoginVersion = 1, flags = [] }: HostedOptions = {},
): Promise<HostedWorld> {
  const world = await openWorld(pool, { ...WEB_CLIENT, ...client }, triggers, flags)
  const domain = "people-1"
  await world.idp.send(
    new CreateUserPoolDomainCommand({
      UserPoolId: world.poolId,
      Domain: domain,
      ManagedLoginVersion: managedLoginVersion,
    }),
  )
  // Without a style there are no pages of managed login.
  if (managedLoginVersion === 2)
    await world.idp.send(
      new CreateManagedLoginBrandingCommand({
        UserPoolId: world.poolId,
        ClientId: world.clientId,
        UseCognitoProvidedValues: true,
      }),
    )
  const base = `${world.server.url}/_auth/us-east-1/${domain}`
  const hosted: HostedWorld = Object.assign(world, {
    domain,
    base,
    browser: (where = base) => new Browser(where),
    async token(form: Record<string, string>, headers: Record<string, string> = {}) {
      const { status, body } = await new Browser(base).post("/oauth2/token", form, { headers })
      return { status, body: JSON.parse(body) as Tokens }
    },
    async codeFor(username: string, query: Record<string, string> = {}, browser = new Browser(base)) {
      const { headers } = await browser.get("/oauth2/authorize", authorizeQuery(hosted, query))
      return codeOf(await browser.signIn(headers.location!, username))
    },
  })
  return hosted
}

export const authorizeQuery = ({ clientId }: Pick<World, "clientId">, more: Record<string, string> = {}) => ({
  client_id: clientId,
  response_type: "code",
  redirect_uri: CALLBACK,
  ...more,
})

/** The code in the address of a callback. */
export function codeOf(location: string): string {
  const code = new URL(location).searchParams.get("code")
  if (code === null) throw new Error(`no code: ${location}`)
  return code
}

const unescapeHtml = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")

/** What a browser does without its window: it keeps cookies, and follows no redirect by itself. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly base: string

  constructor(base: string) {
    this.base = base
  }

  async ask(path: string, options: SiteRequest = {}): Promise<SiteAnswer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const headers = { ...(cookie && { cookie }), ...options.headers }
    const answer = await askSite(this.base, { ...options, path, headers })
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (/Max-Age=0/.test(line)) this.cookies.delete(name!)
      else this.cookies.set(name!, value!)
    }
    return answer
  }

  /** Follows redirects on the domain; the answer where they end, and the address that they lead away to. */
  async follow(location: string): Promise<{ answer: SiteAnswer | undefined; location: string }> {
    for (let steps = 0; steps < 10; steps++) {
      if (!location.startsWith(`${this.base}/`)) return { answer: undefined, location }
      const answer = await this.ask(location.slice(this.base.length))
      if (answer.status !== 302 && answer.status !== 303) return { answer, location }
      location = answer.headers.location!
    }
    throw new Error(`too many redirects: ${location}`)
  }

  /** Fills in the form of a sign-in page, one page or two, and sends it; the address that the browser leaves the domain for. */
  async signIn(location: string, username: string, password = PASSWORD): Promise<string> {
    for (let pages = 0; pages < 4; pages++) {
      const { answer, location: end } = await this.follow(location)
      if (!answer) return end
      const sent = await this.submit(answer, end, { username, password })
      if (sent.status !== 302 && sent.status !== 303) return `${sent.status} ${sent.body}`
      location = sent.headers.location!
    }
    throw new Error(`no end of pages: ${location}`)
  }

  /** Sends the first form of a page with its hidden fields, and of the values those that it asks for. */
  submit(page: SiteAnswer, location: string, values: Record<string, string>): Promise<SiteAnswer> {
    const form = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page.body)
    if (!form) throw new Error(`no form: ${page.status} ${page.body}`)
    const fields: Record<string, string> = {}
    for (const [input] of form[2]!.matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(input)?.[1]
      if (name !== undefined) fields[name] = values[name] ?? unescapeHtml(/value="([^"]*)"/.exec(input)?.[1] ?? "")
    }
    const { href } = new URL(unescapeHtml(form[1]!), location)
    return this.post(href.slice(this.base.length), fields)
  }

  get(path: string, query: Record<string, string> = {}): Promise<SiteAnswer> {
    return this.ask(path, { query })
  }

  post(path: string, form: Record<string, string>, options: SiteRequest = {}): Promise<SiteAnswer> {
    return this.ask(path, {
      ...options,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...options.headers },
      body: new URLSearchParams(form).toString(),
    })
  }
}
