import { personOf } from "../users/person.ts"
import type { User } from "../users/record.ts"
import type { Attempt, Step } from "./attempt.ts"
import type { Completion } from "./completion.ts"
import { nextRound, withRound } from "./custom/rounds.ts"
import { complete, type Ending, finishSignIn } from "./finish.ts"

/** Notes a challenge that was answered rightly, where functions of the pool are told of it. */
export const answered = (attempt: Attempt, challengeName: string): Attempt =>
  attempt.custom ? withRound({ ...attempt, custom: attempt.custom }, challengeName) : attempt

/** Behind the last factor: tokens, or what the pool's functions say where they rule the sign-in. */
export async function endOfFactors(
  attempt: Attempt,
  user: User,
  completions: readonly Completion[],
  ending: Ending = {},
): Promise<Step> {
  const { custom } = attempt
  if (!custom) return finishSignIn(attempt, user, completions, ending)
  await complete(attempt, completions)
  return nextRound({ ...attempt, custom }, personOf(user))
}
