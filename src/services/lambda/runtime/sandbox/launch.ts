import { type ChildProcess, spawn } from "node:child_process"
import type { Socket } from "node:net"
import { join } from "node:path"
import type { Readable, Writable } from "node:stream"
import { type Confinement, isMounted, type Place, pathsOf } from "./confinement.ts"
import { initBelow } from "./processes.ts"
import { enderOf } from "./user.ts"

/** How a process ended: by itself with a status, or by a signal. */
export type Exit = { status: number } | { signal: string }

export interface Launched {
  pid: number
  stdout: Readable
  stderr: Readable
  /** To the bootstraps of this server: what they say of the Runtime API's comes by it, and not by the loopback. */
  line: Socket
  /** Resolves when the first process has ended; the others of the environment may still be there. */
  exited: Promise<Exit>
  /** Ends every process of the environment. Resolves when all are gone. */
  kill(): Promise<void>
}

/** What the tools that make an environment get: nothing of the function's, which could change what they do as root. */
const TOOLS_ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" }
/** Memory of a process beyond its heap that is asked for and hardly used: stacks of threads, arenas. */
const DATA_ALLOWANCE_MEGABYTES = 1024
/** Of a user, as AWS has it. */
const PROCESSES_AT_MOST = 1024
/** The server goes before its functions: where they all want a processor, it gets three times what one of them does. */
const NICENESS = 5

/**
 * Starts the command of an environment with these variables and no others. The processes are a group of their own; they
 * end when the server ends, however that ends.
 */
export function launch(
  confinement: Confinement,
  place: Place,
  command: readonly string[],
  variables: Readonly<Record<string, string>>,
): Launched {
  const [program, ...args] = ["nice", "-n", `${NICENESS}`, ...commandLine(confinement, place, command)]
  const child = spawn(program!, args, {
    cwd: "/",
    env: TOOLS_ENVIRONMENT,
    detached: true,
    stdio: ["ignore", "pipe", "ignore", "pipe", "pipe", "pipe"],
  })
  const exited = exitOf(child)
  // Where the machine has no more files, there are none of these.
  if (!child.stdio[3]) throw new Error("no process could be started")
  const input = child.stdio[3] as Writable
  input.on("error", () => {})
  input.end(exports(variables, pathsOf(confinement, place).layers))
  const watchdog = watch(confinement, place, child)
  let killed: Promise<void> | undefined
  return {
    pid: child.pid ?? -1,
    stdout: child.stdout!,
    stderr: child.stdio[4] as Readable,
    line: (child.stdio as readonly unknown[])[5] as Socket,
    exited,
    kill() {
      killed ??= killAll(confinement, child, exited, watchdog)
      return killed
    },
  }
}

function commandLine(confinement: Confinement, place: Place, command: readonly string[]): string[] {
  const data = String((place.memoryMegabytes + DATA_ALLOWANCE_MEGABYTES) * 1024 * 1024)
  const init = ["env", "-i", "/bin/sh", join(place.bootstraps, "init.sh"), ...command]
  const limits = ["prlimit", "--nofile=1024", "--core=0", `--data=${data}`, ...fileLimit(confinement, place)]
  if (confinement === "none")
    return process.platform === "linux" ? ["setpriv", "--pdeathsig", "KILL", "--", ...limits, "--", ...init] : init
  if (confinement === "users")
    return [
      ...[...limits, `--nproc=${PROCESSES_AT_MOST}`, "--", "setpriv", "--reuid", `${place.user}`],
      ...[
        "--regid",
        `${place.user}`,
        "--groups",
        place.groups.join(",") || `${place.user}`,
        "--inh-caps=-all",
        "--bounding-set=-all",
        "--no-new-privs",
      ],
      ...["--pdeathsig", "KILL", "--", ...init],
    ]
  const isRoot = confinement === "namespaces"
  return [
    ...["setpriv", "--pdeathsig", "KILL", "--", "unshare", ...(isRoot ? [] : ["--user", "--map-root-user"])],
    ...["--mount", "--pid", "--ipc", "--fork", "--kill-child", "--", "/bin/sh", join(place.bootstraps, "sandbox.sh")],
    ...[place.mountPoint, place.code, place.layers ?? "-", place.bootstraps, process.execPath, place.library ?? "-"],
    ...[
      place.modules ?? "-",
      `${place.temporaryMegabytes}`,
      isRoot ? `${place.user}` : "0",
      data,
      `${PROCESSES_AT_MOST}`,
      ...command,
    ],
  ]
}

/** Where `/tmp` is no file system of a size of its own, one file at least cannot be larger than it may be. */
const fileLimit = (confinement: Confinement, { temporaryMegabytes }: Place): string[] =>
  isMounted(confinement) ? [] : [`--fsize=${temporaryMegabytes * 1024 * 1024}`]

/** Text that a shell evaluates, with a mark at its end. Where the layers are is for the shell alone. */
function exports(variables: Readonly<Record<string, string>>, layers: string): string {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`)
  return [...lines, `layers=${quote(layers)}`, "# all", ""].join("\n")
}

const quote = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`

/** A shell tells of a child that was ended by a signal as 128 and the signal's number. These are not ends of one's own. */
const SIGNALS: Readonly<Record<number, string>> = {
  132: "SIGILL",
  133: "SIGTRAP",
  134: "SIGABRT",
  135: "SIGBUS",
  136: "SIGFPE",
  137: "SIGKILL",
  139: "SIGSEGV",
  143: "SIGTERM",
  152: "SIGXCPU",
  159: "SIGSYS",
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ status: 127 }))
    child.once("exit", (status, signal) => {
      const named = signal ?? SIGNALS[status ?? 0]
      resolve(named === undefined ? { status: status ?? 0 } : { signal: named })
    })
  })
}

/** Where no process namespace ends all of its processes with the first, another process does, which outlives the server. */
function watch(confinement: Confinement, place: Place, child: ChildProcess): ChildProcess | undefined {
  if (confinement === "namespaces" || confinement === "userNamespaces" || child.pid === undefined) return undefined
  const whom =
    confinement === "users"
      ? ["user", `${place.user}`, `${enderOf(place.user)}`, process.execPath]
      : ["group", `${child.pid}`]
  const watchdog = spawn("/bin/sh", [join(place.bootstraps, "watchdog.sh"), ...whom], {
    cwd: "/",
    env: TOOLS_ENVIRONMENT,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  })
  watchdog.once("error", () => {})
  watchdog.stdin!.on("error", () => {})
  return watchdog
}

async function killAll(
  confinement: Confinement,
  child: ChildProcess,
  exited: Promise<Exit>,
  watchdog: ChildProcess | undefined,
): Promise<void> {
  if (child.pid !== undefined) {
    // The init of a process namespace is gone when all others of it are, and unshare when its init is.
    const init = isMounted(confinement) ? initBelow(child.pid) : undefined
    kill(init ?? -child.pid)
  }
  if (watchdog?.pid !== undefined) {
    const over = new Promise((resolve) => watchdog.once("exit", resolve))
    watchdog.stdin!.end()
    if (watchdog.exitCode === null && watchdog.signalCode === null) await over
  }
  await exited
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has ended.
  }
}
