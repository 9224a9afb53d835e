import { type AppClient, findClient } from "../../app-clients/record.ts"
import { isOneOf, openSecrets } from "../../app-clients/secrets.ts"
import { isStorable } from "../../users/names.ts"
import { type Because, HostedError, refusedProgram } from "../errors.ts"
import type { Hosted } from "../hosted.ts"

/** What a program says of itself: in its header, or in the form. */
interface Claimed {
  id: string
  secret: string | undefined
}

/**
 * The client that asks, proved by its secret where it has one: `client_secret_basic`, `client_secret_post`, or nothing but its
 * ID. Throws `invalid_client`. Source: "The token issuer endpoint"; recorded with 400 and this description.
 */
export async function authenticateClient(hosted: Hosted, status: 400 | 401 = 400): Promise<AppClient> {
  const { deps, pool } = hosted
  const claimed = claimOf(hosted)
  const client = isStorable(claimed.id) ? await findClient(deps.store, claimed.id) : undefined
  if (client?.poolId !== pool.id)
    throw invalidClient(status, undefined, {
      check: "OAuth client",
      expected: "a client of this user pool",
      found: claimed.id,
    })
  const secrets = openSecrets(deps.masterKey, client)
  const isRight = secrets.length === 0 ? claimed.secret === undefined : isOneOf(secrets, claimed.secret ?? "")
  if (isRight) return client
  throw invalidClient(status, "invalid_client_secret", {
    check: "secret of the OAuth client",
    expected: secrets.length === 0 ? "none: the client is public" : "a secret of the client",
    found: claimed.secret === undefined ? "none" : "another",
  })
}

function invalidClient(status: number, description: string | undefined, because: Because): HostedError {
  const headers = status === 401 ? { "www-authenticate": "Basic" } : undefined
  return new HostedError({ is: "json", status, ...(headers && { headers }) }, "invalid_client", description, because)
}

function claimOf({ request, form }: Hosted): Claimed {
  const basic = readBasic(request.headers.authorization)
  const id = form?.get("client_id") ?? undefined
  const secret = form?.get("client_secret") ?? undefined
  if (basic) {
    // RFC 6749, 2.3: one method for each request.
    if (secret !== undefined || (id !== undefined && id !== basic.id))
      throw refusedProgram("invalid_request", {
        check: "how the OAuth client proves itself",
        expected: "the header or the form",
        found: "both",
      })
    return basic
  }
  if (!id)
    throw refusedProgram("invalid_request", {
      check: "parameters of the request",
      expected: "client_id",
      found: "none",
    })
  return { id, secret: secret || undefined }
}

/** Undefined where the header is of another scheme, or none. Name and secret are form-encoded in it (RFC 6749, 2.3.1). */
function readBasic(header: string | undefined): Claimed | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+)$/i.exec(header ?? "")?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, "base64").toString("utf8")
  const at = text.indexOf(":")
  const [id, secret] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)]
  return { id: formDecode(id), secret: formDecode(secret) || undefined }
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", "%20"))
  } catch {
    return text
  }
}
