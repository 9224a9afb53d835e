import { randomBytes } from "node:crypto"
import type { Failures } from "../../../base/lockout.ts"
import { type MasterKey, open, seal } from "../../../base/master-key.ts"
import type { Reading, Row, Writing } from "../../../store/store.ts"
import { mfaDeviceNotFound } from "../errors.ts"
import type { Tag } from "../tags.ts"

/** A virtual MFA device: a seed that an authenticator app knows too. */
export interface MfaDevice {
  /** Its ARN. */
  serial: string
  account: string
  /** Whose it is; empty while it is nobody's. */
  userId: string
  body: MfaBody
}

export interface MfaBody {
  createdAt: number
  /** Since when it is somebody's. */
  enabledAt?: number
  /** The seed, sealed. */
  seed: string
  tags: readonly Tag[]
  /** The step of the last code that was taken: a code is good once. */
  lastStep?: number
  /** Wrong codes since the last right one. */
  failures?: Failures
}

const PURPOSE = "iam-mfa-seed"
/** 64 characters of base32. */
const SEED_BYTES = 40

export function newSeed(masterKey: MasterKey): { seed: Uint8Array; sealed: string } {
  const seed = randomBytes(SEED_BYTES)
  return { seed, sealed: seal(masterKey, PURPOSE, seed).toString("base64") }
}

export const openSeed = (masterKey: MasterKey, { body }: MfaDevice): Uint8Array =>
  open(masterKey, PURPOSE, Buffer.from(body.seed, "base64"))

interface DeviceRow extends Row {
  serial: string
  account: string
  user_id: string
  body: string
}

const COLUMNS = "serial, account, user_id, body"

const parse = ({ serial, account, user_id, body }: DeviceRow): MfaDevice => ({
  serial,
  account,
  userId: user_id,
  body: JSON.parse(body),
})

export async function findDevice(tx: Reading, serial: string): Promise<MfaDevice | undefined> {
  const row = await tx.get<DeviceRow>(`SELECT ${COLUMNS} FROM iam_mfa_devices WHERE serial = $1`, serial)
  return row && parse(row)
}

/** Another account's device is as good as none. */
export async function getDevice(tx: Reading, account: string, serial: string): Promise<MfaDevice> {
  const device = await findDevice(tx, serial)
  if (device?.account !== account) throw mfaDeviceNotFound(serial)
  return device
}

const ASSIGNED = { Any: "", Assigned: "AND user_id <> ''", Unassigned: "AND user_id = ''" } as const
export type Assignment = keyof typeof ASSIGNED

/** In the order of their serial numbers. */
export async function listDevices(
  tx: Reading,
  account: string,
  { assignment, after, limit }: { assignment: Assignment; after: string; limit: number },
): Promise<MfaDevice[]> {
  const rows = await tx.all<DeviceRow>(
    `SELECT ${COLUMNS} FROM iam_mfa_devices
     WHERE account = $1 AND serial > $2 ${ASSIGNED[assignment]} ORDER BY serial LIMIT $3`,
    account,
    after,
    limit,
  )
  return rows.map(parse)
}

export async function countDevices(tx: Reading, account: string, assignment: Assignment): Promise<number> {
  const row = await tx.get<{ n: number | bigint }>(
    `SELECT count(*) AS n FROM iam_mfa_devices WHERE account = $1 ${ASSIGNED[assignment]}`,
    account,
  )
  return Number(row?.n ?? 0)
}

export async function listDevicesOf(tx: Reading, userId: string): Promise<MfaDevice[]> {
  const rows = await tx.all<DeviceRow>(
    `SELECT ${COLUMNS} FROM iam_mfa_devices WHERE user_id = $1 ORDER BY serial`,
    userId,
  )
  return rows.map(parse)
}

export async function putDevice(tx: Writing, { serial, account, userId, body }: MfaDevice): Promise<void> {
  await tx.run(
    `INSERT INTO iam_mfa_devices (serial, account, user_id, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (serial) DO UPDATE SET user_id = excluded.user_id, body = excluded.body`,
    serial,
    account,
    userId,
    JSON.stringify(body),
  )
}
