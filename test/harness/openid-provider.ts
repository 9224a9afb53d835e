import { createHash, randomBytes } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { exportJWK, generateKeyPair } from "jose"
import { Provider } from "oidc-provider"
import { startWebServer, type WebServer } from "./web-server.ts"

/** A certified OpenID Connect provider (oidc-provider) on this machine, where whoever says a name is let in. */
export interface OpenIdProvider {
  /** `http://127.0.0.1:49152` */
  issuer: string
  clientId: string
  /** The whole authorization code flow, as a browser takes it; the ID token at its end. */
  signIn(accountId: string): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

const CALLBACK = "https://shop.example.com/callback"

export async function startOpenIdProvider(clientId: string, claims: Record<string, unknown>): Promise<OpenIdProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => unknown = () => {}
  const web = await startWebServer((request, response) => void handle(request, response))
  const { privateKey } = await generateKeyPair("RS256", { extractable: true })
  const provider = new Provider(web.url, {
    clients: [
      { client_id: clientId, redirect_uris: [CALLBACK], token_endpoint_auth_method: "none", response_types: ["code"] },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "signing", alg: "RS256", use: "sig" }] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    claims: { openid: ["sub", ...Object.keys(claims)] },
    conformIdTokenClaims: false,
    ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 300 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId, ...claims }) }),
    // Everybody has agreed to everything already.
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! })
      grant.addOIDCScope("openid")
      await grant.save()
      return grant
    },
  })
  const names = new Map<string, string>()
  const callback = provider.callback()
  handle = async (request, response) => {
    if (!request.url!.startsWith("/sign-in/")) return callback(request, response)
    const accountId = names.get((await provider.interactionDetails(request, response)).params.state as string)!
    await provider.interactionFinished(request, response, { login: { accountId } })
  }
  return {
    issuer: web.url,
    clientId,
    async signIn(accountId) {
      const state = randomBytes(8).toString("hex")
      names.set(state, accountId)
      return exchange(web, clientId, state)
    },
    [Symbol.asyncDispose]: () => web[Symbol.asyncDispose](),
  }
}

async function exchange(web: WebServer, client_id: string, state: string): Promise<string> {
  const code_verifier = randomBytes(32).toString("base64url")
  const code_challenge = createHash("sha256").update(code_verifier).digest("base64url")
  const start = { client_id, state, response_type: "code", scope: "openid", redirect_uri: CALLBACK }
  const query = new URLSearchParams({ ...start, code_challenge, code_challenge_method: "S256" })
  const cookies = new Map<string, string>()
  let url = `${web.url}/auth?${query}`
  while (!url.startsWith(CALLBACK)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const response = await fetch(url, { redirect: "manual", headers: { cookie } })
    for (const [, name, value] of response.headers.getSetCookie().map((text) => /^([^=]+)=([^;]*)/.exec(text)!))
      cookies.set(name!, value!)
    const location = response.headers.get("location")
    if (location === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
    url = new URL(location, url).href
  }
  const code = new URL(url).searchParams.get("code")!
  const form = { grant_type: "authorization_code", client_id, code, redirect_uri: CALLBACK, code_verifier }
  const answer = await fetch(`${web.url}/token`, { method: "POST", body: new URLSearchParams(form) })
  const { id_token } = (await answer.json()) as { id_token?: string }
  if (!id_token) throw new Error("The provider gave no ID token.")
  return id_token
}
