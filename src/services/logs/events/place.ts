/** Where an event lies in its stream, and among the events of its group: by its time, and then as it came. */
export interface Place {
  time: number
  seq: string
}

const TIME_DIGITS = 15
const SEQ_DIGITS = 41

/** Before all events of a time, and after all of them. Requests may name times that no column holds. */
export const before = (time: number): Place => ({ time: Math.min(time, Number.MAX_SAFE_INTEGER), seq: "" })
export const after = (time: number): Place => ({ time: Math.min(time, Number.MAX_SAFE_INTEGER), seq: "~" })

/** `eventId`: 56 digits, as AWS's are. */
export const formatEventId = ({ time, seq }: Place): string => String(time).padStart(TIME_DIGITS, "0") + seq

export function parseEventId(id: string): Place | undefined {
  if (!/^\d{56}$/.test(id)) return undefined
  return { time: Number(id.slice(0, TIME_DIGITS)), seq: id.slice(TIME_DIGITS) }
}

/**
 * Numbers that are unique among all nodes and grow on one: of the moment of ingestion, the batch, the event within it, and
 * twelve digits of chance.
 */
export const formatSeq = (now: number, batch: number, index: number, chance: number): string =>
  (
    String(now).padStart(TIME_DIGITS, "0") +
    String(batch % 1e8).padStart(8, "0") +
    String(index).padStart(6, "0") +
    String(chance % 1e12).padStart(12, "0")
  ).slice(0, SEQ_DIGITS)
