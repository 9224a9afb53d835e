// The floor of objects: node:http, a directory, and what a PUT cannot do without: its MD5, its SHA-256, a file that is
// synced and then gets its name. It checks nothing.
import { createHash } from "node:crypto"
import { createReadStream, createWriteStream } from "node:fs"
import { rename, stat } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"

const PIECE_BYTES = 1024 * 1024
const directory = process.argv[2]!
let puts = 0

async function put(incoming: IncomingMessage, outgoing: ServerResponse, file: string): Promise<void> {
  const begun = `${file}.${puts++}`
  const [md5, sha256] = [createHash("md5"), createHash("sha256")]
  incoming.on("data", (piece: Buffer) => {
    md5.update(piece)
    sha256.update(piece)
  })
  await pipeline(incoming, createWriteStream(begun, { flush: true }))
  await rename(begun, file)
  outgoing.setHeader("etag", `"${md5.digest("hex")}"`)
  outgoing.setHeader("x-amz-checksum-sha256", sha256.digest("base64"))
  outgoing.end()
}

async function get(outgoing: ServerResponse, file: string): Promise<void> {
  outgoing.setHeader("content-length", (await stat(file)).size)
  await pipeline(createReadStream(file, { highWaterMark: PIECE_BYTES }), outgoing)
}

const server = createServer((incoming, outgoing) => {
  const file = join(directory, incoming.url!.replaceAll("/", "-"))
  const answering = incoming.method === "PUT" ? put(incoming, outgoing, file) : get(outgoing, file)
  answering.catch(() => outgoing.destroy())
})
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as { port: number }).port))
