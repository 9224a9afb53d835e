import { notSupportedHere } from "../errors.ts"
import type { User } from "../users/record.ts"
import type { Attempt, Step } from "./attempt.ts"

/** The challenge for the user's second factor; undefined where none is asked for. */
export async function secondFactorStep({ pool }: Attempt, user: User): Promise<Step | undefined> {
  const mode = pool.settings.MfaConfiguration ?? "OFF"
  if (mode === "OFF" || (mode === "OPTIONAL" && !user.mfa?.enabled.length)) return undefined
  throw notSupportedHere("Multi-factor authentication")
}
