import type { ChildProcess } from "node:child_process"

/** How a process that ends by itself is begun again. */
export interface Patience {
  /** The pause before it is begun again, doubled each time that it did not last. */
  firstMilliseconds: number
  longestMilliseconds: number
  /** Who lived so long is well: what ends it then is something new. */
  steadyMilliseconds: number
  /** So many that did not live so long, one after the other, and it is given up. */
  attempts: number
}

/** Gives up after five minutes or so: a database that is away for a while is waited for. */
const PATIENCE: Patience = {
  firstMilliseconds: 250,
  longestMilliseconds: 30_000,
  steadyMilliseconds: 60_000,
  attempts: 15,
}

export interface Listener {
  tell(line: string): void
  /** Called once, with why. */
  gaveUp(reason: string): void
}

export interface Place {
  /** Ends what runs there, and begins nothing more. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** Begins a process again whenever it ends by itself. */
export function keepRunning(
  first: ChildProcess,
  begin: () => ChildProcess,
  { tell, gaveUp }: Listener,
  patience = PATIENCE,
): Place {
  let child = first
  let isEnding = false
  let timer: NodeJS.Timeout | undefined
  let shortLives = 0

  function watch(begun: ChildProcess) {
    child = begun
    const since = performance.now()
    child.once("error", (error) => ended(since, `could not be begun (${error.message})`))
    child.once("exit", (code, signal) => ended(since, signal ? `was ended by ${signal}` : `ended with ${code}`))
  }

  function ended(since: number, how: string) {
    if (isEnding) return
    shortLives = performance.now() - since < patience.steadyMilliseconds ? shortLives + 1 : 0
    if (shortLives >= patience.attempts) {
      isEnding = true
      return gaveUp(`A worker ${how}, as ${shortLives} in a row did soon after they had begun.`)
    }
    const pause = Math.min(patience.firstMilliseconds * 2 ** shortLives, patience.longestMilliseconds)
    tell(`A worker ${how} by itself. Another takes its place in ${pause / 1000} seconds.`)
    timer = setTimeout(() => watch(begin()), pause)
  }

  watch(first)
  return {
    end(signal) {
      isEnding = true
      clearTimeout(timer)
      return new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once("exit", () => resolve())
        child.kill(signal)
      })
    },
  }
}
