import { Readable } from "node:stream"
import { HttpResponse as ClientResponse } from "@smithy/core/protocols"
import type { HttpRequest, HttpResponse } from "../../src/wire/http.ts"

interface ClientRequest {
  method: string
  path: string
  query?: Record<string, string | string[] | null>
  headers: Record<string, string>
  body?: string | Uint8Array
}

/** A request handler for a real SDK client that answers within the process: no sockets between the two ends. */
export function inProcess(answer: (request: HttpRequest) => HttpResponse) {
  return {
    async handle(request: ClientRequest) {
      const { status, headers, body } = answer(serverRequest(request))
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])
      const stream = Readable.from(body === undefined ? [] : [Buffer.from(body as Uint8Array)])
      return {
        response: new ClientResponse({ statusCode: status, headers: Object.fromEntries(lower), body: stream }),
      }
    },
    metadata: { handlerProtocol: "http/1.1" },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  }
}

function serverRequest({ method, path, query = {}, headers, body = "" }: ClientRequest): HttpRequest {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => (value === null ? [name] : [name, value]).map(encodeURIComponent).join("=")),
  )
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return {
    method,
    path,
    query: pairs.join("&"),
    headers: Object.fromEntries(lower),
    rawHeaders: [],
    body: Buffer.from(body as string),
    remoteAddress: "192.0.2.1",
    secure: false,
  }
}
