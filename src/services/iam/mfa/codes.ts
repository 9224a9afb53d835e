import { stepAt, totpCode } from "../../../base/totp.ts"

/** Codes are typed in one after the other, so the first may be a while ago. */
const ENABLING_STEPS = 3
/** A device that is resynchronized may have a clock that is off by half an hour. */
export const RESYNC_STEPS = 60

/** The step of the second of two codes that follow one another; undefined where they do not, or are too far from now. */
export function findConsecutiveSteps(
  seed: Uint8Array,
  codes: readonly [first: string, second: string],
  now: number,
  distance = ENABLING_STEPS,
): number | undefined {
  const present = stepAt(now)
  for (let step = present - distance; step <= present + distance; step++)
    if (totpCode(seed, step) === codes[0] && totpCode(seed, step + 1) === codes[1]) return step + 1
  return undefined
}
