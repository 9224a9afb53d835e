import { randomUUID } from "../../../base/random.ts"
import type { Writing } from "../../../store/store.ts"
import type { HttpResponse } from "../../../wire/http.ts"
import { groupsOfUser } from "../groups/record.ts"
import { askPreTokenGeneration } from "../triggers/token-generation.ts"
import type { AuthorizeRequest } from "./authorize/request.ts"
import { callbackOf, toCallback } from "./callback.ts"
import { CODE_MILLISECONDS, type Grant, hashCode, insertCode } from "./codes/record.ts"
import { grantOf } from "./grant.ts"
import type { Hosted } from "./hosted.ts"
import { implicitTokens } from "./implicit.ts"
import { newSession } from "./session/index.ts"
import type { HostedUser } from "./user.ts"

export type { HostedUser }

/**
 * The end of every sign-in on the pages: the pool's function is asked, the browser has a session of a new id, and the
 * application a code or, by the implicit flow, tokens. Throws the trigger's WireError where it refuses; nothing is written then.
 */
export async function finishHosted(
  hosted: Hosted,
  request: AuthorizeRequest,
  signedIn: HostedUser,
): Promise<HttpResponse> {
  const { user, provider = "COGNITO", amr, authTimeSeconds, providerSession, level } = signedIn
  const session = newSession(hosted, {
    ...{ sub: user.sub, provider, amr, authTimeSeconds, clientId: request.client.id },
    ...(providerSession && { providerSession }),
    ...(level && { level }),
  })
  const known = { ...signedIn, ...(session.ssoId !== undefined && { ssoId: session.ssoId }) }
  return grantAccess(hosted, request, known, [session.cookie], async (tx) => {
    await signedIn.keep?.(tx)
    await session.keep(tx)
  })
}

/** What the application is given for somebody who has signed in, now or before. */
export async function grantAccess(
  hosted: Hosted,
  request: AuthorizeRequest,
  signedIn: HostedUser,
  cookies: readonly string[] = [],
  keep: (tx: Writing) => Promise<void> = async () => {},
): Promise<HttpResponse> {
  const { deps, pool } = hosted
  const { user } = signedIn
  const { client, scopes, state } = request
  const groups = await deps.store.read((tx) => groupsOfUser(tx, pool.id, user.sub))
  const occasion = { deps, pool, clientId: client.id }
  const changes = await askPreTokenGeneration(occasion, "TokenGeneration_HostedAuth", user, groups, scopes)
  const grant: Grant = { ...(await grantOf(hosted, request, signedIn)), ...(changes && { changes }) }
  const callback = callbackOf(request)
  if (request.responseType === "token") {
    const tokens = await implicitTokens(hosted, client, { user, groups }, grant, keep)
    return toCallback(hosted, callback, { ...tokens, state }, cookies)
  }
  const code = randomUUID()
  const expiresAt = deps.clock.now() + CODE_MILLISECONDS
  await deps.store.transact(async (tx) => {
    await keep(tx)
    await insertCode(tx, pool.id, { hash: hashCode(code), expiresAt }, grant)
  })
  return toCallback(hosted, callback, { code, state }, cookies)
}
