import type { SignedCaller } from "../../authentication/caller.ts"
import type { Deps } from "../../call.ts"
import type { Reading } from "../../store/store.ts"

/** IAM itself is as coarse: "Getting last used information", IAM User Guide, speaks of hours. */
const EVERY_MILLISECONDS = 15 * 60 * 1000
const REMEMBERED = 10_000

export interface Uses {
  /** To be told of every call: who made it, to which service. */
  note(caller: SignedCaller, service: string): void
  /** Resolves when all that was noted is written. */
  settled(): Promise<void>
}

/**
 * Keeps when, where and for which service access keys and roles were used last. Writes beside the requests, and at most
 * once in a quarter of an hour for the same key or role, service and region: the hot path pays a look-up in a map.
 */
export function createUses({ store, clock }: Pick<Deps, "store" | "clock">, onFault: (error: unknown) => void): Uses {
  const known = new Map<string, number>()
  let writing = Promise.resolve()

  return {
    note(caller, service) {
      const isRole = caller.kind === "role-session"
      if (!isRole && ((caller.kind !== "user" && caller.kind !== "root") || caller.session)) return
      const id = isRole ? caller.roleId : caller.accessKeyId
      const { region } = caller
      const key = `${id} ${service} ${region}`
      const now = clock.now()
      const last = known.get(key)
      // A clock that was set back makes everything new.
      if (last !== undefined && now >= last && now - last < EVERY_MILLISECONDS) return
      if (known.size >= REMEMBERED) known.clear()
      known.set(key, now)
      writing = writing.then(() => write(store, { isRole, id, now, service, region })).catch(onFault)
    },
    settled: () => writing,
  }
}

interface Use {
  isRole: boolean
  id: string
  now: number
  service: string
  region: string
}

const write = async (store: Deps["store"], { isRole, id, now, service, region }: Use): Promise<void> => {
  await store.transact((tx) =>
    isRole
      ? tx.run(
          `INSERT INTO iam_role_uses (id, used_at, region) VALUES ($1, $2, $3)
           ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at, region = excluded.region`,
          id,
          now,
          region,
        )
      : tx.run(
          `INSERT INTO iam_access_key_uses (id, used_at, service, region) VALUES ($1, $2, $3, $4)
           ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at, service = excluded.service,
             region = excluded.region`,
          id,
          now,
          service,
          region,
        ),
  )
}

/** `RoleLastUsed`: empty where the role was never used. */
export async function roleLastUsed(tx: Reading, roleId: string): Promise<{ LastUsedDate?: Date; Region?: string }> {
  const use = await tx.get<{ used_at: number | bigint; region: string }>(
    "SELECT used_at, region FROM iam_role_uses WHERE id = $1",
    roleId,
  )
  return use ? { LastUsedDate: new Date(Number(use.used_at)), Region: use.region } : {}
}

export interface KeyUse {
  usedAt: number
  service: string
  region: string
}

export async function findKeyUse(tx: Reading, accessKeyId: string): Promise<KeyUse | undefined> {
  const use = await tx.get<{ used_at: number | bigint; service: string; region: string }>(
    "SELECT used_at, service, region FROM iam_access_key_uses WHERE id = $1",
    accessKeyId,
  )
  return use && { usedAt: Number(use.used_at), service: use.service, region: use.region }
}
