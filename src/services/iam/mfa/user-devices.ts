import {
  DeactivateMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  ListMFADevicesCommand,
  ResyncMFADeviceCommand,
} from "@aws-sdk/client-iam"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onUser, onUserOrSelf } from "../access.ts"
import { authenticationCodeInvalid, mfaDeviceNotOfUser, mfaDeviceTaken, overQuota } from "../errors.ts"
import { getIdentity } from "../identities/record.ts"
import { listPageOf, pageMembers } from "../paging.ts"
import { MFA_DEVICES_QUOTA } from "../quotas.ts"
import { getHolder, type Holder, holderNameOf, userNameOf } from "../self.ts"
import { findConsecutiveSteps, RESYNC_STEPS } from "./codes.ts"
import { findDevice, getDevice, listDevicesOf, type MfaDevice, openSeed, putDevice } from "./record.ts"

async function getDeviceOf(tx: Reading, user: Holder, serial: string): Promise<MfaDevice> {
  const device = await findDevice(tx, serial)
  if (device?.userId !== user.id) throw mfaDeviceNotOfUser()
  return device
}

export const EnableMFADevice = operation(EnableMFADeviceCommand, {
  access: onUser,
  async handle(input, { store, clock, masterKey, account }) {
    const { UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 } = input
    const now = clock.now()
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", UserName)
      const device = await getDevice(tx, account, SerialNumber)
      if (device.userId !== "") throw mfaDeviceTaken()
      if ((await listDevicesOf(tx, user.id)).length >= MFA_DEVICES_QUOTA)
        throw overQuota("MFADevicesPerUser", MFA_DEVICES_QUOTA)
      const codes = [AuthenticationCode1, AuthenticationCode2] as const
      if (findConsecutiveSteps(openSeed(masterKey, device), codes, now) === undefined) throw authenticationCodeInvalid()
      await putDevice(tx, { ...device, userId: user.id, body: { ...device.body, enabledAt: now } })
    })
    return {}
  },
})

/** What is resynchronized is checked and nothing else: authenticator apps and this server share one kind of clock. */
export const ResyncMFADevice = operation(ResyncMFADeviceCommand, {
  access: onUser,
  async handle(input, { store, clock, masterKey, account }) {
    const { UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 } = input
    const device = await store.read(async (tx) =>
      getDeviceOf(tx, await getIdentity(tx, account, "user", UserName), SerialNumber),
    )
    const codes = [AuthenticationCode1, AuthenticationCode2] as const
    const step = findConsecutiveSteps(openSeed(masterKey, device), codes, clock.now(), RESYNC_STEPS)
    if (step === undefined) throw authenticationCodeInvalid()
    return {}
  },
})

export const DeactivateMFADevice = operation(DeactivateMFADeviceCommand, {
  access: onUserOrSelf,
  async handle({ UserName, SerialNumber }, context) {
    const { store, account } = context
    const name = await userNameOf(UserName, context)
    await store.transact(async (tx) => {
      const user = await getIdentity(tx, account, "user", name)
      const device = await getDeviceOf(tx, user, SerialNumber)
      const { createdAt, seed, tags } = device.body
      await putDevice(tx, { ...device, userId: "", body: { createdAt, seed, tags } })
    })
    return {}
  },
})

const enabledAt = ({ body }: MfaDevice): Date => new Date(body.enabledAt ?? body.createdAt)

export const ListMFADevices = operation(ListMFADevicesCommand, {
  access: onUserOrSelf,
  async handle({ UserName, ...paging }, context) {
    const { store, account } = context
    // The root user has none: only who is named is given one.
    const name = await holderNameOf(UserName, context)
    return store.read(async (tx) => {
      const { id, UserName } = await getHolder(tx, account, name)
      const devices = await listDevicesOf(tx, id)
      const page = await listPageOf(context, paging, `mfa devices of ${id}`, devices, ({ serial }) => serial)
      return {
        MFADevices: page.items.map((device) => ({
          UserName,
          SerialNumber: device.serial,
          EnableDate: enabledAt(device),
        })),
        ...pageMembers(page),
      }
    })
  },
})

export const GetMFADevice = operation(GetMFADeviceCommand, {
  access: onUserOrSelf,
  async handle({ UserName, SerialNumber }, context) {
    const { store, account } = context
    const name = await holderNameOf(UserName, context)
    return store.read(async (tx) => {
      const holder = await getHolder(tx, account, name)
      const device = await getDeviceOf(tx, holder, SerialNumber)
      return { UserName: holder.UserName, SerialNumber, EnableDate: enabledAt(device) }
    })
  },
})
