import type { Judgement } from "../authorization/judgement.ts"
import {
  type Applicable,
  allPolicies,
  type CompiledPolicy,
  type ContextValue,
  compile,
  mapPolicies,
} from "../policy/index.ts"
import type { CallRecord } from "./call-record.ts"
import { hashOf } from "./policy-text.ts"

/** A refusal as it is written: its policies are named by the hashes of their texts. */
export interface RefusalRow {
  body: string
  policies: readonly CompiledPolicy[]
}

interface WrittenCall extends Omit<CallRecord, "judged"> {
  judged: { allowed: number; refused: number; kept: WrittenJudgement[] }
}

interface WrittenJudgement extends Omit<Judgement, "request" | "keys" | "applicable"> {
  request: Omit<Judgement["request"], "expandable"> & { expandable?: string[] }
  keys: [key: string, value: ContextValue | null][]
  applicable: Applicable<string>
}

const BODY_LENGTH = 16 * 1024

/** Of questions without end the first are written. */
export function formatRow(record: CallRecord): RefusalRow {
  const { judged, ...call } = record
  for (let count = judged.kept.length; ; count = Math.floor(count / 2)) {
    const kept = judged.kept.slice(0, count)
    const written: WrittenCall = { ...call, judged: { ...judged, kept: kept.map(formatJudgement) } }
    const body = JSON.stringify(written)
    if (body.length <= BODY_LENGTH || count === 0)
      return { body, policies: [...new Set(kept.flatMap(({ applicable }) => allPolicies(applicable)))] }
  }
}

const formatJudgement = ({ request, keys, applicable, decision }: Judgement): WrittenJudgement => {
  const { expandable, ...asked } = request
  return {
    request: { ...asked, ...(expandable && { expandable: [...expandable] }) },
    keys: [...keys].map(([key, value]) => [key, value ?? null]),
    applicable: mapPolicies(applicable, hashOf),
    decision,
  }
}

/** The hashes of the policies that a row names. */
export function hashesIn(body: string): Set<string> {
  const { judged } = JSON.parse(body) as WrittenCall
  const hashes = new Set<string>()
  for (const { applicable } of judged.kept) for (const hash of allPolicies(applicable)) hashes.add(hash)
  return hashes
}

/** What a policy is replaced by whose text is no longer there. */
const FORGOTTEN = compile({ Version: "2012-10-17", Statement: [] }, { name: "that is no longer remembered" })

export function parseRow(body: string, policies: ReadonlyMap<string, CompiledPolicy>): CallRecord {
  const { judged, ...call } = JSON.parse(body) as WrittenCall
  const kept = judged.kept.map(({ request, keys, applicable, decision }): Judgement => {
    const { expandable, ...asked } = request
    return {
      request: { ...asked, ...(expandable && { expandable: new Set(expandable) }) },
      keys: new Map(keys.map(([key, value]) => [key, value ?? undefined])),
      applicable: mapPolicies(applicable, (hash) => policies.get(hash) ?? FORGOTTEN),
      decision,
    }
  })
  return { ...call, judged: { ...judged, kept } }
}
