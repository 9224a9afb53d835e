import type { Clock } from "../base/clock.ts"
import { keepText } from "../base/cut.ts"
import type { Store } from "../store/store.ts"
import { type CallRecord, isMemorable, isRefusal } from "./call-record.ts"
import { createJournal, type Journal } from "./journal.ts"
import { keepJson } from "./keep-json.ts"
import { createRefusalLog } from "./refusal-log.ts"
import { createThinnedJournal } from "./thinned-journal.ts"

/** What the server remembers of requests. */
export interface Memory {
  add(record: CallRecord): void
  find(requestId: string): Promise<CallRecord | undefined>
  /** Newest first. */
  list(limit: number): CallRecord[]
  listRefusals(limit: number): Promise<CallRecord[]>
  /** About how many bytes of memory it takes. */
  bytes(): number
  clear(): void
  /** Writes down what is still to be written, and stops. */
  close(): Promise<void>
}

const MEBIBYTE = 1024 * 1024
const PATH_LENGTH = 1_024
const MESSAGE_LENGTH = 2_048

/** Callers and strangers have a journal each, so that a flood of these drives out none of those. */
export function createMemory(store: Store, clock: Clock, onFault: (error: unknown) => void): Memory {
  const callers = createJournal({ calls: 1_500, bytes: 24 * MEBIBYTE })
  const strangers = createThinnedJournal(
    {
      newest: { calls: 64, bytes: 2 * MEBIBYTE },
      older: { calls: 436, bytes: 6 * MEBIBYTE, perSecond: 25 },
    },
    clock,
  )
  const refusals = createRefusalLog(store, clock, onFault)
  let lastOrder = 0

  const list = (limit: number, from: (journal: Journal) => CallRecord[]) =>
    newestOf([...from(callers), ...from(strangers)], limit)

  return {
    add(record) {
      if (!isMemorable(record)) return
      lastOrder = Math.max(lastOrder + 1, clock.now() * 1_000)
      record.order = lastOrder
      bound(record)
      const journal = record.callerArn === undefined ? strangers : callers
      journal.add(record)
      if (isRefusal(record)) refusals.add(record)
    },
    find: async (requestId) => callers.find(requestId) ?? strangers.find(requestId) ?? (await refusals.find(requestId)),
    list: (limit) => list(limit, (journal) => journal.list(limit)),
    async listRefusals(limit) {
      const known = list(limit, (journal) => journal.list(Number.POSITIVE_INFINITY).filter(isRefusal))
      const ids = new Set(known.map(({ requestId }) => requestId))
      const written = await refusals.list(limit)
      return newestOf([...known, ...written.filter(({ requestId }) => !ids.has(requestId))], limit)
    },
    bytes: () => callers.bytes() + strangers.bytes(),
    clear() {
      callers.clear()
      strangers.clear()
      refusals.clear()
    },
    close: refusals.close,
  }
}

const newestOf = (records: CallRecord[], limit: number): CallRecord[] =>
  records.sort((one, other) => other.order - one.order).slice(0, limit)

/** Of what came and of what was answered no more than people read, and in texts of its own. */
function bound(record: CallRecord): void {
  record.path = keepText(record.path, PATH_LENGTH)
  if (record.errorMessage !== undefined) record.errorMessage = keepText(record.errorMessage, MESSAGE_LENGTH)
  if (record.because !== undefined) record.because = keepJson(record.because)
}
