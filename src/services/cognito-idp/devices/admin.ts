import {
  AdminForgetDeviceCommand,
  AdminGetDeviceCommand,
  AdminListDevicesCommand,
  AdminUpdateDeviceStatusCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { operation } from "../../../operation.ts"
import { onUserPool } from "../access.ts"
import { deviceNotFound } from "../errors.ts"
import { listPage } from "../paging.ts"
import { getUserPool } from "../user-pools/record.ts"
import { getUser } from "../users/record.ts"
import { type Device, deleteDevice, describeDevice, getDevice, listDevices, putDevice } from "./record.ts"

const LIST_LIMIT = 60

export const AdminGetDevice = operation(AdminGetDeviceCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, DeviceKey }, context) {
    const pool = await getUserPool(UserPoolId, context)
    return context.store.read(async (tx) => {
      const user = await getUser(tx, pool, Username)
      return { Device: describeDevice(pool, user, await getDevice(tx, pool.id, user.sub, DeviceKey)) }
    })
  },
})

export const AdminForgetDevice = operation(AdminForgetDeviceCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, DeviceKey }, context) {
    const pool = await getUserPool(UserPoolId, context)
    await context.store.transact(async (tx) => {
      const { sub } = await getUser(tx, pool, Username)
      if (!(await deleteDevice(tx, pool.id, sub, DeviceKey))) throw deviceNotFound()
    })
    return {}
  },
})

export const AdminUpdateDeviceStatus = operation(AdminUpdateDeviceStatusCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, DeviceKey, DeviceRememberedStatus }, context) {
    const pool = await getUserPool(UserPoolId, context)
    const modifiedAt = context.clock.now()
    await context.store.transact(async (tx) => {
      const { sub } = await getUser(tx, pool, Username)
      const device = await getDevice(tx, pool.id, sub, DeviceKey)
      const isRemembered = DeviceRememberedStatus ? DeviceRememberedStatus === "remembered" : device.isRemembered
      await putDevice(tx, pool.id, sub, { ...device, isRemembered, modifiedAt })
    })
    return {}
  },
})

export const AdminListDevices = operation(AdminListDevicesCommand, {
  access: onUserPool,
  async handle({ UserPoolId, Username, Limit, PaginationToken }, context) {
    const { store, masterKey } = context
    const pool = await getUserPool(UserPoolId, context)
    const user = await store.read((tx) => getUser(tx, pool, Username))
    const { items, next } = await listPage(
      masterKey,
      { about: `devices ${pool.id} ${user.sub}`, token: PaginationToken, limit: Limit || LIST_LIMIT },
      (device: Device) => device.key,
      (after, count) => store.read((tx) => listDevices(tx, pool.id, user.sub, after, count)),
    )
    return { Devices: items.map((device) => describeDevice(pool, user, device)), PaginationToken: next }
  },
})
