// A peer of the sign-in pages: oidc-provider with its records in memory, its page a form of a name and a password, which it does not
// check. Like a user pool it signs both tokens with RSA, and gives a refresh token.
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { exportJWK, generateKeyPair } from "jose"
import { Provider } from "oidc-provider"

const [callback] = process.argv.slice(2)
const { privateKey } = await generateKeyPair("RS256", { extractable: true, modulusLength: 2048 })
const server = createServer()
server.listen(0, "127.0.0.1", async () => {
  const { port } = server.address() as AddressInfo
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: "bench",
        redirect_uris: [callback!],
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "signing", alg: "RS256", use: "sig" }] },
    cookies: { keys: ["a key of the bench"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    conformIdTokenClaims: false,
    issueRefreshToken: async () => true,
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => "https://api.example",
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: "", accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } }),
      },
    },
    interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: "ann@example.com", email_verified: true }),
    }),
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! })
      grant.addOIDCScope("openid email")
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  server.on("request", async (request, response) => {
    if (!request.url!.startsWith("/sign-in/")) return answer(request, response)
    const { uid } = await provider.interactionDetails(request, response)
    if (request.method === "POST") {
      let form = ""
      for await (const piece of request) form += String(piece)
      const accountId = new URLSearchParams(form).get("username") ?? ""
      return provider.interactionFinished(request, response, { login: { accountId } })
    }
    response
      .setHeader("content-type", "text/html")
      .end(
        `<!doctype html><form method="post" action="/sign-in/${uid}"><input name="username"><input name="password"></form>`,
      )
  })
  process.send?.(port)
})
