import { nowInSeconds } from "../../../base/clock.ts"
import { randomUUID } from "../../../base/random.ts"
import { recordEvent } from "../auth-events/record.ts"
import { userNotFound } from "../errors.ts"
import type { User } from "../users/record.ts"
import type { Attempt, Step } from "./attempt.ts"
import { allOf, type Completion } from "./completion.ts"
import { forgetFailures } from "./failures.ts"
import { methodsOf } from "./methods.ts"

/** The end of a sign-in on the pool's pages: who it was, and what is written once they make something of it. */
export function hostedEnd(attempt: Attempt, user: User, completions: readonly Completion[]): Step {
  const { deps, pool } = attempt
  const now = deps.clock.now()
  return {
    ChallengeParameters: {},
    signedIn: {
      user,
      amr: methodsOf(pool, user, attempt.answers),
      authTimeSeconds: nowInSeconds(deps.clock),
      async keep(tx) {
        await allOf(completions, now)(tx)
        // The user may have been deleted or disabled meanwhile.
        const there = await tx.get(
          "SELECT sub FROM idp_users WHERE pool_id = $1 AND sub = $2 AND enabled = 1",
          pool.id,
          user.sub,
        )
        if (!there) throw userNotFound()
        await forgetFailures(tx, pool.id, user.sub)
        const event = { type: "SignIn", response: "Pass", challenge: "Password" } as const
        await recordEvent(tx, deps, pool, user.sub, { ...event, eventId: randomUUID() })
      },
    },
  }
}
