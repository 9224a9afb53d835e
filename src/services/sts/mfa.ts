import type { Caller } from "../../authentication/caller.ts"
import { nowInSeconds } from "../../base/clock.ts"
import type { Deps } from "../../call.ts"
import { authenticateWithMfa } from "../iam/service.ts"
import { halfMfa, unknownMfaDevice, wrongMfaCode } from "./errors.ts"

/**
 * When the caller proved a second factor with this request, in seconds since the epoch; undefined where the request
 * offers none. Only users have devices, and each only the user's own.
 */
export async function multiFactorAuthentication(
  deps: Pick<Deps, "store" | "clock" | "masterKey">,
  caller: Caller,
  { SerialNumber, TokenCode }: { SerialNumber?: string; TokenCode?: string },
): Promise<number | undefined> {
  if (SerialNumber === undefined && TokenCode === undefined) return undefined
  if (SerialNumber === undefined || TokenCode === undefined) throw halfMfa()
  if (caller.kind !== "user") throw unknownMfaDevice()
  const outcome = await authenticateWithMfa(deps, caller.userId, { serial: SerialNumber, code: TokenCode })
  if (outcome === "no device") throw unknownMfaDevice()
  if (outcome === "wrong code") throw wrongMfaCode()
  return nowInSeconds(deps.clock)
}
