import { BoundedCache } from "../base/bounded-cache.ts"
import type { CompiledPolicy } from "../policy/index.ts"
import type { Reading, Writing } from "../store/store.ts"
import { formatPolicyText, hashOf, parsePolicyText } from "./policy-text.ts"

/** A policy's use is written down again only when it is so much later: microseconds, as the refusals are ordered by. */
const USED_AGAIN = 60_000_000
const KEPT_BYTES = 8 * 1024 * 1024
/** Longer ones are AWS's own, or nobody's. */
const TEXT_LENGTH = 256 * 1024

/**
 * The policies that refusals were decided by, each text once. They go when the refusals do, or when they are too many
 * together.
 */
export interface RefusalPolicies {
  /** What has to be written beside a refusal of this moment. */
  missing(policies: Iterable<CompiledPolicy>, order: number): MissingPolicy[]
  write(tx: Writing, missing: readonly MissingPolicy[]): Promise<void>
  /** Once it is committed. */
  written(missing: readonly MissingPolicy[]): void
  read(tx: Reading, hashes: Iterable<string>): Promise<Map<string, CompiledPolicy>>
  /** Those that no refusal from `oldest` on needs; all, where there is none. */
  sweep(tx: Writing, oldest: number | undefined): Promise<void>
  clear(): void
}

export interface MissingPolicy {
  hash: string
  text: string
  used: number
}

const WRITE = `INSERT INTO core_refusal_policies (hash, used, size, body) VALUES ($1, $2, $3, $4)
ON CONFLICT (hash) DO UPDATE SET used = excluded.used WHERE core_refusal_policies.used < excluded.used`

/** The youngest of those for which there is no room. */
const BEYOND = `SELECT used FROM (
  SELECT used, SUM(size) OVER (ORDER BY used DESC, hash) AS held FROM core_refusal_policies
) AS kept WHERE held > $1 ORDER BY used DESC LIMIT 1`

export function createRefusalPolicies(): RefusalPolicies {
  // When each was last written to be in use, as far as this node knows.
  let used = new BoundedCache<string, number>(4_000)
  return {
    missing(policies, order) {
      const missing: MissingPolicy[] = []
      for (const policy of policies) {
        const since = used.find(hashOf(policy))
        if (since !== undefined && order < since + USED_AGAIN) continue
        const { hash, text } = formatPolicyText(policy)
        if (text.length <= TEXT_LENGTH) missing.push({ hash, text, used: order })
      }
      return missing
    },
    async write(tx, missing) {
      for (const one of missing) await tx.run(WRITE, one.hash, one.used, Buffer.byteLength(one.text), one.text)
    },
    written(missing) {
      for (const one of missing) used.put(one.hash, one.used)
    },
    async read(tx, hashes) {
      const found = new Map<string, CompiledPolicy>()
      for (const hash of hashes) {
        const row = await tx.get<{ body: string }>("SELECT body FROM core_refusal_policies WHERE hash = $1", hash)
        if (row) found.set(hash, parsePolicyText(row.body))
      }
      return found
    },
    async sweep(tx, oldest) {
      if (oldest === undefined) await tx.run("DELETE FROM core_refusal_policies")
      else await tx.run("DELETE FROM core_refusal_policies WHERE used < $1", oldest - 2 * USED_AGAIN)
      const beyond = await tx.get<{ used: number }>(BEYOND, KEPT_BYTES)
      if (!beyond) return
      await tx.run("DELETE FROM core_refusal_policies WHERE used <= $1", beyond.used)
    },
    clear() {
      used = new BoundedCache(4_000)
    },
  }
}
