import { createHash } from "node:crypto"
import type { Reading, Writing } from "../../../store/store.ts"

/** A device of an identity, as its platform knows it. */
export interface Device {
  identityId: string
  deviceId: string
  platform: string
  /** The platform's own for the application on this device. */
  token: string
  /** Milliseconds since the epoch. */
  registeredAt: number
  /** What SNS calls it, where there is an SNS. */
  endpointArn?: string
}

interface DeviceRow {
  identity_id: string
  device_id: string
  platform: string
  registered_at: number
  body: string
}

const parse = (row: DeviceRow): Device => ({
  identityId: row.identity_id,
  deviceId: row.device_id,
  platform: row.platform,
  registeredAt: row.registered_at,
  ...(JSON.parse(row.body) as Pick<Device, "token" | "endpointArn">),
})

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex")

export async function findDevice(tx: Reading, identityId: string, deviceId: string): Promise<Device | undefined> {
  const row = await tx.get<DeviceRow>(
    "SELECT * FROM csync_devices WHERE identity_id = $1 AND device_id = $2",
    identityId,
    deviceId,
  )
  return row && parse(row)
}

export async function findDeviceByToken(
  tx: Reading,
  identityId: string,
  platform: string,
  token: string,
): Promise<Device | undefined> {
  const row = await tx.get<DeviceRow>(
    "SELECT * FROM csync_devices WHERE identity_id = $1 AND platform = $2 AND token_hash = $3",
    identityId,
    platform,
    hashOf(token),
  )
  return row && parse(row)
}

export async function putDevice(tx: Writing, device: Device): Promise<void> {
  const { identityId, deviceId, platform, registeredAt, ...body } = device
  await tx.run(
    `INSERT INTO csync_devices (identity_id, device_id, platform, token_hash, registered_at, body)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (identity_id, device_id) DO UPDATE SET registered_at = excluded.registered_at, body = excluded.body`,
    identityId,
    deviceId,
    platform,
    hashOf(body.token),
    registeredAt,
    JSON.stringify(body),
  )
}

/** UNVERIFIED: how many AWS has. Platforms give devices new tokens now and then, and nobody says that the old one is none any more. */
const DEVICES_AT_MOST = 50

/** Forgets all but the devices of an identity that were registered last, with what they subscribed to. */
export async function forgetDevices(tx: Writing, identityId: string): Promise<void> {
  const old = await tx.all<{ device_id: string }>(
    `SELECT device_id FROM csync_devices WHERE identity_id = $1
     ORDER BY registered_at DESC, device_id DESC LIMIT 10 OFFSET $2`,
    identityId,
    DEVICES_AT_MOST,
  )
  for (const { device_id: deviceId } of old)
    for (const table of ["csync_devices", "csync_subscriptions"])
      await tx.run(`DELETE FROM ${table} WHERE identity_id = $1 AND device_id = $2`, identityId, deviceId)
}

export async function subscribe(tx: Writing, identityId: string, dataset: string, deviceId: string): Promise<void> {
  await tx.run(
    "INSERT INTO csync_subscriptions (identity_id, dataset, device_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    identityId,
    dataset,
    deviceId,
  )
}

export async function unsubscribe(tx: Writing, identityId: string, dataset: string, deviceId: string): Promise<void> {
  await tx.run(
    "DELETE FROM csync_subscriptions WHERE identity_id = $1 AND dataset = $2 AND device_id = $3",
    identityId,
    dataset,
    deviceId,
  )
}

/** Of all devices to a dataset that is not remembered any more. */
export async function dropSubscriptions(tx: Writing, identityId: string, dataset: string): Promise<void> {
  await tx.run("DELETE FROM csync_subscriptions WHERE identity_id = $1 AND dataset = $2", identityId, dataset)
}

/** The devices that are told of a dataset's changes: no more than an identity has. */
export async function listSubscribed(tx: Reading, identityId: string, dataset: string): Promise<Device[]> {
  const rows = await tx.all<DeviceRow>(
    `SELECT d.* FROM csync_subscriptions s
     JOIN csync_devices d ON d.identity_id = s.identity_id AND d.device_id = s.device_id
     WHERE s.identity_id = $1 AND s.dataset = $2 ORDER BY d.device_id`,
    identityId,
    dataset,
  )
  return rows.map(parse)
}
