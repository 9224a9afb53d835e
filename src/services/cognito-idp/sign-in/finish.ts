import { type Device, tracksDevices } from "../devices/record.ts"
import { groupsOfUser } from "../groups/record.ts"
import { rehearse } from "../rehearse.ts"
import { issueTokens } from "../tokens/issue.ts"
import { askPostAuthentication } from "../triggers/authentication.ts"
import { isAsked } from "../triggers/run.ts"
import { askPreTokenGeneration, type TokenSource } from "../triggers/token-generation.ts"
import type { User } from "../users/record.ts"
import { type Attempt, occasionOf, type Step } from "./attempt.ts"
import { allOf, type Completion } from "./completion.ts"
import { hostedEnd } from "./hosted-end.ts"
import { challengeDevice, findNamedDevice } from "./named-device.ts"
import { createSignIn, keepSignIn, signedIn } from "./new-sign-in.ts"

/** Uses up what led to a step that writes nothing else. */
export async function complete({ deps }: Attempt, completions: readonly Completion[]): Promise<void> {
  if (completions.length === 0) return
  await deps.store.transact(allOf(completions, deps.clock.now()))
}

export interface Ending {
  /** The device that has proved itself. */
  proven?: Device
  /** What the tokens are for, as triggers are told. */
  source?: TokenSource
}

/**
 * The end of every sign-in: tokens. Nothing is answered before the sign-in is stored, so all of it can be revoked. A
 * device that the request names has to prove itself first; `proven` is one that has. The pool's functions are asked before
 * anything is written: where one refuses, nothing has happened, and the same answer may be given again.
 */
export async function finishSignIn(
  attempt: Attempt,
  user: User,
  completions: readonly Completion[],
  { proven, source = "TokenGeneration_Authentication" }: Ending = {},
): Promise<Step> {
  const { deps, pool, client } = attempt
  const named = proven ? undefined : await findNamedDevice(attempt, user)
  if (named) {
    await complete(attempt, completions)
    return challengeDevice(attempt, user, named)
  }
  const occasion = occasionOf(attempt)
  if (isAsked(occasion, "PostAuthentication") || isAsked(occasion, "PreTokenGeneration"))
    await rehearse(deps.store, allOf(completions, deps.clock.now()))
  await askPostAuthentication(occasion, user, tracksDevices(pool) ? !proven : undefined)
  if (attempt.isHosted) return hostedEnd(attempt, user, completions)
  const groups = await deps.store.read((tx) => groupsOfUser(tx, pool.id, user.sub))
  const changes = await askPreTokenGeneration(occasion, source, user, groups)
  // Functions take their time: what is dated is dated when they have answered.
  const created = createSignIn(attempt, proven)
  const tokens = await issueTokens(deps, { pool, client, user, groups, signIn: created.signIn }, changes)
  await deps.store.transact(async (tx) => {
    await allOf(completions, created.now)(tx)
    await keepSignIn(tx, attempt, user, created)
  })
  return signedIn(attempt, created, tokens)
}
