import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, extname, join } from "node:path"
import { fileURLToPath } from "node:url"

export interface Site {
  url: string
  [Symbol.asyncDispose](): Promise<void>
}

export interface SiteOptions {
  /** Its folder below `examples/`. */
  example: string
  /** Answered as `/config.json`. */
  config: object
  /** Asked first; false where the page's own files are to answer. */
  backend?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
}

/** Builds an example with its own Vite, and serves what came of it. */
export async function serveExample({ example, config, backend }: SiteOptions): Promise<Site> {
  const folder = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url))
  const built = mkdtempSync(join(tmpdir(), "hallpass-site-"))
  const vite = join(dirname(createRequire(join(folder, "package.json")).resolve("vite/package.json")), "bin", "vite.js")
  execFileSync(process.execPath, [vite, "build", "--outDir", built, "--emptyOutDir", "--logLevel", "warn"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
  })
  const server = createServer(async (request, response) => {
    if (await backend?.(request, response)) return
    const path = new URL(request.url!, "http://site").pathname
    if (path === "/config.json")
      return response.writeHead(200, { "content-type": TYPES[".json"]! }).end(JSON.stringify(config))
    try {
      const file = readFileSync(join(built, path === "/" ? "index.html" : path))
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? TYPES[".html"]! }).end(file)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      rmSync(built, { recursive: true, force: true })
    },
  }
}
