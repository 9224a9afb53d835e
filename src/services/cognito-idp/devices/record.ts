import { createHmac } from "node:crypto"
import type { DeviceType } from "@aws-sdk/client-cognito-identity-provider"
import { type MasterKey, openText, seal } from "../../../base/master-key.ts"
import { randomUUID } from "../../../base/random.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { deviceNotFound } from "../errors.ts"
import type { Verifier } from "../srp/srp.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"

/** A device that a user signed in from. Times are milliseconds since the epoch. */
export interface Device {
  key: string
  name?: string
  /** What stands for the device's own password, sealed, in base64. */
  sealedVerifier: string
  isRemembered: boolean
  lastIp: string
  createdAt: number
  modifiedAt: number
  authenticatedAt: number
}

interface DeviceRow {
  device_key: string
  body: string
}

const PURPOSE = "cognito-idp.device"

/** Whether the pool gives sign-ins a device at all. Source: DeviceConfigurationType. */
export const tracksDevices = ({ settings }: UserPool): boolean => settings.DeviceConfiguration !== undefined

export const newDeviceKey = ({ region }: UserPool): string => `${region}_${randomUUID()}`

/** The other half of a device's name in SRP: the same for the same device, and kept nowhere. */
export const deviceGroupKey = (masterKey: MasterKey, deviceKey: string): string =>
  `-${createHmac("sha256", masterKey.keyFor("cognito-idp.device-group")).update(deviceKey).digest("hex").slice(0, 9)}`

export const sealVerifier = (masterKey: MasterKey, verifier: Verifier): string =>
  seal(masterKey, PURPOSE, JSON.stringify(verifier)).toString("base64")

export const openVerifier = (masterKey: MasterKey, { sealedVerifier }: Device): Verifier =>
  JSON.parse(openText(masterKey, PURPOSE, Buffer.from(sealedVerifier, "base64")))

const parseDevice = ({ device_key, body }: DeviceRow): Device => ({ ...JSON.parse(body), key: device_key })

export async function findDevice(
  tx: Reading,
  poolId: string,
  sub: string,
  deviceKey: string,
): Promise<Device | undefined> {
  const row = await tx.get<DeviceRow>(
    "SELECT device_key, body FROM idp_devices WHERE pool_id = $1 AND sub = $2 AND device_key = $3",
    poolId,
    sub,
    deviceKey,
  )
  return row && parseDevice(row)
}

export async function getDevice(tx: Reading, poolId: string, sub: string, deviceKey: string): Promise<Device> {
  const device = await findDevice(tx, poolId, sub, deviceKey)
  if (!device) throw deviceNotFound()
  return device
}

export async function putDevice(tx: Writing, poolId: string, sub: string, { key, ...body }: Device): Promise<void> {
  await tx.run(
    `INSERT INTO idp_devices (pool_id, sub, device_key, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (pool_id, sub, device_key) DO UPDATE SET body = excluded.body`,
    poolId,
    sub,
    key,
    JSON.stringify(body),
  )
}

/** False where there is none of that key. */
export async function deleteDevice(tx: Writing, poolId: string, sub: string, deviceKey: string): Promise<boolean> {
  const deleted = await tx.run(
    "DELETE FROM idp_devices WHERE pool_id = $1 AND sub = $2 AND device_key = $3",
    poolId,
    sub,
    deviceKey,
  )
  return deleted > 0
}

export const listDevices = async (
  tx: Reading,
  poolId: string,
  sub: string,
  after: string,
  count: number,
): Promise<Device[]> =>
  (
    await tx.all<DeviceRow>(
      `SELECT device_key, body FROM idp_devices
        WHERE pool_id = $1 AND sub = $2 AND device_key > $3 ORDER BY device_key LIMIT $4`,
      poolId,
      sub,
      after,
      count,
    )
  ).map(parseDevice)

/** Source: the examples of "admin-get-device" in the AWS CLI reference. */
export function describeDevice({ account, region, id }: UserPool, user: User, device: Device): DeviceType {
  const owner = `arn:aws:cognito-idp:${region}:${account}:owner/${id}/${user.username}`
  const attributes: [string, string | undefined][] = [
    ["device_status", "valid"],
    ["device_name", device.name],
    ["dev:device_arn", `${owner}/device/${device.key}`],
    ["dev:device_owner", user.username],
    ["last_ip_used", device.lastIp],
    ["dev:device_remembered_status", device.isRemembered ? "remembered" : "not_remembered"],
  ]
  return {
    DeviceKey: device.key,
    DeviceAttributes: attributes.flatMap(([Name, Value]) => (Value === undefined ? [] : [{ Name, Value }])),
    DeviceCreateDate: new Date(device.createdAt),
    DeviceLastModifiedDate: new Date(device.modifiedAt),
    DeviceLastAuthenticatedDate: new Date(device.authenticatedAt),
  }
}
