import { stepAt, totpCode } from "../../src/base/totp.ts"
import { askControl } from "../harness/control.ts"
import type { World } from "./cognito-idp-world.ts"

/** The authenticator app: the code of now, or of a later step. */
export async function totpOf(world: World, secretCode: string, later = 0): Promise<string> {
  const { now } = await askControl(world.server, "GET", "clock")
  return totpAt(secretCode, Date.parse(now), later)
}

/** The same at a time, in milliseconds since the epoch. */
export function totpAt(secretCode: string, now: number, later = 0): string {
  const bits = [...secretCode]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("")
  const secret = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  return totpCode(secret, stepAt(now) + later)
}
