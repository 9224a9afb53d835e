import { type ChildProcess, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { createServer } from "node:net"
import { join, resolve } from "node:path"
import { Sha256 } from "@aws-crypto/sha256-js"
import { SignatureV4 } from "@smithy/signature-v4"
import { root } from "../tools/sources.ts"
import type { Load } from "./load.ts"

export const ROOT_KEYS: Keys = {
  accessKeyId: "AKIAHALLPASSBENCHROOT",
  secretAccessKey: "a-secret-for-the-benchmark-alone",
}
export const REGION = "us-east-1"

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** User and system time of a process, as Linux counts it: in hundredths of a second. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** A server in a process of its own, and what it has used of the processor. */
export interface Subject extends Disposable {
  url: string
  pid: number
  cpuSeconds(): Promise<number>
}

/** The floor: what `node:http` takes to read a small JSON body and to send it back. */
export async function startEcho(): Promise<Subject> {
  const child = fork(join(root, "bench/echo-server.ts"))
  const [port] = await once(child, "message")
  return subjectOf(child, `http://127.0.0.1:${port}`)
}

/** A peer of the sign-in pages: oidc-provider, whose client goes back to `callback`. */
export async function startOidcProvider(callback: string): Promise<Subject> {
  const child = fork(join(root, "bench/oidc-server.ts"), [callback], { stdio: "ignore" })
  const [port] = await once(child, "message")
  return subjectOf(child, `http://127.0.0.1:${port}`)
}

/** A peer of API Gateway: fastify with its JWT plug-in. Undefined where it is not installed below the directory. */
export async function startFastify(directory: string | undefined, publicKey: string): Promise<Subject | undefined> {
  if (directory === undefined || !existsSync(join(directory, "node_modules/@fastify/jwt"))) return undefined
  const child = fork(join(root, "bench/fastify-server.ts"), [resolve(directory), publicKey])
  const [port] = await once(child, "message")
  return subjectOf(child, `http://127.0.0.1:${port}`)
}

/** CPU microseconds of a bare round trip to another process, which is the floor of functions, or of running one without a server. */
export async function measureAlone(what: "round-trips" | "runtime-alone", count: number): Promise<number> {
  const child = fork(join(root, `bench/${what}.ts`), [String(count)])
  const [microseconds] = (await once(child, "message")) as [number]
  return microseconds
}

/** The floor of objects: a bare server of files below a directory. */
export async function startFileServer(directory: string): Promise<Subject> {
  const child = fork(join(root, "bench/file-server.ts"), [directory])
  const [port] = await once(child, "message")
  return subjectOf(child, `http://127.0.0.1:${port}`)
}

/** Hallpass, in memory unless told otherwise: as it is built, where the build is fresh, else from its sources. */
export async function startHallpass(where: string[] = ["--memory"]): Promise<Subject> {
  const port = await freePort()
  const environment = {
    ...process.env,
    HALLPASS_ROOT_ACCESS_KEY_ID: ROOT_KEYS.accessKeyId,
    HALLPASS_ROOT_SECRET_ACCESS_KEY: ROOT_KEYS.secretAccessKey,
  }
  const flags = ["start", ...where, "--log", "off", "--port", String(port)]
  const child = spawn(process.execPath, [join(root, "bin/hallpass.js"), ...flags], {
    env: environment,
    stdio: "ignore",
  })
  const url = `http://127.0.0.1:${port}`
  await untilAnswering(`${url}/_hallpass/health`, child)
  return subjectOf(child, url)
}

/** A peer's own program, told the port by its arguments. Undefined where it is not installed. */
export async function startPeer(
  program: string,
  flags: (port: number) => string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Subject | undefined> {
  const port = await freePort()
  const child = spawn(process.execPath, [program, ...flags(port)], { stdio: "ignore", ...options })
  const url = `http://127.0.0.1:${port}`
  try {
    await untilAnswering(url, child)
  } catch {
    child.kill()
    return undefined
  }
  return subjectOf(child, url)
}

const subjectOf = (child: ChildProcess, url: string): Subject => ({
  url,
  pid: child.pid!,
  cpuSeconds: async () => cpuSecondsOf(child.pid!),
  [Symbol.dispose]: () => void child.kill(),
})

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    await new Promise((wait) => setTimeout(wait, 20))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, "close")
  return port
}

/** Signs once: the same bytes are sent again and again, and verified again and again. */
export async function signed(
  service: string,
  request: { url: string; method: string; path: string; headers: Record<string, string>; body: string | Uint8Array },
  credentials: Keys = ROOT_KEYS,
): Promise<Load> {
  const { url, method, path, body } = request
  const { hostname, host } = new URL(url)
  const signer = new SignatureV4({
    service,
    region: REGION,
    credentials,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  })
  const headers = { ...request.headers, host }
  const { headers: all } = await signer.sign({ method, protocol: "http:", hostname, path, headers, body })
  return { url, method, path, headers: all, body }
}
