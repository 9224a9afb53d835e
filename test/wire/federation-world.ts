import {
  CreateIdentityProviderCommand,
  type CreateIdentityProviderRequest,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientRequest,
  type CreateUserPoolRequest,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Triggers } from "../../src/testing/index.ts"
import type { SiteAnswer } from "../harness/site-request.ts"
import { type Browser, CALLBACK, type HostedWorld, openHosted, WEB_CLIENT } from "./hosted-world.ts"

export interface FederationWorld extends HostedWorld {
  /** A provider of the pool, and a client that has it. */
  addProvider(provider: Omit<CreateIdentityProviderRequest, "UserPoolId">): Promise<void>
  addClient(client: Partial<CreateUserPoolClientRequest>): Promise<string>
}

/** A pool with a domain, on a server that reaches the providers of this machine. */
export async function openFederation(
  pool: Partial<CreateUserPoolRequest> = {},
  {
    triggers,
    flags = [],
    managedLoginVersion,
  }: { triggers?: Triggers; flags?: string[]; managedLoginVersion?: number } = {},
): Promise<FederationWorld> {
  const world = await openHosted(
    pool,
    {},
    {
      ...(triggers && { triggers }),
      ...(managedLoginVersion !== undefined && { managedLoginVersion }),
      flags: ["--allow-http-issuers", ...flags],
    },
  )
  const { idp, poolId: UserPoolId } = world
  return Object.assign(world, {
    async addProvider(provider: Omit<CreateIdentityProviderRequest, "UserPoolId">) {
      await idp.send(new CreateIdentityProviderCommand({ UserPoolId, ...provider }))
    },
    async addClient(client: Partial<CreateUserPoolClientRequest>) {
      const command = new CreateUserPoolClientCommand({ UserPoolId, ClientName: "web", ...WEB_CLIENT, ...client })
      return (await idp.send(command)).UserPoolClient!.ClientId!
    },
  })
}

/** Goes to a provider of the pool: where the browser is sent. */
export async function goTo(
  browser: Browser,
  ClientId: string,
  provider: string,
  more: Record<string, string> = {},
): Promise<string> {
  const { headers, body } = await browser.get("/oauth2/authorize", {
    client_id: ClientId,
    redirect_uri: CALLBACK,
    response_type: "token",
    scope: "openid email profile",
    state: "the application's",
    identity_provider: provider,
    ...more,
  })
  if (headers.location === undefined) throw new Error(body)
  return headers.location
}

/** Follows a provider's redirects, with cookies of its own, until it sends the browser back: that URL. */
export async function walkProvider(start: string, base: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = start
  while (!url.startsWith(base)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const response = await fetch(url, { redirect: "manual", headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      cookies.set(name!, value!)
    }
    const location = response.headers.get("location")
    if (location === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
    url = new URL(location, url).href
  }
  return url
}

/** Takes the browser to a URL below the domain that it was sent to. */
export function follow(browser: Browser, url: string): Promise<SiteAnswer> {
  const { pathname, search } = new URL(url)
  const path = pathname.slice(new URL(browser.base).pathname.length)
  return browser.get(path, Object.fromEntries(new URLSearchParams(search)))
}

/** To a provider and back: what the application is told at its callback. */
export async function signInAt(
  browser: Browser,
  ClientId: string,
  provider: string,
  more: Record<string, string> = {},
): Promise<URLSearchParams> {
  const back = await walkProvider(await goTo(browser, ClientId, provider, more), browser.base)
  return toldAt(await follow(browser, back))
}

/** What the callback is told, in its query or its fragment. */
export function toldAt({ status, headers, body }: SiteAnswer): URLSearchParams {
  const { location } = headers
  if (status !== 302 || !location?.startsWith(CALLBACK)) throw new Error(`${status} ${location} ${body}`)
  const url = new URL(location)
  return new URLSearchParams(url.hash ? url.hash.slice(1) : url.search)
}
