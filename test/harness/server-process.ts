import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { ClientOptions } from "./server.ts"

const program = fileURLToPath(new URL("../../bin/hallpass.js", import.meta.url))

/** The root of servers that are processes of their own. */
const ROOT = { accessKeyId: "AKIAHALLPASSTESTROOT", secretAccessKey: "only-for-the-tests-of-hallpass" }
const MASTER_KEY = Buffer.alloc(32, 7).toString("base64")

export interface ServerProcess {
  pid: number
  url: string
  client: ClientOptions
  /** Ends it as an operator would, and waits. */
  stop(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

interface ProcessOptions {
  /** None of its files may grow beyond so many kilobytes, as on a disk that is full. */
  room?: number
  /** Of the environment. */
  variables?: Readonly<Record<string, string>>
}

/** `hallpass start FLAGS` as a process of its own, on a free port, once it listens. */
export async function startServerProcess(
  flags: readonly string[],
  { room, variables = {} }: ProcessOptions = {},
): Promise<ServerProcess> {
  const environment = {
    ...process.env,
    ...variables,
    HALLPASS_ROOT_ACCESS_KEY_ID: ROOT.accessKeyId,
    HALLPASS_ROOT_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
    HALLPASS_MASTER_KEY: MASTER_KEY,
  }
  const command = [process.execPath, program, "start", "--port", "0", "--log", "json", ...flags]
  const script = `${room === undefined ? "" : `ulimit -S -f ${room}; `}exec "$@"`
  const child = spawn("bash", ["-c", script, "bash", ...command], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  })
  const url = await listening(child)
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, "exit")
    child.kill(signal)
    await exited
  }
  return {
    pid: child.pid!,
    url,
    client: { endpoint: url, region: "us-east-1", credentials: ROOT, maxAttempts: 1 },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ""
    child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk
      const found = /"message":"listening","url":"([^"]+)"/.exec(text)
      if (found) resolve(found[1]!)
    })
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it listened`)))
  })
}
