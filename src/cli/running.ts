import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { type Config, DEFAULT_DATA_DIRECTORY, DEFAULT_PORT, parseWhole, runtimeDirectory } from "../config.ts"
import { makePrivateDirectory, writePrivate } from "../keys.ts"
import type { RunningHallpass } from "../start.ts"
import { CommandFailure } from "./failure.ts"

/** What a command must know to talk to a server. Kept in a file (mode 0600) that goes with the process. */
export interface ServerFile {
  pid: number
  url: string
  region: string
  accountId: string
  accessKeyId: string
  secretAccessKey: string
}

const inDirectory = (path: string) => join(path, "server.json")
const byPort = (port: number) => join(runtimeDirectory(), `hallpass-${process.getuid?.() ?? 0}-${port}.json`)

/** Writes the files by which `hallpass env` finds this server: in its data directory, and by its port. */
export function rememberServer({ storage, accountId }: Config, running: RunningHallpass): string[] {
  const { url, region, credentials, port } = running
  const text = `${JSON.stringify({ pid: process.pid, url, region, accountId, ...credentials } satisfies ServerFile, null, 2)}\n`
  const files = storage.kind === "memory" ? [byPort(port)] : [inDirectory(storage.path), byPort(port)]
  // Where the environment gives the master key and the records are in a database, nobody has made the directory yet.
  if (storage.kind === "database") makePrivateDirectory(storage.path)
  for (const file of files) writePrivate(file, text)
  return files
}

export function forgetServer(files: readonly string[]): void {
  for (const file of files) {
    // Another server may have taken the place since.
    if (readServer(file)?.pid === process.pid) rmSync(file, { force: true })
  }
}

export const SERVER_FLAGS = {
  "data-dir": { type: "string" },
  port: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const

/** The server that `--data-dir` or `--port` means; by default that of `./.hallpass`, else that of the default port. */
export function findServer(flags: { "data-dir"?: string; port?: string }): ServerFile {
  const port = parseWhole(flags.port, "--port", DEFAULT_PORT, 1, 65535)
  const files =
    flags["data-dir"] !== undefined
      ? [inDirectory(flags["data-dir"])]
      : flags.port !== undefined
        ? [byPort(port)]
        : [inDirectory(DEFAULT_DATA_DIRECTORY), byPort(port)]
  for (const file of files) {
    const server = readServer(file)
    if (server && isRunning(server.pid) && (isPrivatePlace(file) || isOurs(file))) return server
  }
  const where =
    flags["data-dir"] !== undefined ? ` on ${flags["data-dir"]}` : flags.port !== undefined ? ` on port ${port}` : ""
  throw new CommandFailure(`No server of yours is running${where}. 'hallpass start' runs one.`)
}

function readServer(file: string): ServerFile | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ServerFile
  } catch {
    return undefined
  }
}

/** Anybody may write where the files by port are: only what we wrote, and nobody else could have, is believed. */
function isOurs(file: string): boolean {
  if (process.getuid === undefined) return true
  const stats = lstatSync(file)
  return stats.isFile() && stats.uid === process.getuid() && (stats.mode & 0o077) === 0
}

const isPrivatePlace = (file: string) => dirname(file) !== runtimeDirectory()

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}
