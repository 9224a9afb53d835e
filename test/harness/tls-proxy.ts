import { readFileSync } from "node:fs"
import { request } from "node:http"
import { createServer } from "node:https"
import type { AddressInfo } from "node:net"
import { makeCertificate } from "./certificate.ts"

/** A proxy that speaks TLS in front of a server, with a certificate that vouches for itself, as an operator's does. */
export interface TlsProxy {
  /** `https://127.0.0.1:49153` */
  url: string
  [Symbol.asyncDispose](): Promise<void>
}

export async function startTlsProxy(target: string): Promise<TlsProxy> {
  const certificate = makeCertificate()
  const { hostname, port } = new URL(target)
  const server = createServer(
    { key: readFileSync(certificate.key), cert: readFileSync(certificate.cert) },
    (incoming, outgoing) => {
      const headers = { ...incoming.headers, "x-forwarded-proto": "https" }
      const asked = request({ hostname, port, method: incoming.method, path: incoming.url, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(outgoing)
      })
      asked.on("error", () => outgoing.destroy())
      incoming.pipe(asked)
    },
  )
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      certificate[Symbol.dispose]()
    },
  }
}
