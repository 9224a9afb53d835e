import { isReadable } from "../app-clients/permissions.ts"
import { temporaryPasswordExpired } from "../errors.ts"
import { passwordPolicyOf } from "../user-pools/settings.ts"
import { missingAttributes } from "../users/attributes.ts"
import type { User } from "../users/record.ts"
import { type Attempt, challengeStep, type Step } from "./attempt.ts"
import type { Completion } from "./completion.ts"
import { keepCustomSignIn } from "./custom/rounds.ts"
import { endOfFactors } from "./end.ts"
import { complete, type Ending } from "./finish.ts"
import { findNamedDevice, replacesSecondFactor } from "./named-device.ts"
import { secondFactorStep } from "./second-factor.ts"
import { sealSession } from "./session.ts"

const DAY_MILLISECONDS = 86_400_000

/** What follows on a right password: a new password, a second factor, or tokens. */
export async function stepAfterPassword(
  attempt: Attempt,
  user: User,
  completions: readonly Completion[],
): Promise<Step> {
  if (user.status !== "FORCE_CHANGE_PASSWORD") return stepAfterNewPassword(attempt, user, completions)
  const { deps, pool, client } = attempt
  const days = passwordPolicyOf(pool).TemporaryPasswordValidityDays ?? 7
  if (deps.clock.now() >= (user.temporaryPasswordAt ?? user.createdAt) + days * DAY_MILLISECONDS)
    throw temporaryPasswordExpired()
  await wait(attempt, completions)
  const session = sealSession(deps, client, {
    challenge: "NEW_PASSWORD_REQUIRED",
    sub: user.sub,
    custom: attempt.custom?.id,
  })
  const shown = Object.entries(user.attributes).filter(([name]) => isReadable(client, name))
  return challengeStep("NEW_PASSWORD_REQUIRED", session, {
    USER_ID_FOR_SRP: user.username,
    requiredAttributes: JSON.stringify(
      missingAttributes(pool, user.attributes).map((name) => `userAttributes.${name}`),
    ),
    userAttributes: JSON.stringify(Object.fromEntries(shown)),
  })
}

/** What follows once the password is the user's own. */
export async function stepAfterNewPassword(
  attempt: Attempt,
  user: User,
  completions: readonly Completion[],
  ending: Ending = {},
): Promise<Step> {
  const device = await findNamedDevice(attempt, user)
  const factor = replacesSecondFactor(attempt.pool, device) ? undefined : await secondFactorStep(attempt, user)
  if (!factor) return endOfFactors(attempt, user, completions, ending)
  await wait(attempt, completions)
  return factor
}

/** Uses up what led here where no token does it, and keeps what the pool's functions are to be told. */
async function wait(attempt: Attempt, completions: readonly Completion[]): Promise<void> {
  await complete(attempt, completions)
  if (attempt.custom) await keepCustomSignIn({ ...attempt, custom: attempt.custom })
}
