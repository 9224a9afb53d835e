import type { Writing } from "../../../store/store.ts"
import { type Group, groupsOfUser } from "../groups/record.ts"
import { issueTokens } from "../tokens/issue.ts"
import { isAsked } from "../triggers/run.ts"
import type { User } from "../users/record.ts"
import { type Attempt, occasionOf, type Step } from "./attempt.ts"
import type { Completion } from "./completion.ts"
import { asksSecondFactor } from "./factors.ts"
import { createSignIn, keepSignIn, type NewSignIn, signedIn } from "./new-sign-in.ts"
import { isBarred } from "./user.ts"

/**
 * A sign-in that a right password alone ends, as most do: nothing is in the user's way, and neither a factor, a device nor a
 * function of the pool is asked for. It is kept by the transaction that admits the password (`keep`, which may be done more
 * than once), and its tokens are signed after that (`answer`).
 */
export interface AtOnce {
  keep(tx: Writing): Promise<void>
  answer(): Promise<Step>
}

/** Undefined where there is more to a right password. */
export function findAtOnce(
  attempt: Attempt,
  user: User | undefined,
  completions: readonly Completion[],
): AtOnce | undefined {
  if (!user || !endsAtOnce(attempt, user)) return undefined
  const { deps, pool, client } = attempt
  let kept: { created: NewSignIn; groups: readonly Group[] } | undefined
  return {
    async keep(tx) {
      const created = createSignIn(attempt)
      for (const work of completions) await work(tx, created.now)
      const { isInGroups } = await keepSignIn(tx, attempt, user, created)
      kept = { created, groups: isInGroups ? await groupsOfUser(tx, pool.id, user.sub) : [] }
    },
    async answer() {
      const { created, groups } = kept!
      const tokens = await issueTokens(deps, { pool, client, user, groups, signIn: created.signIn })
      return signedIn(attempt, created, tokens)
    },
  }
}

function endsAtOnce(attempt: Attempt, user: User): boolean {
  const { pool, parameters, custom } = attempt
  if (custom || attempt.isHosted || parameters.DEVICE_KEY || isBarred(user) || user.status === "FORCE_CHANGE_PASSWORD")
    return false
  if (asksSecondFactor(pool, user)) return false
  const occasion = occasionOf(attempt)
  return !isAsked(occasion, "PostAuthentication") && !isAsked(occasion, "PreTokenGeneration")
}
