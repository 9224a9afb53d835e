import type { IncomingMessage, ServerResponse } from "node:http"
import { Sha256 } from "@aws-crypto/sha256-js"
import { SignatureV4 } from "@smithy/signature-v4"
import type { ServerOptions } from "./environment.ts"

/** Explanations name policies. Of other calls than the page's own this backend says nothing. */
const EXPLAINED = new Set(["s3", "cognito-identity"])

/**
 * `GET /explain/<request id>`: why a request was allowed or refused. Only an account root may ask the server that, so
 * this backend asks in the page's place: the root's credentials never come near the browser.
 *
 * @returns whether the request was one of those.
 */
export function createBackend({ endpoint, region, credentials }: ServerOptions) {
  const signer = new SignatureV4({ service: "hallpass", region, credentials, sha256: Sha256 })

  async function explain(requestId: string): Promise<{ status: number; body: object }> {
    const url = new URL(`/_hallpass/decisions/${requestId}`, endpoint)
    const { headers } = await signer.sign({
      method: "GET",
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host },
    })
    const response = await fetch(url, { headers })
    const body = (await response.json()) as { service?: string; message?: string }
    if (response.ok && EXPLAINED.has(body.service ?? "")) return { status: 200, body }
    return { status: 404, body: { message: `Nothing is known of the request ${requestId}.` } }
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const requestId = /^\/explain\/([\w-]{1,64})$/.exec(request.url ?? "")?.[1]
    if (requestId === undefined || request.method !== "GET") return false
    const { status, body } = await explain(requestId).catch((error: Error) => ({
      status: 502,
      body: { message: `${endpoint} does not answer: ${error.message}` },
    }))
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    response.end(JSON.stringify(body))
    return true
  }
}
