import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { SdkClientOptions } from "../../src/testing/index.ts"
import { runCommand } from "../harness/command.ts"
import { eventually } from "../harness/eventually.ts"

const program = fileURLToPath(new URL("../../bin/hallpass.js", import.meta.url))

/** A folder in which people work, and in which commands keep what they keep: nothing of anybody else's is in the way. */
export interface Desk {
  path: string
  environment: Record<string, string>
  run: (...args: string[]) => ReturnType<typeof runCommand>
  /** With these variables for AWS clients, and no others. */
  runWith: (aws: Record<string, string>, ...args: string[]) => ReturnType<typeof runCommand>
  /** A command that goes on until it is ended. */
  follow: (...args: string[]) => Followed
  start: (...flags: string[]) => Promise<Running>
  clear(): Promise<void>
}

export interface Followed {
  /** Waits for a text in what it has written. */
  until(text: RegExp): Promise<void>
  end(): void
}

export interface Running {
  url: string
  port: number
  pid: number
  /** What it has written until now. */
  output(): string
  client(): Promise<SdkClientOptions>
  /** Sends a signal and waits: the exit code, or the signal where it ended by that. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>
}

export function openDesk(): Desk {
  const path = mkdtempSync(join(tmpdir(), "hallpass-desk-"))
  // Files by port go here, so that a server of somebody's own on the default port is not found.
  const environment = { XDG_RUNTIME_DIR: path, NO_COLOR: "" }
  const children: ChildProcess[] = []
  const run = (...args: string[]) => runCommand(args, { cwd: path, env: environment })
  return {
    path,
    environment,
    run,
    runWith(aws, ...args) {
      const none = Object.keys(process.env).filter((name) => name.startsWith("AWS_"))
      return runCommand(args, {
        cwd: path,
        env: { ...environment, ...Object.fromEntries(none.map((name) => [name, ""])), ...aws },
      })
    },
    follow(...args) {
      const child = spawn(process.execPath, [program, ...args], { cwd: path, env: { ...process.env, ...environment } })
      children.push(child)
      let output = ""
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text
      })
      return {
        until: async (text) => void (await eventually(async () => text.test(output) || undefined)),
        end: () => void child.kill(),
      }
    },
    async start(...flags) {
      const child = spawn(process.execPath, [program, "start", "--port", "0", ...flags], {
        cwd: path,
        env: { ...process.env, ...environment },
      })
      children.push(child)
      return watch(child, run)
    },
    async clear() {
      for (const child of children)
        if (child.exitCode === null && child.signalCode === null) {
          child.kill("SIGKILL")
          await once(child, "exit")
        }
      rmSync(path, { recursive: true, force: true })
    },
  }
}

async function watch(child: ChildProcess, run: Desk["run"]): Promise<Running> {
  let output = ""
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text
        const found = /"message":"listening","url":"([^"]+)"|is listening at (\S+)/.exec(output)
        if (found) resolve(found[1] ?? found[2]!)
      })
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${output}`)))
  })
  const port = Number(new URL(url).port)
  return {
    url,
    port,
    pid: child.pid!,
    output: () => output,
    async client() {
      const { stdout } = await run("env", "--port", String(port), "--json")
      const env = JSON.parse(stdout) as Record<string, string>
      const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! }
      return { endpoint: env.AWS_ENDPOINT_URL!, region: env.AWS_REGION!, credentials, maxAttempts: 1 }
    },
    async end(signal = "SIGTERM") {
      const exited = once(child, "exit")
      child.kill(signal)
      const [code, by] = (await exited) as [number | null, NodeJS.Signals | null]
      return code ?? by!
    },
  }
}
