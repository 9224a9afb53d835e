import type { Deps } from "../../call.ts"

/** IAM itself is as coarse: "Getting last used information", IAM User Guide, speaks of hours. */
const EVERY_MILLISECONDS = 15 * 60 * 1000

const noted = new WeakMap<Deps["store"], Map<string, number>>()
const REMEMBERED_KEYS = 10_000

/**
 * Remembers when, for which service and where an access key was used last. Writes at most once in a quarter of an hour
 * for the same key, service and region, so that the hot path pays a look-up in a map. Resolves when it is written.
 */
export async function noteAccessKeyUse(
  { store, clock }: Pick<Deps, "store" | "clock">,
  use: { accessKeyId: string; service: string; region: string },
): Promise<void> {
  const now = clock.now()
  let known = noted.get(store)
  if (!known || known.size > REMEMBERED_KEYS) {
    known = new Map()
    noted.set(store, known)
  }
  const key = `${use.accessKeyId} ${use.service} ${use.region}`
  const last = known.get(key)
  if (last !== undefined && now - last < EVERY_MILLISECONDS) return
  known.set(key, now)
  await store.transact((tx) =>
    tx.run(
      `INSERT INTO iam_access_key_uses (id, used_at, service, region) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at, service = excluded.service, region = excluded.region`,
      use.accessKeyId,
      now,
      use.service,
      use.region,
    ),
  )
}
