import { findStep, stepAt } from "../../../base/totp.ts"
import type { Deps } from "../../../call.ts"
import { findDevice, openSeed, putDevice } from "./record.ts"

/** Wrong codes that a device bears in 30 seconds; after them none is right until the next 30. AWS slows guessing too, and
 * does not say how. */
const WRONG_CODES_AT_MOST = 10

/**
 * Whether a code of one of the user's devices is right. A code that was right is not right again.
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
    const { lastStep, wrong } = device.body
    const count = wrong?.step === stepAt(now) ? wrong.count : 0
    const step = count < WRONG_CODES_AT_MOST ? findStep(openSeed(masterKey, device), code, now) : undefined
    if (step === undefined || (lastStep !== undefined && step <= lastStep)) {
      await putDevice(tx, { ...device, body: { ...device.body, wrong: { step: stepAt(now), count: count + 1 } } })
      return "wrong code"
    }
    await putDevice(tx, { ...device, body: { ...device.body, lastStep: step } })
    return "authenticated"
  })
}
