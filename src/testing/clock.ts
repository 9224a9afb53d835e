import type { AskControl } from "./control-calls.ts"

/** The server's clock. It runs on by itself; the test process's own stays as it is. */
export interface TestClock {
  now(): Promise<Date>
  /** Sets the present; the clock goes on from there. */
  set(moment: Date): Promise<void>
  /** Moves the present forward; backward where negative. */
  advance(by: { days?: number; hours?: number; minutes?: number; seconds?: number }): Promise<void>
}

export function clockOf(ask: AskControl): TestClock {
  const now = async () => new Date(((await ask("GET", "clock")) as { now: string }).now)
  const set = async (moment: Date) => {
    await ask("POST", "clock", { now: moment.toISOString() })
  }
  return {
    now,
    set,
    async advance({ days = 0, hours = 0, minutes = 0, seconds = 0 }) {
      const milliseconds = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
      await set(new Date((await now()).getTime() + milliseconds))
    },
  }
}
