import { DEFAULT_DATA_DIRECTORY, DEFAULT_PORT, parseWhole } from "../config.ts"
import { ask, DoorClosed } from "./ask.ts"
import { CommandFailure } from "./failure.ts"
import { byPort, inDirectory, readPointer } from "./pointer.ts"

/** What a server says of itself to who may open its door. */
export interface ServerDescription {
  pid: number
  url: string
  region: string
  accountId: string
  accessKeyId: string
  secretAccessKey: string
  /** As people read it: `in memory`, a directory, a database without its password. */
  storage: string
  /** ISO 8601. */
  startedAt: string
  processes: number
}

/** A running server, and where its door is. */
export interface FoundServer extends ServerDescription {
  door: string
}

export const SERVER_FLAGS = {
  "data-dir": { type: "string" },
  port: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const

/** The server that `--data-dir` or `--port` means; by default that of `./.hallpass`, else that of the default port. */
export async function findServer(flags: { "data-dir"?: string; port?: string }): Promise<FoundServer> {
  const port = parseWhole(flags.port, "--port", DEFAULT_PORT, 1, 65535)
  const files =
    flags["data-dir"] !== undefined
      ? [inDirectory(flags["data-dir"])]
      : flags.port !== undefined
        ? [byPort(port)]
        : [inDirectory(DEFAULT_DATA_DIRECTORY), byPort(port)]
  for (const file of files) {
    const door = readPointer(file)?.door
    const description = door === undefined ? undefined : await knock(door)
    if (description) return { ...description, door: door! }
  }
  const where =
    flags["data-dir"] !== undefined ? ` on ${flags["data-dir"]}` : flags.port !== undefined ? ` on port ${port}` : ""
  throw new CommandFailure(`No server of yours is running${where}. 'hallpass start' runs one.`)
}

/** Undefined where nobody opens. */
async function knock(door: string): Promise<ServerDescription | undefined> {
  try {
    return (await ask({ door }, "GET", "server")) as ServerDescription
  } catch (error) {
    if (error instanceof DoorClosed) return undefined
    throw error
  }
}
