import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** Somebody else's server, on this machine. */
export interface WebServer {
  /** `http://127.0.0.1:49152` */
  url: string
  /** The requests that came, in order: `GET /path`. */
  requests: string[]
  [Symbol.asyncDispose](): Promise<void>
}

export type Page = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Answers what `page` does; for a table of paths, each with its JSON, and 404 for the rest. */
export async function startWebServer(page: Page | Record<string, unknown> | RequestListener): Promise<WebServer> {
  const requests: string[] = []
  const answer = typeof page === "function" ? page : tableOf(page)
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    void answer(request, response as ServerResponse & { req: IncomingMessage })
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

const tableOf =
  (pages: Record<string, unknown>): Page =>
  (request, response) => {
    const page = pages[request.url!]
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "application/json" })
    response.end(page === undefined ? "" : JSON.stringify(page))
  }
