import type { Authorization, Call } from "./authorization/authorize.ts"
import type { ServedOperation } from "./catalogue.ts"
import type { Service } from "./service.ts"
import { WireError } from "./wire/errors.ts"

/** Does what was asked for, and gives the output of its operation. */
export type Act = () => Promise<unknown>

/**
 * What every call goes through, by wire or from another service: the input is held against AWS's model, and its operation's
 * `access` against the policies, before there is anything that could be done. An operation's `handle` is called nowhere else.
 * Throws the refusals; at once where all that it takes is in memory.
 */
export function permit(
  { operation, violations }: ServedOperation,
  { validationCode = "ValidationException" }: Service,
  input: unknown,
  call: Call,
  may: Authorization,
  /** Whether the head of the request has been enough to decide it. */
  isAuthorized: boolean,
): Act | Promise<Act> {
  const wrong = violations(input)
  if (wrong !== undefined) throw new WireError(validationCode, wrong)
  const act: Act = () => operation.handle(input, Object.assign(call, may.forHandlers))
  if (isAuthorized || typeof operation.access !== "function") return act
  return may.assertAll(operation.access(input, call))?.then(() => act) ?? act
}
