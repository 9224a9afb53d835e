import { randomBytes } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { exportJWK, generateKeyPair } from "jose"
import { type Configuration, Provider } from "oidc-provider"
import { startWebServer } from "./web-server.ts"

export const CLIENT_ID = "hallpass-at-provider"
export const CLIENT_SECRET = "a secret of thirty-two characters"

type Claims = Record<string, unknown>

/**
 * A certified OpenID Connect provider (oidc-provider) that user pools sign people in by: with a client secret, userInfo and
 * consent for everything. Whoever is `next` signs in, by the claims that `people` has of them.
 */
export interface ForeignProvider {
  url: string
  issuer: string
  people: Map<string, Claims>
  next: string
  /** How somebody signs in (`acr`, `amr`), by what was asked for. */
  signsIn: (asked: Record<string, string | undefined>) => { acr?: string; amr?: string[] }
  requests: string[]
  /** What it answers in place of a provider, by path; undefined goes on as usual. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  [Symbol.asyncDispose](): Promise<void>
}

/** `issuer` where it goes by another name than where it is, as one that stands for Google does. */
export async function startForeignProvider(
  settings: { issuer?: string; routes?: Configuration["routes"]; more?: Configuration } = {},
): Promise<ForeignProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => unknown = () => {}
  const web = await startWebServer((request, response) => void handle(request, response))
  const issuer = settings.issuer ?? web.url
  const { privateKey } = await generateKeyPair("RS256", { extractable: true })
  const people = new Map<string, Claims>()
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: ["https://replaced.example/"],
        token_endpoint_auth_method: "client_secret_post",
        response_types: ["code"],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "signing", alg: "RS256", use: "sig" }] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name", "given_name", "groups", "picture"],
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...people.get(accountId) }),
    }),
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! })
      grant.addOIDCScope("openid email profile")
      await grant.save()
      return grant
    },
    ...(settings.routes && { routes: settings.routes }),
    ...settings.more,
  })
  // The pool that people come from is not known yet.
  Object.assign(provider.Client.prototype, { redirectUriAllowed: () => true })
  const callback = provider.callback()
  const foreign: ForeignProvider = {
    url: web.url,
    issuer,
    people,
    next: "",
    signsIn: () => ({}),
    requests: web.requests,
    instead: undefined,
    [Symbol.asyncDispose]: () => web[Symbol.asyncDispose](),
  }
  handle = async (request, response) => {
    if (foreign.instead?.(request, response)) return
    if (!request.url!.startsWith("/sign-in/")) return callback(request, response)
    const { params } = await provider.interactionDetails(request, response)
    const how = foreign.signsIn(params as Record<string, string | undefined>)
    await provider.interactionFinished(request, response, { login: { accountId: foreign.next, ...how } })
  }
  return foreign
}
