import type { Deps } from "../call.ts"
import { type Arrivals, arrive, describeLeaving, listLeaving } from "../services/cognito-idp/service.ts"
import { WireError } from "../wire/errors.ts"

/** What users bring along at once. */
export const ARRIVALS_BYTES = 1024 * 1024

/** `POOL`: what stands before its users. `POOL/SUB`: some of those behind the `sub`; `POOL/-` begins. */
export async function tellUsers(deps: Deps, rest: string): Promise<unknown> {
  const [poolId = "", after] = rest.split("/")
  if (after === undefined) return describeLeaving(deps, poolId)
  return { users: await listLeaving(deps, poolId, after === "-" ? "" : after) }
}

export async function takeUsers(deps: Deps, poolId: string, json: unknown): Promise<unknown> {
  if (typeof json !== "object" || json === null || typeof (json as Arrivals).poolName !== "string")
    throw new WireError("BadRequest", "The body must be what 'hallpass users import' sends.")
  return arrive(deps, poolId, json as Arrivals)
}
