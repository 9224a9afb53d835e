import { findStep } from "../../../base/totp.ts"
import type { Deps } from "../../../call.ts"
import { findDevice, openSeed, putDevice } from "./record.ts"

/**
 * Whether a code of one of the user's devices is right, and with it when the user proved it. A code that was right is
 * not right again.
 */
export async function authenticateWithMfa(
  { store, clock, masterKey }: Pick<Deps, "store" | "clock" | "masterKey">,
  userId: string,
  { serial, code }: { serial: string; code: string },
): Promise<"no device" | "wrong code" | "authenticated"> {
  return store.transact(async (tx) => {
    const device = await findDevice(tx, serial)
    if (!device || device.userId === "" || device.userId !== userId) return "no device"
    const step = findStep(openSeed(masterKey, device), code, clock.now())
    const { lastStep } = device.body
    if (step === undefined || (lastStep !== undefined && step <= lastStep)) return "wrong code"
    await putDevice(tx, { ...device, body: { ...device.body, lastStep: step } })
    return "authenticated"
  })
}
