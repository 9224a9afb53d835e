/** The one source of time. Passed in, never reached for, so that a test (or `--clock-control`) can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** A clock that runs on from the system's, shifted by what a caller asked for. */
export interface MovableClock extends Clock {
  /** Sets the present; the clock goes on from there. */
  set(milliseconds: number): void
}

export function movableClock(base: Clock = systemClock): MovableClock {
  let shift = 0
  return {
    now: () => base.now() + shift,
    set(milliseconds) {
      shift = milliseconds - base.now()
    },
  }
}

/** Whole seconds since the epoch, as tokens and most of AWS's timestamps count them. */
export const nowInSeconds = (clock: Clock): number => Math.floor(clock.now() / 1000)
