import type { HttpResponse } from "../../../wire/http.ts"
import type { Exchange } from "../rest/exchange.ts"
import { chooseCoding } from "./codings.ts"

/**
 * Compresses what the integration answered, as it was mapped, where the caller asks for it, where it has at least so many bytes and
 * is not said to be compressed already. Bytes of a binary media type are compressed as text is (Developer Guide, "Receive an API
 * response with a compressed payload in API Gateway").
 */
export async function compress(response: HttpResponse, { request }: Exchange, minimumBytes: number): Promise<void> {
  const { body, headers } = response
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return
  if (body.length === 0 || request.method === "HEAD" || response.status === 204 || response.status === 304) return
  const coding = chooseCoding(request.headers["accept-encoding"])
  if (!coding || Object.keys(headers).some((name) => name.toLowerCase() === "content-encoding")) return
  const bytes = typeof body === "string" ? Buffer.from(body) : body
  if (bytes.byteLength < minimumBytes) return
  response.body = await coding.encode(bytes)
  headers["Content-Encoding"] = coding.name
}
