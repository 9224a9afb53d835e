import type { Writing } from "../../../store/store.ts"

/** What a sign-in writes together with its refresh token: the new password, the session that is used up. */
export type Completion = (tx: Writing, now: number) => Promise<void>

export const allOf = (completions: readonly Completion[], now: number) => async (tx: Writing) => {
  for (const work of completions) await work(tx, now)
}
