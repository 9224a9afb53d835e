import { open, seal } from "../../../base/master-key.ts"
import { browserToken } from "./csrf.ts"
import type { Hosted } from "./hosted.ts"

const PURPOSE = "cognito-idp.hosted-flow"

/** A page that was left alone for longer begins anew. Source: "Things to know about managed login". */
export const FLOW_MILLISECONDS = 5 * 60_000

interface Sealed {
  kind: string
  poolId: string
  browser: string
  expiresAt: number
  state: unknown
}

/**
 * What has to be kept between two forms (a challenge's session, how far somebody has come), for a hidden field or a cookie.
 * It is good for five minutes, in this pool, for this kind of step and in the browser whose token is given: that of
 * `csrfToken`, or of a cookie of one's own where another site posts the answer.
 */
export function sealFlowState(hosted: Hosted, kind: string, state: unknown, browser: string): string {
  const { deps, pool } = hosted
  const sealed: Sealed = { kind, poolId: pool.id, browser, expiresAt: deps.clock.now() + FLOW_MILLISECONDS, state }
  return seal(deps.masterKey, PURPOSE, JSON.stringify(sealed)).toString("base64url")
}

/** Undefined where it is none of this kind, this pool and this browser, or its time is over. */
export function openFlowState<T>(
  hosted: Hosted,
  kind: string,
  text: string | null | undefined,
  browser: string | undefined = browserToken(hosted),
): T | undefined {
  if (!text || browser === undefined) return undefined
  const { deps, pool } = hosted
  try {
    const sealed = JSON.parse(open(deps.masterKey, PURPOSE, Buffer.from(text, "base64url")).toString()) as Sealed
    const isRight = sealed.kind === kind && sealed.poolId === pool.id && sealed.browser === browser
    return isRight && sealed.expiresAt > deps.clock.now() ? (sealed.state as T) : undefined
  } catch {
    return undefined
  }
}
