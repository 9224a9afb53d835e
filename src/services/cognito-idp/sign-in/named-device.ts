import { type Device, findDevice, tracksDevices } from "../devices/record.ts"
import type { UserPool } from "../user-pools/record.ts"
import { isStorable } from "../users/names.ts"
import type { User } from "../users/record.ts"
import { type Attempt, challengeStep, type Step } from "./attempt.ts"
import { sealSession } from "./session.ts"

/** The confirmed device that the request says it comes from; it has proved nothing yet. */
export async function findNamedDevice(
  { deps, pool, parameters }: Attempt,
  { sub }: Pick<User, "sub">,
): Promise<Device | undefined> {
  const key = parameters.DEVICE_KEY
  if (!key || !isStorable(key) || !tracksDevices(pool)) return undefined
  return deps.store.read((tx) => findDevice(tx, pool.id, sub, key))
}

/** Whether the device's own proof stands for the second factor. Source: DeviceConfigurationType, ChallengeRequiredOnNewDevice. */
export const replacesSecondFactor = ({ settings }: UserPool, device: Device | undefined): boolean =>
  device?.isRemembered === true && settings.DeviceConfiguration?.ChallengeRequiredOnNewDevice === true

/** DEVICE_SRP_AUTH is asked for before tokens where the request names a confirmed device: this one, and no other. */
export const challengeDevice = ({ deps, client }: Attempt, user: User, { key }: Device): Step =>
  challengeStep(
    "DEVICE_SRP_AUTH",
    sealSession(deps, client, { challenge: "DEVICE_SRP_AUTH", sub: user.sub, custom: undefined, state: key }),
    {},
  )
