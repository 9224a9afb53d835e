import { systemClock } from "../../../base/clock.ts"
import { type Alarm, after, createAlarm } from "./alarm.ts"
import { type Conversation, createConversation, type InitError } from "./api/conversation.ts"
import { createExtensions, type Extensions } from "./api/extensions.ts"
import { route } from "./api/routes.ts"
import { type ApiServer, openApi } from "./api/server.ts"
import { type Break, errorTypeOf, outcomeOf, textOf } from "./breaks.ts"
import type { Outcome } from "./endings.ts"
import { platformLines } from "./logs/lines.ts"
import type { EnvironmentLog } from "./logs/log.ts"
import type { Ending, Invocation, RunnableFunction } from "./runtime.ts"
import type { Confinement } from "./sandbox/confinement.ts"
import { drain } from "./sandbox/drain.ts"
import type { Launched } from "./sandbox/launch.ts"
import { isOwn } from "./sandbox/peer.ts"
import { signalAll } from "./sandbox/signal.ts"

/** Developer Guide, "Lambda execution environment lifecycle": what takes longer is done anew in the first invocation. */
const INIT_MILLISECONDS = 10_000
/** How long a runtime that has said why it cannot begin may take to end. */
const FAREWELL_MILLISECONDS = 1_000
/** Developer Guide, "Lambda execution environment lifecycle": what extensions have to end. */
const SHUTDOWN_MILLISECONDS = 2_000
const MEBIBYTE_IN_KIBIBYTES = 1024

export interface EnvironmentParts {
  target: RunnableFunction
  confinement: Confinement
  user: number
  log: EnvironmentLog
  /** The names of the programs in `/opt/extensions`. */
  extensions: readonly string[]
  /** What is its `/tmp`, where that is a directory of the server's. */
  temporary: string
  now(): number
  /** Starts the processes, which find their Runtime API at the address. */
  launch(runtimeApi: string): Launched
  /** Gives back what it was made of, when its processes are gone. */
  cleanUp(): void
}

/**
 * An execution environment: one process and its children, with a Runtime API and a log of their own, that do one invocation
 * after another. It is used until something breaks it.
 */
export class Environment {
  readonly target: RunnableFunction
  /** When it was last given back, in milliseconds of this process. */
  idleSince = performance.now()
  /** By the server's clock, which its credentials end by. */
  readonly madeAt: number
  readonly user: number
  #parts: EnvironmentParts
  #lines: ReturnType<typeof platformLines>
  #api: ApiServer | undefined
  #conversation: Conversation | undefined
  #extensions: Extensions | undefined
  #isReady = false
  #outcome: Outcome | undefined
  #process: Launched | undefined
  #initMilliseconds: number | undefined
  #memoryKibibytes = 0
  #isBroken = false
  #isFrozen = false
  #onReady: (() => void) | undefined
  #onDone: ((outcome: Outcome) => void) | undefined
  #onBreak: ((why: Break) => void) | undefined
  #initError: InitError | undefined
  #deadline: Alarm = createAlarm(() => this.#onBreak?.({ by: "timeout" }))

  constructor(parts: EnvironmentParts) {
    this.#parts = parts
    this.target = parts.target
    this.user = parts.user
    this.#lines = platformLines(parts.target, parts.now)
    this.madeAt = parts.now()
  }

  /** Whether it can be given another invocation. */
  get isUsable(): boolean {
    return !this.#isBroken && this.#process !== undefined
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Begins the process. Resolves when it waits for its first event or has failed; the first invocation tries again then. */
  async init(): Promise<void> {
    this.#parts.log.write(this.#lines.initStart())
    const begun = performance.now()
    const why = await this.#begin(INIT_MILLISECONDS)
    this.#initMilliseconds = performance.now() - begun
    if (why) await this.#failInit(why, "init")
  }

  async invoke(invocation: Invocation): Promise<Ending> {
    const { log } = this.#parts
    const { requestId } = invocation
    const limit = this.target.timeoutSeconds * 1000
    const begun = performance.now()
    this.#thaw()
    log.beginTail()
    let why: Break | undefined
    if (!this.isUsable) {
      this.#isBroken = false
      why = await this.#begin(limit)
      if (why) await this.#failInit(why, "invoke")
    }
    log.write(this.#lines.start(requestId))
    let outcome = why && outcomeOf(why, requestId, this.target)
    if (!outcome) {
      const left = Math.max(0, limit - (performance.now() - begun))
      const ended = await this.#exchange(invocation, systemClock.now() + left, left)
      if ("by" in ended) {
        why = ended
        // What was answered before the process ended by itself stands: an error that it could still report.
        outcome = (why.by === "exit" && this.#conversation?.outcome()) || outcomeOf(why, requestId, this.target)
        await this.#break()
      } else outcome = ended
    }
    if (why) log.write(this.#lines.broken(requestId, textOf(why, this.target)))
    const duration = performance.now() - begun
    log.endLines()
    for (const line of this.#lines.report({
      requestId,
      durationMilliseconds: why?.by === "timeout" ? limit : duration,
      initMilliseconds: this.#initMilliseconds,
      memoryMegabytes: Math.ceil(this.#memoryKibibytes / MEBIBYTE_IN_KIBIBYTES),
      status: why?.by === "timeout" ? "timeout" : outcome.is === "answered" ? "success" : "error",
      errorType: why?.by !== "timeout" && outcome.is === "failed" ? outcome.errorType : undefined,
      traceId: invocation.traceId,
    }))
      log.write(line)
    this.#initMilliseconds = undefined
    const ending = Object.assign(outcome, { log: log.takeTail() })
    log.flush()
    this.idleSince = performance.now()
    return ending
  }

  /** Told how much memory its processes take. One that takes more than it has is ended. */
  noteMemory(ownKibibytes: number, fileKibibytes: number): void {
    this.#memoryKibibytes = Math.max(this.#memoryKibibytes, ownKibibytes + fileKibibytes)
    if (ownKibibytes > this.target.memoryMegabytes * MEBIBYTE_IN_KIBIBYTES) this.#interrupt({ by: "memory" })
  }

  /** Its files take more room than they may, where no file system of their own bounds them. */
  noteFull(): void {
    this.#interrupt({ by: "end" })
  }

  get temporary(): string {
    return this.#parts.temporary
  }

  /** Stops its processes, as AWS freezes what is idle: what a function left running takes nothing. */
  freeze(): void {
    if (this.#isFrozen || this.#process === undefined || this.#parts.confinement === "none") return
    this.#isFrozen = true
    signalAll(this.#parts.confinement, this.#process.pid, this.user, "SIGSTOP")
  }

  #thaw(): void {
    if (!this.#isFrozen) return
    this.#isFrozen = false
    if (this.#process) signalAll(this.#parts.confinement, this.#process.pid, this.user, "SIGCONT")
  }

  /** Ends the processes, with the invocation that is under way. Resolves when they are gone. */
  async end(): Promise<void> {
    if (!this.#onBreak && this.isUsable) await this.#sayGoodbye()
    this.#interrupt({ by: "end" })
    await this.#break()
    this.#parts.log.flush()
    this.#parts.cleanUp()
  }

  /** Extensions may have something to send away still. */
  async #sayGoodbye(): Promise<void> {
    this.#isBroken = true
    this.#thaw()
    if (!this.#extensions?.shutDown("spindown", systemClock.now() + SHUTDOWN_MILLISECONDS)) return
    await new Promise<void>((resolve) => {
      this.#onReady = resolve
      after(SHUTDOWN_MILLISECONDS, resolve)
    })
  }

  #interrupt(why: Break): void {
    if (this.#onBreak) this.#onBreak(why)
    else this.#isBroken = true
  }

  #converse(): Conversation {
    return createConversation({
      onReady: () => {
        this.#isReady = true
        this.#goOn()
      },
      onInitError: (error) => {
        this.#initError = error
        after(FAREWELL_MILLISECONDS, () => void this.#process?.kill())
      },
      onDone: (outcome) => {
        this.#outcome = outcome
        this.#goOn()
      },
    })
  }

  /** The runtime is where it waits for the next event: so is the environment, when its extensions are too. */
  #goOn(): void {
    if (!this.#extensions!.areWaiting()) return
    const outcome = this.#outcome
    this.#outcome = undefined
    if (outcome) this.#onDone?.(outcome)
    else if (this.#isReady) this.#onReady?.()
  }

  /** Undefined where the process waits for its first event. */
  async #begin(milliseconds: number): Promise<Break | undefined> {
    const { log, confinement, user } = this.#parts
    this.#initError = undefined
    this.#isReady = false
    this.#outcome = undefined
    const conversation = this.#converse()
    const extensions = createExtensions(this.target, this.#parts.extensions, () => this.#goOn())
    this.#conversation = conversation
    this.#extensions = extensions
    const owner = { user, pid: () => this.#process?.pid }
    this.#api = await openApi(
      (socket) => isOwn(socket, owner, confinement),
      (head, exchange) => route(conversation, extensions, head, exchange),
    )
    const launched = this.#parts.launch(this.#api.address)
    this.#process = launched
    this.#isFrozen = false
    this.#api.serve(launched.line)
    log.follow(launched.stdout)
    log.follow(launched.stderr)
    void launched.exited.then((exit) => {
      if (this.#process === launched) this.#interrupt({ by: "exit", exit, initError: this.#initError })
    })
    return new Promise((resolve) => {
      const settle = (why: Break | undefined) => {
        cancel()
        this.#onReady = undefined
        this.#onBreak = undefined
        resolve(why)
      }
      const cancel = after(milliseconds, () => settle({ by: "timeout" }))
      this.#onReady = () => settle(undefined)
      this.#onBreak = settle
    })
  }

  #exchange(invocation: Invocation, deadline: number, milliseconds: number): Promise<Outcome | Break> {
    return new Promise((resolve) => {
      const settle = (ended: Outcome | Break) => {
        this.#deadline.cancel()
        this.#onDone = undefined
        this.#onBreak = undefined
        // What the process wrote before it asked for the next event lies in its pipes, and is read in this turn.
        setImmediate(resolve, ended)
      }
      this.#deadline.set(milliseconds)
      this.#onDone = settle
      this.#onBreak = settle
      this.#extensions!.invoke(invocation, Math.floor(deadline))
      this.#conversation!.send(invocation, Math.floor(deadline))
    })
  }

  async #failInit(why: Break, phase: "init" | "invoke"): Promise<void> {
    await this.#break()
    const milliseconds = this.#initMilliseconds ?? INIT_MILLISECONDS
    this.#parts.log.flush()
    if (why.by === "timeout") this.#parts.log.write(this.#lines.initReport(milliseconds, phase, "timeout"))
    else {
      const errorType = (why.by === "exit" && why.initError?.errorType) || errorTypeOf(why)
      this.#parts.log.write(this.#lines.initReport(milliseconds, phase, "error", errorType))
    }
  }

  /** Ends the processes, and takes the last that they wrote. */
  async #break(): Promise<void> {
    this.#isBroken = true
    const launched = this.#process
    this.#process = undefined
    this.#api?.close()
    this.#api = undefined
    this.#deadline.end()
    if (!launched) return
    await launched.kill()
    await drain([launched.stdout, launched.stderr])
  }
}
