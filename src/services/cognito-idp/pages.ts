import type { Deps } from "../../call.ts"
import { WireError } from "../../wire/errors.ts"
import type { HttpRequest, HttpResponse } from "../../wire/http.ts"
import { confirmSignUp } from "./accounts/confirm-sign-up.ts"
import { getClientAndPool } from "./app-clients/record.ts"
import { clientNotFound } from "./errors.ts"
import { discoveryDocument } from "./hosted/discovery.ts"
import { getSigningKeys } from "./tokens/signing-keys.ts"
import { importUpload } from "./user-import/upload.ts"
import { findUserPool, type UserPool } from "./user-pools/record.ts"

export async function pages(request: HttpRequest, deps: Deps): Promise<HttpResponse | undefined> {
  return (
    (await keyPages(request, deps)) ??
    (await importUpload(request, deps)) ??
    (await confirmationPage(request, deps)) ??
    endpointsWithoutDomain(request)
  )
}

/** What the discovery document of a pool without a domain names: as AWS answers there (recorded). */
function endpointsWithoutDomain({ path }: HttpRequest): HttpResponse | undefined {
  if (!/^\/[\w-]{1,44}_[0-9a-zA-Z]{1,55}\/(?:authorize|token|userInfo|revoke|logout)$/.test(path)) return undefined
  const message = "The server did not understand the operation that was requested."
  return {
    status: 400,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify({ code: "BadRequest", message, type: "client" }),
  }
}

/** The link of CONFIRM_WITH_LINK. AWS has it on the pool's domain, with the same parameters. */
async function confirmationPage(request: HttpRequest, deps: Deps): Promise<HttpResponse | undefined> {
  const poolId = /^\/([\w-]{1,44}_[0-9a-zA-Z]{1,55})\/confirmUser$/.exec(request.path)?.[1]
  if (poolId === undefined || request.method !== "GET") return undefined
  const query = new URLSearchParams(request.query)
  const given = (name: string): string => query.get(name) ?? ""
  try {
    const { client, pool } = await getClientAndPool(deps.store, given("client_id"))
    if (pool.id !== poolId) throw clientNotFound(given("client_id"))
    await confirmSignUp({ ...deps, request }, { client, pool }, given("user_name"), given("confirmation_code"))
    return text(200, "Your registration has been confirmed!")
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return text(error.status, error.message)
  }
}

const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  body,
})

/** The documents by which anybody verifies a pool's tokens. Both are public and for browsers of any origin. */
async function keyPages(request: HttpRequest, deps: Deps): Promise<HttpResponse | undefined> {
  const path = /^\/([\w-]{1,44}_[0-9a-zA-Z]{1,55})\/\.well-known\/(jwks\.json|openid-configuration)$/.exec(request.path)
  if (!path) return undefined
  if (request.method === "OPTIONS")
    return { status: 204, headers: { ...CORS, "access-control-max-age": 86_400 }, body: undefined }
  if (request.method !== "GET" && request.method !== "HEAD") return json(405, { message: "Method Not Allowed" })
  const pool = await findUserPool(deps.store, path[1]!)
  if (!pool) return json(404, { message: `User pool ${path[1]} does not exist.` })
  return json(200, path[2] === "jwks.json" ? await keySet(deps, pool) : await discoveryDocument(request, deps, pool))
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD",
  "access-control-allow-headers": "*",
}

const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: { ...CORS, "content-type": "application/json", "cache-control": "public, max-age=86400" },
  body: JSON.stringify(value),
})

async function keySet(deps: Deps, pool: UserPool): Promise<unknown> {
  const { id, access } = await getSigningKeys(deps, pool.id)
  return { keys: [id.jwk, access.jwk] }
}
