import type { HttpExchange } from "../exchange.ts"

/** Forms and the rest are bytes (Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs"; UNVERIFIED: the whole list). */
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|[\w.-]+\+(?:json|xml))(?:;|$|\s))/i

export interface EventBody {
  body?: string
  isBase64Encoded: boolean
}

/** Text as it is, everything else as Base64; what is called text and is none, too. */
export function eventBody({ body, request }: HttpExchange): EventBody {
  if (body.length === 0) return { isBase64Encoded: false }
  const text = TEXT.test(request.headers["content-type"] ?? "") ? body.toString("utf8") : undefined
  if (text !== undefined && Buffer.byteLength(text) === body.length && !text.includes("\ufffd"))
    return { body: text, isBase64Encoded: false }
  return { body: body.toString("base64"), isBase64Encoded: true }
}
