import { chmodSync, readdirSync, rmSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { connect } from "node:net"
import { join, resolve } from "node:path"
import { randomUUID } from "../base/random.ts"
import type { HttpRequest, HttpResponse } from "../wire/http.ts"

/**
 * The way in for who runs the server: a Unix socket that its owner alone may open. What comes through it is asked by the
 * account root and needs no signature, so that no secret has to lie anywhere for the commands to find.
 */
export interface Door {
  path: string
  close(): Promise<void>
}

/** `sun_path` of macOS, the shortest, has room for so many bytes and the zero at their end. */
const PATH_BYTES = 103
const NAME = /^hallpass-[0-9a-f]{8}\.sock$/

/** Opens the door in the first of these private directories that it fits in; undefined where it fits in none. */
export async function openDoor(
  directories: readonly string[],
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<Door | undefined> {
  for (const directory of directories) {
    const path = resolve(directory, `hallpass-${randomUUID().slice(0, 8)}.sock`)
    if (Buffer.byteLength(path) > PATH_BYTES) continue
    await removeDeadDoors(directory)
    const door = await openAt(path, answer)
    if (door) return door
  }
  return undefined
}

async function openAt(
  path: string,
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<Door | undefined> {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, answer).catch(() => outgoing.destroy())
  })
  // The socket is made at once, and never is anybody's but its owner's.
  const mask = process.umask(0o177)
  const listening = new Promise<boolean>((tell) => {
    server.once("error", () => tell(false))
    server.listen(path, () => tell(true))
  })
  process.umask(mask)
  if (!(await listening)) return undefined
  chmodSync(path, 0o600)
  return {
    path,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<void> {
  const [path = "/", query = ""] = (incoming.url ?? "/").split("?")
  const { status, headers, body } = await answer({
    method: incoming.method ?? "GET",
    path,
    query,
    headers: incoming.headers as HttpRequest["headers"],
    rawHeaders: incoming.rawHeaders,
    body: incoming,
    remoteAddress: "",
    secure: false,
  })
  outgoing.writeHead(status, headers).end(body)
}

/** What a killed server left: nobody answers there. */
async function removeDeadDoors(directory: string): Promise<void> {
  const names = readNames(directory).filter((name) => NAME.test(name))
  await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name)
      if (!(await isAnswered(path))) rmSync(path, { force: true })
    }),
  )
}

function readNames(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

/** Anything but a plain refusal is somebody. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((tell) => {
    const socket = connect(path)
    socket.once("connect", () => {
      socket.destroy()
      tell(true)
    })
    socket.once("error", (error: NodeJS.ErrnoException) => tell(error.code !== "ECONNREFUSED"))
  })
}
