// Waits that grow with each wrong answer. Source: "Using user pools", lockout for failed sign-in attempts: after five
// failures a user is locked out for one second, doubling with each further failure up to about 15 minutes; 15 minutes
// without an attempt forget them.
const FREE_FAILURES = 5
export const FORGET_MILLISECONDS = 15 * 60 * 1000

/** Wrong answers since the last right one. */
export interface Failures {
  failures: number
  lastFailureAt: number
}

export const NO_FAILURES: Failures = { failures: 0, lastFailureAt: 0 }

/** A clock that was set back makes an age negative: what failed then is as long ago as what failed that long before. */
const age = ({ lastFailureAt }: Failures, now: number): number => Math.abs(now - lastFailureAt)

/** Whether answers do not count for now, right or wrong. */
export const isLockedOut = (before: Failures, now: number): boolean =>
  before.failures >= FREE_FAILURES &&
  age(before, now) < Math.min(2 ** (before.failures - FREE_FAILURES) * 1000, FORGET_MILLISECONDS)

export const afterFailure = (before: Failures, now: number): Failures => ({
  failures: age(before, now) >= FORGET_MILLISECONDS ? 1 : before.failures + 1,
  lastFailureAt: now,
})
