import { totalmem } from "node:os"
import type { Clock } from "../../../base/clock.ts"
import { randomInt } from "../../../base/random.ts"
import type { Segment } from "../../../bytes/bytes.ts"
import { every } from "./alarm.ts"
import { createCodeStore } from "./code-store.ts"
import { makeDirectories, removeDirectories } from "./directories.ts"
import { makeEnvironment, type Workshop } from "./make-environment.ts"
import { createMonitor } from "./monitor.ts"
import { NotRun } from "./not-run.ts"
import { Pool, type PoolLimits } from "./pool.ts"
import type { Ending, RunnableFunction, Runtime } from "./runtime.ts"
import type { Confinement } from "./sandbox/confinement.ts"
import { type FunctionsMode, findConfinement } from "./sandbox/find-confinement.ts"
import { isOpen, isReachable } from "./sandbox/reachable.ts"
import { claimUser, NO_USER } from "./sandbox/user.ts"

export interface RuntimeOptions {
  mode: FunctionsMode
  /** Of `sandboxed`: a way to keep functions apart, where not the best that the machine has. */
  confinement?: Exclude<Confinement, "none">
  /** The bytes of a zip file. */
  read(segment: Segment): AsyncIterable<Uint8Array>
  /** Puts what is in a zip file into an empty directory. */
  unpack(zip: AsyncIterable<Uint8Array>, directory: string): Promise<void>
  clock: Clock
  /** What functions reach this server by: `http://127.0.0.1:4566`. */
  endpointUrl(): string
  /** Where a directory is made for unpacked code; the functions' users must be able to come there. */
  directory: string
  /** Where interpreters are looked for: a PATH. */
  searchPath: string
  /** A directory of modules for all functions: `node_modules` and `python` in it. */
  modules?: string
  limits?: Partial<RuntimeLimits>
  onFault(error: unknown): void
}

export interface RuntimeLimits extends PoolLimits {
  /** Of unpacked code on the disk, beyond which what is not in use is removed. */
  codeBytes: number
}

const MINUTE = 60_000
const MEBIBYTE = 1024 * 1024
const SWEEP_MILLISECONDS = 2_000
const MEMORY_OF_AN_ENVIRONMENT = 384 * MEBIBYTE
const NO_BYTES = new Uint8Array(0)
const NO_LOG = () => NO_BYTES

const defaultLimits = (): RuntimeLimits => ({
  environments: Math.max(4, Math.min(128, Math.floor(totalmem() / MEMORY_OF_AN_ENVIRONMENT))),
  idleMilliseconds: 10 * MINUTE,
  ageMilliseconds: 10 * 60 * MINUTE,
  waitMilliseconds: 30_000,
  waiting: 1_000,
  codeBytes: 2048 * MEBIBYTE,
})

/** Runs functions in child processes. Nothing is made or tried out before the first function is run. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const limits = { ...defaultLimits(), ...options.limits }
  let opened: Promise<Opened> | undefined
  /** What `opened` has come to. */
  let ready: Opened | undefined
  let isClosed = false

  const open = (): Promise<Opened> => {
    if (options.mode === "off") throw new NotRun("noSandbox", "This server was started with --functions off.")
    if (isClosed) throw new NotRun("noRoom", "The server is being stopped.")
    opened ??= openAll(options, limits).then(
      (all) => {
        ready = all
        return all
      },
      (error: unknown) => {
        // A full disk may be emptied; what the machine lacks it lacks.
        if (!(error instanceof NotRun)) opened = undefined
        throw error
      },
    )
    return opened
  }

  return {
    async invoke(target, invocation) {
      try {
        // Where one waits for it, an invocation waits for nothing else.
        const { pool, monitor } = (!isClosed && ready) || (await open())
        const taken = pool.take(target)
        const environment = taken instanceof Promise ? await taken : taken
        monitor.watch(environment)
        try {
          return await environment.invoke(invocation)
        } finally {
          monitor.release(environment)
          pool.give(environment)
        }
      } catch (error) {
        return notRun(error, options.onFault)
      }
    },
    async provision(target, environments) {
      const { pool } = await open()
      return pool.keep(target, environments)
    },
    forget(gone) {
      void opened?.then(
        ({ pool }) => pool.forget(gone),
        () => {},
      )
    },
    async close() {
      isClosed = true
      const all = await opened?.catch(() => undefined)
      all?.stop()
      await all?.pool.close()
      if (all) removeDirectories(all.workshop.directories)
    },
  }
}

interface Opened {
  pool: Pool
  monitor: ReturnType<typeof createMonitor>
  workshop: Workshop
  stop(): void
}

async function openAll(options: RuntimeOptions, limits: RuntimeLimits): Promise<Opened> {
  const directories = makeDirectories(options.directory)
  const confinement = await choose(options, directories).catch((error: unknown) => {
    removeDirectories(directories)
    throw error
  })
  const codes = createCodeStore({
    directory: directories.code,
    bytesAtMost: limits.codeBytes,
    read: options.read,
    unpack: options.unpack,
    ...(confinement === "users" && { claimGroup: () => claimUser(randomInt) }),
  })
  const { clock, searchPath, modules, endpointUrl, onFault } = options
  const workshop = { confinement, directories, codes, clock, searchPath, modules, endpointUrl }
  const monitor = createMonitor(confinement)
  const pool = new Pool({
    limits,
    async make(target: RunnableFunction) {
      const environment = await makeEnvironment(target, workshop)
      try {
        monitor.watch(environment)
        await environment.init()
        monitor.lookAt(environment)
      } catch (error) {
        await environment.end()
        throw error
      } finally {
        monitor.release(environment)
      }
      return environment
    },
    now: () => clock.now(),
    onFault,
  })
  const stop = every(SWEEP_MILLISECONDS, () => {
    pool.sweep()
    monitor.rest()
  })
  return { pool, monitor, workshop, stop }
}

async function choose(options: RuntimeOptions, directories: Workshop["directories"]): Promise<Confinement> {
  if (options.mode === "unsandboxed") return "none"
  if (options.confinement) return options.confinement
  const user = process.getuid?.() === 0 ? await claimUser(randomInt) : NO_USER
  const found = await findConfinement({
    code: directories.temporary,
    layers: undefined,
    bootstraps: directories.bootstraps,
    mountPoint: directories.mountPoint,
    temporary: directories.temporary,
    temporaryMegabytes: 1,
    memoryMegabytes: 128,
    user: user.id,
    groups: [],
    library: undefined,
    modules: undefined,
  })
  user.release()
  if (found === "users") assertReachable([process.execPath, directories.bootstraps])
  const { modules } = options
  if (modules && (found === "users" ? !isReachable(modules) : found === "namespaces" && !isOpen(modules)))
    throw unreachable(modules)
  if (found) return found
  throw new NotRun(
    "noSandbox",
    "This machine lets the server keep functions neither in namespaces nor as users of their own. Start the server with --functions unsandboxed to run them as the server's own user, who may read all that the server may.",
  )
}

/** Users of their own see the machine as it is, and have to come to what they run. */
function assertReachable(paths: readonly string[]): void {
  for (const path of paths) if (!isReachable(path)) throw unreachable(path)
}

const unreachable = (path: string): NotRun =>
  new NotRun(
    "noSandbox",
    `Functions run as users of their own here, who cannot come to ${path}: its folders have to be open to all.`,
  )

/** What the machine refuses (files, processes, memory) is told to the owner, and to the caller that there is no room. */
function notRun(error: unknown, onFault: (error: unknown) => void): Ending {
  if (error instanceof NotRun) {
    const { reason, message, cause } = error
    return { is: "notRun", reason, message, cause, log: NO_LOG }
  }
  onFault(error)
  const message = `This machine has no room for one more execution environment: ${(error as Error).message}`
  return { is: "notRun", reason: "noRoom", message, log: NO_LOG }
}
