import type { Deps } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import { openTotpSecret } from "../accounts/software-token.ts"
import { userPoolNotFound } from "../errors.ts"
import { groupsOfUser, listGroups } from "../groups/record.ts"
import { columnsOf } from "../user-pools/csv-header.ts"
import { findUserPool, type UserPool } from "../user-pools/record.ts"
import { openPassword } from "../users/passwords.ts"
import { parseUser, USER_COLUMNS, type User, type UserRow } from "../users/record.ts"
import { passkeysOf } from "../web-authn/record.ts"
import type { TransferredGroup, TransferredPassword, TransferredPool, TransferredUser } from "./record.ts"

type LeaveDeps = Pick<Deps, "store" | "masterKey">

/** So many users at a time are a few milliseconds of the main thread. */
const USERS_AT_ONCE = 100
/** Source: "Quotas in Amazon Cognito": 10,000 groups of a pool. */
const GROUPS_AT_MOST = 10_000

async function getPool({ store }: LeaveDeps, id: string): Promise<UserPool> {
  const pool = await findUserPool(store, id)
  if (!pool) throw userPoolNotFound(id)
  return pool
}

/** What stands before the users. */
export async function describeLeaving(deps: LeaveDeps, poolId: string): Promise<TransferredPool> {
  const pool = await getPool(deps, poolId)
  const groups = await deps.store.read((tx) => listGroups(tx, pool.id, "", GROUPS_AT_MOST))
  return {
    id: pool.id,
    poolName: pool.poolName,
    columns: columnsOf(pool),
    groups: groups.map(
      ({ name, description, roleArn, precedence }): TransferredGroup => ({
        name,
        ...(description !== undefined && { description }),
        ...(roleArn !== undefined && { roleArn }),
        ...(precedence !== undefined && { precedence }),
      }),
    ),
  }
}

/** Some of a pool's users, by their `sub`: those behind `after`. Fewer than none are left where there are none. */
export async function listLeaving(deps: LeaveDeps, poolId: string, after: string): Promise<TransferredUser[]> {
  const pool = await getPool(deps, poolId)
  return deps.store.read(async (tx) => {
    const rows = await tx.all<UserRow>(
      `SELECT ${USER_COLUMNS}, password FROM idp_users WHERE pool_id = $1 AND sub > $2 ORDER BY sub LIMIT $3`,
      pool.id,
      after,
      USERS_AT_ONCE,
    )
    const users: TransferredUser[] = []
    for (const row of rows) users.push(await describe(tx, deps, pool, parseUser(row)))
    return users
  })
}

async function describe(tx: Reading, { masterKey }: LeaveDeps, pool: UserPool, user: User): Promise<TransferredUser> {
  const { sub, username, attributes, status, enabled, createdAt, modifiedAt, temporaryPasswordAt, password } = user
  const { sealedSecret, sealedPending: _, ...mfa } = user.mfa ?? { enabled: [] }
  const identities = await tx.all<{ provider: string; subject: string }>(
    "SELECT provider, subject FROM idp_linked_identities WHERE pool_id = $1 AND sub = $2 ORDER BY provider, subject",
    pool.id,
    sub,
  )
  return {
    ...{ sub, username, attributes, status, enabled, createdAt, modifiedAt },
    ...(temporaryPasswordAt !== undefined && { temporaryPasswordAt }),
    ...(password && { password: describePassword(openPassword(masterKey, password)) }),
    ...(user.mfa && { mfa }),
    ...(sealedSecret !== undefined && { totpSecret: openTotpSecret(masterKey, sealedSecret).toString("base64") }),
    groups: (await groupsOfUser(tx, pool.id, sub)).map(({ name }) => name),
    passkeys: await passkeysOf(tx, pool.id, sub),
    identities,
  }
}

function describePassword({
  imported,
  salt,
  verifier,
  previous,
}: ReturnType<typeof openPassword>): TransferredPassword {
  return imported === undefined ? { salt, verifier, ...(previous && { previous }) } : { imported }
}
