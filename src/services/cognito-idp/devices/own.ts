import {
  ConfirmDeviceCommand,
  type DeviceSecretVerifierConfigType,
  ForgetDeviceCommand,
  GetDeviceCommand,
  ListDevicesCommand,
  UpdateDeviceStatusCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { deviceNotFound, invalidAccessToken, invalidParameter } from "../errors.ts"
import { listPage } from "../paging.ts"
import { parsePublicKey } from "../srp/srp.ts"
import { getSignedInUser } from "../tokens/access-token.ts"
import {
  type Device,
  deleteDevice,
  describeDevice,
  findDevice,
  getDevice,
  listDevices,
  putDevice,
  sealVerifier,
} from "./record.ts"

const LIST_LIMIT = 60

/** The sign-in's own device shows what it will prove itself by. Its key is the one that the access token has. */
export const ConfirmDevice = operation(ConfirmDeviceCommand, {
  access: "accessToken",
  async handle({ AccessToken, DeviceKey, DeviceSecretVerifierConfig, DeviceName }, context) {
    const { pool, user, deviceKey } = await getSignedInUser(context, AccessToken)
    if (deviceKey !== DeviceKey) throw deviceNotFound()
    const sealedVerifier = sealVerifier(context.masterKey, parseVerifier(DeviceSecretVerifierConfig))
    const now = context.clock.now()
    const onPrompt = pool.settings.DeviceConfiguration?.DeviceOnlyRememberedOnUserPrompt ?? false
    await context.store.transact(async (tx) => {
      if (await findDevice(tx, pool.id, user.sub, DeviceKey)) throw invalidParameter("Device is already confirmed.") // UNVERIFIED text
      await putDevice(tx, pool.id, user.sub, {
        key: DeviceKey,
        ...(DeviceName !== undefined && { name: DeviceName }),
        sealedVerifier,
        isRemembered: !onPrompt,
        lastIp: context.request.remoteAddress,
        createdAt: now,
        modifiedAt: now,
        authenticatedAt: now,
      })
    })
    return { UserConfirmationNecessary: onPrompt }
  },
})

/** Both are numbers in base64. */
function parseVerifier({ PasswordVerifier = "", Salt = "" }: DeviceSecretVerifierConfigType = {}) {
  const verifier = Buffer.from(PasswordVerifier, "base64").toString("hex")
  const salt = Buffer.from(Salt, "base64").toString("hex")
  if (parsePublicKey(verifier) === undefined || !/^[0-9a-f]{2,128}$/.test(salt))
    throw invalidParameter("Invalid DeviceSecretVerifierConfig.") // UNVERIFIED text
  return { verifier, salt }
}

/** The model lets the access token be left out; without it nobody is asked about. */
function getToken(token: string | undefined): string {
  if (token === undefined) throw invalidAccessToken()
  return token
}

export const GetDevice = operation(GetDeviceCommand, {
  access: "accessToken",
  async handle({ AccessToken, DeviceKey }, context) {
    const { pool, user } = await getSignedInUser(context, getToken(AccessToken))
    const device = await context.store.read((tx) => getDevice(tx, pool.id, user.sub, DeviceKey))
    return { Device: describeDevice(pool, user, device) }
  },
})

export const ForgetDevice = operation(ForgetDeviceCommand, {
  access: "accessToken",
  async handle({ AccessToken, DeviceKey }, context) {
    const { pool, user } = await getSignedInUser(context, getToken(AccessToken))
    if (!(await context.store.transact((tx) => deleteDevice(tx, pool.id, user.sub, DeviceKey)))) throw deviceNotFound()
    return {}
  },
})

export const UpdateDeviceStatus = operation(UpdateDeviceStatusCommand, {
  access: "accessToken",
  async handle({ AccessToken, DeviceKey, DeviceRememberedStatus }, context) {
    const { pool, user } = await getSignedInUser(context, AccessToken)
    const modifiedAt = context.clock.now()
    await context.store.transact(async (tx) => {
      const device = await getDevice(tx, pool.id, user.sub, DeviceKey)
      const isRemembered = DeviceRememberedStatus ? DeviceRememberedStatus === "remembered" : device.isRemembered
      await putDevice(tx, pool.id, user.sub, { ...device, isRemembered, modifiedAt })
    })
    return {}
  },
})

export const ListDevices = operation(ListDevicesCommand, {
  access: "accessToken",
  async handle({ AccessToken, Limit, PaginationToken }, context) {
    const { pool, user } = await getSignedInUser(context, AccessToken)
    const { items, next } = await listPage(
      context.masterKey,
      { about: `devices ${pool.id} ${user.sub}`, token: PaginationToken, limit: Limit || LIST_LIMIT },
      (device: Device) => device.key,
      (after, count) => context.store.read((tx) => listDevices(tx, pool.id, user.sub, after, count)),
    )
    return { Devices: items.map((device) => describeDevice(pool, user, device)), PaginationToken: next }
  },
})
