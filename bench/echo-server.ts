// The floor: what node:http takes to read a small JSON body and to send it back.
import { createServer } from "node:http"

const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = []
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
  incoming.on("end", () => {
    const body = Buffer.concat(chunks)
    outgoing.writeHead(200, { "content-type": "application/json", "content-length": body.length })
    outgoing.end(body)
  })
})
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as { port: number }).port))
