import { randomBits } from "../../../base/random.ts"
import type { CallContext, Deps } from "../../../call.ts"
import { functionArn } from "../arns.ts"
import { functionNotFound, notActive } from "../errors.ts"
import type { Addressed } from "../functions/name.ts"
import { LATEST_NAME } from "../functions/record.ts"
import { findRunnable, type Target } from "../functions/runnable.ts"
import type { Invocation } from "../runtime/runtime.ts"

export const find = (
  deps: Pick<Deps, "store" | "masterKey">,
  address: Addressed,
): Target | undefined | Promise<Target | undefined> =>
  findRunnable(deps, address, address.qualifier, () => randomBits(48) / 2 ** 48)

/**
 * The version that is to be run; at once where it was asked for before. Throws the refusals of one that is not there, and of
 * one that is not ready.
 */
export function getTarget(deps: Pick<Deps, "store" | "masterKey">, address: Addressed): Target | Promise<Target> {
  const found = find(deps, address)
  return found instanceof Promise ? found.then((target) => ready(target, address)) : ready(found, address)
}

function ready(target: Target | undefined, address: Addressed): Target {
  // Recorded 11-2025: by its bare name, a function is asked for by its latest version.
  if (!target) throw functionNotFound(functionArn(address, address.qualifier ?? LATEST_NAME))
  const { state } = target.body.progress
  if (state !== "Active") throw notActive(state)
  return target
}

const SUBJECT = "cognito-identity.amazonaws.com:sub"
const AUDIENCE = "cognito-identity.amazonaws.com:aud"

/** Of callers whose credentials came from an identity pool: what their function is told of them. */
export function cognitoIdentityOf({ caller }: Pick<CallContext, "caller">): Invocation["cognitoIdentity"] {
  const { context = {} } = (caller.kind === "role-session" && caller.session) || {}
  const [cognitoIdentityId, cognitoIdentityPoolId] = [context[SUBJECT], context[AUDIENCE]]
  if (typeof cognitoIdentityId !== "string" || typeof cognitoIdentityPoolId !== "string") return undefined
  return { cognitoIdentityId, cognitoIdentityPoolId }
}
