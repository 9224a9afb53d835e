/** A request of ours to another server. */
export interface OutgoingRequest {
  method?: "GET" | "POST"
  headers?: Readonly<Record<string, string>>
  body?: string
}

export interface OutgoingAnswer {
  status: number
  text: string
}

/** Throws UnreachableError and nothing else. */
export type Outgoing = (url: string, request?: OutgoingRequest) => Promise<OutgoingAnswer>

/** No whole answer came: no connection, no time left, too long an answer, a redirect that is not followed. */
export class UnreachableError extends Error {
  override name = "UnreachableError"
}

const TIMEOUT_MILLISECONDS = 5_000
const MAXIMUM_BYTES = 512 * 1024
const REDIRECTS_AT_MOST = 3

/**
 * Asks other servers, within limits: five seconds and half a mebibyte in all, and redirects of a GET within the same
 * origin alone, so that who is asked stays who was configured.
 */
export function createOutgoing({
  timeoutMilliseconds = TIMEOUT_MILLISECONDS,
  maximumBytes = MAXIMUM_BYTES,
} = {}): Outgoing {
  return async (url, { method = "GET", headers = {}, body } = {}) => {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    let current = url
    try {
      for (let redirects = 0; ; redirects++) {
        const request = { method, headers, redirect: "manual" as const, signal }
        const response = await fetch(current, body === undefined ? request : { ...request, body })
        const location = response.headers.get("location")
        if (response.status < 300 || response.status >= 400 || location === null)
          return { status: response.status, text: await readText(response, maximumBytes) }
        await response.body?.cancel()
        const next = new URL(location, current)
        if (method !== "GET" || redirects >= REDIRECTS_AT_MOST || next.origin !== new URL(url).origin)
          throw new UnreachableError(`redirects to ${next.origin}${next.pathname}`)
        current = next.href
      }
    } catch (cause) {
      if (cause instanceof UnreachableError) throw cause
      throw new UnreachableError(reasonOf(cause), { cause })
    }
  }
}

async function readText(response: Response, maximumBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > maximumBytes) throw new UnreachableError(`answers with more than ${maximumBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

/** Without the URL, which may carry a secret. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error
  if (name === "TimeoutError") return "does not answer in time"
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? "does not answer"
}
