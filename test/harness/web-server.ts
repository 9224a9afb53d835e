import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"

/** Somebody else's server, on this machine. */
export interface WebServer {
  /** `http://127.0.0.1:49152` */
  url: string
  /** The requests that came, in order: `GET /path`. */
  requests: string[]
  [Symbol.asyncDispose](): Promise<void>
}

export async function startWebServer(page: RequestListener): Promise<WebServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    page(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers each path with its JSON, and 404 for the rest. The table may change meanwhile. */
export const startJsonServer = (pages: Record<string, unknown>): Promise<WebServer> =>
  startWebServer((request, response) => {
    const page = pages[request.url!]
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "application/json" })
    response.end(page === undefined ? "" : JSON.stringify(page))
  })
