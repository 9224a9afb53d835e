import {
  CreateVirtualMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  ListVirtualMFADevicesCommand,
  type User,
  type VirtualMFADevice,
} from "@aws-sdk/client-iam"
import { formatBase32 } from "../../../base/totp.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { creating, onMfaDevice } from "../access.ts"
import { findAlias } from "../account-aliases.ts"
import { iamArn } from "../arns.ts"
import { mfaDeviceExists, mfaDeviceInUse, mfaDeviceNameTooLong, overQuota } from "../errors.ts"
import { findIdentityById } from "../identities/record.ts"
import { userOf } from "../identities/wire.ts"
import { listPage, pageMembers } from "../paging.ts"
import { quotas } from "../quotas.ts"
import { assertTags } from "../tags.ts"
import { qrCodePng } from "./qr-code.ts"
import { countDevices, findDevice, getDevice, listDevices, type MfaDevice, newSeed, putDevice } from "./record.ts"

/** The seed is told once, here. API Reference, `VirtualMFADevice`: what the QR code says. */
export const CreateVirtualMFADevice = operation(CreateVirtualMFADeviceCommand, {
  access: (input, scope) => creating("mfa", "TagMFADevice", input.VirtualMFADeviceName, input, scope),
  async handle({ VirtualMFADeviceName, Path = "/", Tags = [] }, { store, clock, masterKey, account }) {
    assertTags(Tags)
    const serial = iamArn(account, "mfa", Path, VirtualMFADeviceName)
    if (serial.length > SERIAL_AT_MOST)
      throw mfaDeviceNameTooLong(SERIAL_AT_MOST - iamArn(account, "mfa", Path, "").length)
    const { seed, sealed } = newSeed(masterKey)
    const body = { createdAt: clock.now(), seed: sealed, tags: Tags }
    const secret = formatBase32(seed)
    return store.transact(async (tx) => {
      if (await findDevice(tx, serial)) throw mfaDeviceExists()
      // "IAM and AWS STS quotas": as many devices as users.
      if ((await countDevices(tx, account, "Any")) >= quotas.UsersQuota)
        throw overQuota("VirtualMFADevicesPerAccount", quotas.UsersQuota)
      await putDevice(tx, { serial, account, userId: "", body })
      const label = encodeURIComponent(`${VirtualMFADeviceName}@${(await findAlias(tx, account)) ?? account}`)
      return {
        VirtualMFADevice: {
          SerialNumber: serial,
          Base32StringSeed: Buffer.from(secret, "latin1"),
          QRCodePNG: qrCodePng(`otpauth://totp/${label}?secret=${secret}`),
          ...(Tags.length > 0 && { Tags }),
        },
      }
    })
  },
})

/** API Reference, `EnableMFADevice`: nobody can be given a device whose serial number is longer than 256; two less are what
 * a marker has room for. */
const SERIAL_AT_MOST = 254

export const DeleteVirtualMFADevice = operation(DeleteVirtualMFADeviceCommand, {
  access: onMfaDevice,
  async handle({ SerialNumber }, { store, account }) {
    await store.transact(async (tx) => {
      const device = await getDevice(tx, account, SerialNumber)
      if (device.userId !== "") throw mfaDeviceInUse()
      await tx.run("DELETE FROM iam_mfa_devices WHERE serial = $1", SerialNumber)
    })
    return {}
  },
})

export const ListVirtualMFADevices = operation(ListVirtualMFADevicesCommand, {
  access: (_input, { account }) => ({ resource: "*", refusedAs: `arn:aws:iam::${account}:mfa/` }),
  handle: ({ AssignmentStatus = "Any", ...paging }, context) =>
    context.store.read(async (tx) => {
      const { account } = context
      // What all serial numbers of the account begin with needs no place in a marker.
      const start = iamArn(account, "mfa", "/", "")
      const page = await listPage(
        context,
        paging,
        `virtual mfa devices ${AssignmentStatus}`,
        (after, limit) => listDevices(tx, account, { assignment: AssignmentStatus, after: start + after, limit }),
        ({ serial }) => serial.slice(start.length),
      )
      const VirtualMFADevices: VirtualMFADevice[] = []
      for (const device of page.items) VirtualMFADevices.push(await deviceOf(tx, device))
      return { VirtualMFADevices, ...pageMembers(page) }
    }),
})

async function deviceOf(tx: Reading, { serial, userId, body }: MfaDevice): Promise<VirtualMFADevice> {
  const user = userId === "" ? undefined : await findIdentityById(tx, userId)
  if (!user || body.enabledAt === undefined) return { SerialNumber: serial }
  const User: User = userOf(user)
  return { SerialNumber: serial, User, EnableDate: new Date(body.enabledAt) }
}
