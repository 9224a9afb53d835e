import type { Caller, SignedCaller } from "../../authentication/caller.ts"

/** The core lets nobody through to these operations who has not signed. */
export function assertSigned(caller: Caller): asserts caller is SignedCaller {
  if (caller.kind === "anonymous") throw new TypeError("An operation for signed callers was reached by another.")
}
