import { after } from "./alarm.ts"
import type { Environment } from "./environment.ts"
import { NotRun } from "./not-run.ts"
import type { RunnableFunction } from "./runtime.ts"
import { createTurns } from "./turns.ts"

export interface PoolLimits {
  /** All environments together, at work or not. */
  environments: number
  /** How long one is kept that nobody uses. */
  idleMilliseconds: number
  /** Credentials end, by the server's clock, and with them the environment that has them. */
  ageMilliseconds: number
  /** How long an invocation waits for room. */
  waitMilliseconds: number
  /** How many wait. */
  waiting: number
}

export interface PoolOptions {
  limits: PoolLimits
  make(target: RunnableFunction): Promise<Environment>
  /** The server's clock. */
  now(): number
  onFault(error: unknown): void
}

/** What a function left running may go on for a moment. */
const FREEZE_MILLISECONDS = 1_000

const isMadeReady = ({ initializationType }: RunnableFunction): boolean =>
  initializationType === "provisioned-concurrency"

type Name = Pick<RunnableFunction, "account" | "region" | "name">

interface Waiter {
  target: RunnableFunction
  give(environment: Environment | Promise<Environment>): void
}

/** The environments of a server: so many at most, used again, and given up when nobody needs them. */
export class Pool {
  #options: PoolOptions
  /** Idle ones, the longest idle first. */
  #idle: Environment[] = []
  #busy = new Set<Environment>()
  #beginning: RunnableFunction[] = []
  #turns = createTurns()
  #waiters: Waiter[] = []
  /** How many are kept for a version whatever happens, by its id. */
  #kept = new Map<string, number>()
  #gone = new WeakSet<Environment>()
  /** Of these, no environment of another state of the same version is there. */
  #alone = new WeakSet<RunnableFunction>()
  #ending = new Set<Promise<void>>()

  constructor(options: PoolOptions) {
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#idle.length + this.#busy.size + this.#beginning.length === 0
  }

  /** At once where one is idle. Throws NotRun. */
  take(target: RunnableFunction): Environment | Promise<Environment> {
    if (!this.#alone.has(target)) {
      this.#retire((one) => isSameVersion(one.target, target) && one.target.id !== target.id)
      this.#alone.add(target)
    }
    const environment = this.#findIdle(target.id)
    if (environment) {
      this.#busy.add(environment)
      return environment
    }
    if (this.#hasRoom()) return this.#make(target)
    const victim = this.#idle.find((one) => !this.#isKept(one))
    if (victim) {
      void this.#end(victim)
      return this.#make(target)
    }
    return this.#wait(target)
  }

  /** Takes back one that was taken. */
  give(environment: Environment): void {
    this.#busy.delete(environment)
    if (!environment.isUsable || this.#gone.has(environment) || this.#isOld(environment)) void this.#end(environment)
    else {
      const waiter = this.#next(environment.target)
      if (waiter?.target.id === environment.target.id) {
        this.#leave(waiter)
        this.#busy.add(environment)
        waiter.give(environment)
        return
      }
      if (waiter) void this.#end(environment)
      else this.#idle.push(environment)
    }
    this.#serve()
  }

  /** Whose turn it is of those who wait; `free` is what an environment is there for. */
  #next(free?: RunnableFunction): Waiter | undefined {
    if (this.#waiters.length < 2) return this.#waiters[0]
    const atWork = [...[...this.#busy].map(({ target }) => target), ...this.#beginning]
    return this.#turns.next(this.#waiters, atWork, free)
  }

  #leave(waiter: Waiter): void {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
    this.#turns.note(waiter.target)
  }

  /** Ends the environments of a function that are idle, and the others when they are given back. */
  forget(gone: Name & { version?: string }): void {
    const isGone = ({ target }: Environment) =>
      isSame(target, gone) && (gone.version === undefined || target.version === gone.version)
    this.#retire(isGone)
  }

  /** Makes so many ready that are kept. Resolves with how many are. */
  async keep(target: RunnableFunction, count: number): Promise<number> {
    if (count === 0) this.#kept.delete(target.id)
    else this.#kept.set(target.id, count)
    const of = () => this.#madeReady(target.id).filter((one) => one.isUsable).length
    const missing = Math.min(Math.max(0, count - of()), Math.max(0, this.#options.limits.environments - this.#size()))
    const made = await Promise.allSettled(Array.from({ length: missing }, () => this.#make(target)))
    for (const one of made) if (one.status === "fulfilled") this.give(one.value)
    const failure = made.find((one) => one.status === "rejected")
    if (failure && of() === 0) throw failure.reason
    if (count === 0) this.#retire(({ target: { id } }) => id === target.id)
    return Math.min(count, of())
  }

  /** Gives up what has been idle for too long, or has ended by itself. */
  sweep(): void {
    const now = performance.now()
    const { idleMilliseconds } = this.#options.limits
    for (const one of [...this.#idle])
      if (!one.isUsable || this.#isOld(one) || (now - one.idleSince > idleMilliseconds && !this.#isKept(one)))
        void this.#end(one)
      else if (now - one.idleSince > FREEZE_MILLISECONDS) one.freeze()
  }

  async close(): Promise<void> {
    for (const one of [...this.#idle, ...this.#busy]) void this.#end(one)
    await Promise.all(this.#ending)
  }

  #size(): number {
    return this.#idle.length + this.#busy.size + this.#beginning.length + this.#ending.size
  }

  #hasRoom(): boolean {
    return this.#size() < this.#options.limits.environments
  }

  /** Those of a version that were made before anybody needed them. */
  #madeReady(id: string): Environment[] {
    return [...this.#idle, ...this.#busy].filter(({ target }) => target.id === id && isMadeReady(target))
  }

  #isKept({ target }: Environment): boolean {
    const kept = this.#kept.get(target.id) ?? 0
    return kept > 0 && isMadeReady(target) && this.#madeReady(target.id).length <= kept
  }

  #isOld(environment: Environment): boolean {
    return this.#options.now() - environment.madeAt > this.#options.limits.ageMilliseconds
  }

  /** One that was made ready, else the one that was used last: the others may be given up. */
  #findIdle(id: string): Environment | undefined {
    let found: Environment | undefined
    for (let at = this.#idle.length - 1; at >= 0; at--) {
      const one = this.#idle[at]!
      if (one.target.id !== id) continue
      if (!one.isUsable || this.#isOld(one)) {
        void this.#end(one)
        continue
      }
      found ??= one
      if (!this.#kept.has(id)) break
      if (!isMadeReady(one.target)) continue
      found = one
      break
    }
    if (found === this.#idle.at(-1)) this.#idle.pop()
    else if (found) this.#idle.splice(this.#idle.indexOf(found), 1)
    return found
  }

  async #make(target: RunnableFunction): Promise<Environment> {
    this.#beginning.push(target)
    try {
      const environment = await this.#options.make(target)
      this.#busy.add(environment)
      this.#alone = new WeakSet()
      return environment
    } finally {
      this.#beginning.splice(this.#beginning.indexOf(target), 1)
    }
  }

  #wait(target: RunnableFunction): Promise<Environment> {
    const { waiting, waitMilliseconds, environments } = this.#options.limits
    const noRoom = () =>
      new NotRun("noRoom", `This server runs ${environments} execution environments at a time, and all are at work.`)
    if (this.#waiters.length >= waiting) return Promise.reject(noRoom())
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        target,
        give(environment) {
          cancel()
          resolve(environment)
        },
      }
      const cancel = after(waitMilliseconds, () => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter)
        reject(noRoom())
      })
      this.#waiters.push(waiter)
    })
  }

  #serve(): void {
    while (this.#waiters.length > 0 && this.#hasRoom()) {
      const waiter = this.#next()!
      this.#leave(waiter)
      waiter.give(this.#make(waiter.target))
    }
  }

  #retire(which: (environment: Environment) => boolean): void {
    for (const one of this.#busy) if (which(one)) this.#gone.add(one)
    for (const one of this.#idle.filter(which)) void this.#end(one)
  }

  #end(environment: Environment): Promise<void> {
    this.#idle = this.#idle.filter((one) => one !== environment)
    const ended = environment.end().catch(this.#options.onFault)
    this.#ending.add(ended)
    return ended.finally(() => {
      this.#ending.delete(ended)
      this.#busy.delete(environment)
      this.#serve()
    })
  }
}

const isSame = (one: Name, other: Name): boolean =>
  one.name === other.name && one.region === other.region && one.account === other.account

const isSameVersion = (one: RunnableFunction, other: RunnableFunction): boolean =>
  one.version === other.version && isSame(one, other)
