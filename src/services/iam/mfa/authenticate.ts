import { afterFailure, isLockedOut, NO_FAILURES } from "../../../base/lockout.ts"
import { findStep, isUsedStep } from "../../../base/totp.ts"
import type { Deps } from "../../../call.ts"
import { findDevice, openSeed, putDevice } from "./record.ts"

/**
 * Whether a code of one of the user's devices is right. A code that was right is not right again; after five wrong ones
 * none is right for a while, which grows as it does at the sign-in of a user pool. AWS slows guessing too, and does not
 * say how.
 */
export async function authenticateWithMfa(
  { store, clock, masterKey }: Pick<Deps, "store" | "clock" | "masterKey">,
  userId: string,
  { serial, code }: { serial: string; code: string },
): Promise<"no device" | "wrong code" | "authenticated"> {
  return store.transact(async (tx) => {
    const device = await findDevice(tx, serial)
    if (!device || device.userId === "" || device.userId !== userId) return "no device"
    const now = clock.now()
    const { lastStep, failures = NO_FAILURES, ...body } = device.body
    if (isLockedOut(failures, now)) return "wrong code"
    const step = findStep(openSeed(masterKey, device), code, now)
    if (step === undefined || isUsedStep(step, lastStep, now)) {
      await putDevice(tx, { ...device, body: { ...device.body, failures: afterFailure(failures, now) } })
      return "wrong code"
    }
    await putDevice(tx, { ...device, body: { ...body, lastStep: step } })
    return "authenticated"
  })
}
