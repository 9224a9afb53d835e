import {
  type CreateUserPoolClientRequest,
  CreateUserPoolDomainCommand,
  type CreateUserPoolRequest,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Triggers } from "../../src/testing/index.ts"
import { askSite, type SiteAnswer, type SiteRequest } from "../harness/site-request.ts"
import { openWorld, type World } from "./cognito-idp-world.ts"

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
}

export async function openHosted(
  pool: Partial<CreateUserPoolRequest> = {},
  client: Partial<CreateUserPoolClientRequest> = {},
  { triggers = {}, managedLoginVersion = 1 }: { triggers?: Triggers; managedLoginVersion?: number } = {},
): Promise<HostedWorld> {
  const world = await openWorld(pool, { ...WEB_CLIENT, ...client }, triggers)
  const domain = "people-1"
  await world.idp.send(
    new CreateUserPoolDomainCommand({
      UserPoolId: world.poolId,
      Domain: domain,
      ManagedLoginVersion: managedLoginVersion,
    }),
  )
  const base = `${world.server.url}/_auth/us-east-1/${domain}`
  return Object.assign(world, { domain, base, browser: (where = base) => new Browser(where) })
}

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
