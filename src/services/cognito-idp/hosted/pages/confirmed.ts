import { nowInSeconds } from "../../../../base/clock.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import { findUser } from "../../users/record.ts"
import { finishHosted } from "../finish.ts"
import { redirect } from "../responses.ts"
import { newSession } from "../session/index.ts"
import type { HostedUser } from "../user.ts"
import type { SignInPage } from "./page.ts"
import { offersPasskey } from "./passkeys.ts"
import { firstPage } from "./sign-in-view.ts"
import type { ConfirmState } from "./state.ts"

/**
 * Who has just proved in this browser that they are the one who signed up is signed in, even where the pool asks for a second
 * factor, and may add a passkey first. Source: Developer Guide, "Adding MFA to a user pool" and "Authentication flows".
 */
export async function afterConfirming(page: SignInPage, { username, amr }: ConfirmState): Promise<HttpResponse> {
  const { hosted, request, texts } = page
  const { deps, pool } = hosted
  const user = amr && (await deps.store.read((tx) => findUser(tx, pool, username)))
  // Somebody who has a second factor is no newcomer.
  const isNew = user?.enabled && user.status === "CONFIRMED" && !user.mfa?.enabled.length
  if (!amr || !isNew) return firstPage(page, { username, notice: `${texts.confirm.done}. ${texts.confirm.doneText}` })
  const signedIn: HostedUser = { user, amr, authTimeSeconds: nowInSeconds(deps.clock) }
  return (await offersPasskey(page)) ? toPasskeys(page, signedIn) : finishHosted(hosted, request, signedIn)
}

/** The session begins here, and the application is given its code behind the page of passkeys. */
async function toPasskeys(
  { hosted, client }: SignInPage,
  { user, amr, authTimeSeconds }: HostedUser,
): Promise<HttpResponse> {
  const { deps } = hosted
  const begun = { sub: user.sub, provider: "COGNITO", amr, authTimeSeconds, clientId: client.id }
  const session = newSession(hosted, begun)
  await deps.store.transact((tx) => session.keep(tx))
  return redirect(hosted, hosted.url("/passkeys/add", hosted.query), [session.cookie])
}
