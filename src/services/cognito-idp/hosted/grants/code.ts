import { hash, timingSafeEqual } from "node:crypto"
import { isReadable } from "../../app-clients/permissions.ts"
import type { AppClient } from "../../app-clients/record.ts"
import { lifetimesOf } from "../../app-clients/settings.ts"
import { type Group, groupsOfUser } from "../../groups/record.ts"
import type { SignIn } from "../../tokens/claims.ts"
import { issueTokens } from "../../tokens/issue.ts"
import { createRefreshToken } from "../../tokens/refresh-tokens.ts"
import { isReadableByScopes } from "../../tokens/scopes.ts"
import { findUserBySub, type User } from "../../users/record.ts"
import { type Code, findCode, hashCode, useCode } from "../codes/record.ts"
import { refusedProgram } from "../errors.ts"
import { answerOf, getParameter, type TokenAnswer, type TokenRequest } from "./request.ts"
import { keepHostedSignIn, signInOf } from "./sign-in.ts"

/**
 * `grant_type=authorization_code`: tokens for a code, once. All of it is one transaction, which looks at the code, uses it up
 * and keeps the sign-in; the tokens are signed after that.
 */
export async function exchangeCode(request: TokenRequest): Promise<TokenAnswer> {
  const { hosted, client, form } = request
  const { deps, pool } = hosted
  assertMayExchange(client)
  const key = hashCode(getParameter(request, "code"))
  const refreshToken = createRefreshToken()
  const now = deps.clock.now()
  const { code, user, groups, signIn } = await deps.store.transact(async (tx): Promise<Exchanged> => {
    const code = await findCode(tx, pool.id, key)
    assertIsFor(code, client, form, now)
    const user = await findUserBySub(tx, pool.id, code.sub)
    if (!user?.enabled) throw invalidGrant("user of the code", "one who is there and enabled", "none")
    const signIn = signInOf(client, code)
    if (!(await useCode(tx, pool.id, key, signIn.eventId))) throw used()
    const expiresAt = now + lifetimesOf(client).refreshSeconds * 1000
    await keepHostedSignIn(tx, hosted, client, code, { signIn, expiresAt, refreshToken }, now)
    return { code, user, groups: await groupsOfUser(tx, pool.id, user.sub), signIn }
  })
  const tokens = await issueTokens(deps, { pool, client, user, groups, signIn }, code.changes, code)
  return answerOf(tokens, refreshToken)
}

interface Exchanged {
  code: Code
  user: User
  groups: readonly Group[]
  signIn: SignIn
}

function assertMayExchange({ settings }: AppClient): void {
  const { AllowedOAuthFlows = [], AllowedOAuthFlowsUserPoolClient } = settings
  if (AllowedOAuthFlowsUserPoolClient && AllowedOAuthFlows.includes("code")) return
  throw refusedProgram("unauthorized_client", {
    check: "OAuth flows of the client",
    expected: "code",
    found: AllowedOAuthFlows,
  })
}

const invalidGrant = (check: string, expected: unknown, found: unknown) =>
  refusedProgram("invalid_grant", { check, expected, found })

const used = () => invalidGrant("authorization code", "one that was not exchanged before", "one that was")

/** Throws unless the code is in force and this client's, sent with the callback and the verifier of its beginning. */
function assertIsFor(
  code: Code | undefined,
  client: AppClient,
  form: URLSearchParams,
  now: number,
): asserts code is Code {
  if (code?.clientId !== client.id) throw invalidGrant("authorization code", "one of this client's", "another, or none")
  if (code.eventId !== undefined) throw used()
  if (code.expiresAt <= now) throw invalidGrant("authorization code", "one of the last five minutes", "an older one")
  const redirectUri = form.get("redirect_uri")
  if (redirectUri === null ? !code.isOnlyRedirectUri : redirectUri !== code.redirectUri)
    throw refusedProgram("unauthorized_client", {
      check: "redirect_uri of the code",
      expected: code.redirectUri,
      found: redirectUri ?? "none",
    })
  assertVerifier(code.codeChallenge, form.get("code_verifier"))
  // Source: the same page, invalid_grant.
  if (!isReadableByScopes(code.scopes, (name) => isReadable(client, name)))
    throw invalidGrant(
      "attributes that the client may read",
      "all that the scopes show",
      client.settings.ReadAttributes,
    )
}

/**
 * PKCE (RFC 7636, 4.6). A verifier for a code that was asked for without a challenge is refused, too: whoever began has another
 * flow in mind (RFC 9700, 4.8.2). UNVERIFIED: that AWS does.
 */
function assertVerifier(challenge: string | undefined, verifier: string | null): void {
  if (challenge === undefined && verifier === null) return
  if (challenge !== undefined && verifier !== null) {
    const [given, expected] = [Buffer.from(hash("sha256", verifier, "base64url")), Buffer.from(challenge)]
    if (given.length === expected.length && timingSafeEqual(given, expected)) return
  }
  throw invalidGrant(
    "code_verifier",
    challenge === undefined ? "none: there was no code_challenge" : "what code_challenge is the SHA-256 of",
    verifier === null ? "none" : "another",
  )
}
