import type { Applicable, Decision, Request } from "../policy/index.ts"

/** One question that was put to the policy engine, with all that is needed to put it again and explain it. */
export interface Judgement {
  request: Request
  applicable: Applicable
  decision: Decision
}

/** What is remembered of one request: for its log line, for `hallpass explain`, for the metrics. */
export interface CallRecord {
  requestId: string
  /** Milliseconds since the epoch. */
  time: number
  service: string
  operation: string | undefined
  method: string
  path: string
  sourceIp: string
  callerArn: string | undefined
  status: number
  errorCode: string | undefined
  errorMessage: string | undefined
  judgements: Judgement[]
  /** The private reason of a refusal that no policy gave: a token, a mapping, a scope-down. Any JSON value. */
  because: unknown
}

export interface Journal {
  add(record: CallRecord): void
  find(requestId: string): CallRecord | undefined
  /** Newest first. */
  list(limit: number): CallRecord[]
  clear(): void
}

/**
 * The last `size` calls that were decided upon, in memory. A node remembers its own alone; what was refused is in the
 * refusal log as well.
 */
export function createJournal(size = 2_000): Journal {
  let ring: (CallRecord | undefined)[] = new Array(size)
  let next = 0
  let byId = new Map<string, CallRecord>()
  return {
    add(record) {
      const oldest = ring[next]
      if (oldest) byId.delete(oldest.requestId)
      ring[next] = record
      byId.set(record.requestId, record)
      next = (next + 1) % size
    },
    find: (requestId) => byId.get(requestId),
    list(limit) {
      const found: CallRecord[] = []
      for (let back = 1; back <= size && found.length < limit; back++) {
        const record = ring[(next - back + size) % size]
        if (!record) break
        found.push(record)
      }
      return found
    },
    clear() {
      ring = new Array(size)
      next = 0
      byId = new Map()
    },
  }
}

/** Somebody was told no: by a policy, or by a check that gave its private reason. */
export const isRefusal = (record: CallRecord): boolean =>
  record.because !== undefined || (record.status >= 400 && record.judgements.some(({ decision }) => !decision.allowed))
