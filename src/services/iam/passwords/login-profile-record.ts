import type { Reading, Writing } from "../../../store/store.ts"
import { loginProfileNotFound } from "../errors.ts"
import type { Identity } from "../identities/record.ts"
import type { PasswordHash } from "./hash.ts"

/** The password of a user. There is no console here to use it in; it is kept as AWS keeps it. */
export interface ProfileRecord {
  createdAt: number
  /** When the password was set last. */
  changedAt: number
  resetRequired: boolean
  password: PasswordHash
  /** Those before it, newest first. */
  former: readonly PasswordHash[]
}

export async function findProfile(tx: Reading, userId: string): Promise<ProfileRecord | undefined> {
  const row = await tx.get<{ body: string }>("SELECT body FROM iam_login_profiles WHERE user_id = $1", userId)
  return row && JSON.parse(row.body)
}

export async function getProfile(tx: Reading, user: Identity): Promise<ProfileRecord> {
  const profile = await findProfile(tx, user.id)
  if (!profile) throw loginProfileNotFound(user.name)
  return profile
}

export async function putProfile(tx: Writing, userId: string, profile: ProfileRecord): Promise<void> {
  await tx.run(
    `INSERT INTO iam_login_profiles (user_id, body) VALUES ($1, $2)
     ON CONFLICT (user_id) DO UPDATE SET body = excluded.body`,
    userId,
    JSON.stringify(profile),
  )
}

export const deleteProfile = (tx: Writing, userId: string): Promise<number> =>
  tx.run("DELETE FROM iam_login_profiles WHERE user_id = $1", userId)
