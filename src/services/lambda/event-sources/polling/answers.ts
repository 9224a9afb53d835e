const UNREADABLE = Symbol("no JSON")

/** What a function made of a batch, by its own account. */
export type Reported =
  | { is: "done" }
  /** All before the index are done; it and what follows is to be tried again. */
  | { is: "failed"; from: number }

/**
 * Reads the answer of a function that reports what failed (Developer Guide, "Configuring partial batch response with Kinesis Data Streams and Lambda"; what
 * counts as success and as failure of all was recorded 2025-11). `ids` are the sequence numbers of the batch in their order: of those
 * that failed the lowest counts.
 */
export function readReport(answer: string, ids: readonly string[]): Reported {
  const all: Reported = { is: "failed", from: 0 }
  const parsed = parse(answer)
  if (parsed === UNREADABLE) return all
  if (parsed === null || parsed === "") return { is: "done" }
  if (typeof parsed !== "object") return all
  const failures = (parsed as { batchItemFailures?: unknown }).batchItemFailures ?? []
  if (!Array.isArray(failures)) return all
  const indexes = new Map(ids.map((id, index) => [id, index]))
  let lowest = ids.length
  for (const failure of failures as readonly unknown[]) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier
    const index = typeof id === "string" ? indexes.get(id) : undefined
    if (index === undefined) return all
    lowest = Math.min(lowest, index)
  }
  return lowest === ids.length ? { is: "done" } : { is: "failed", from: lowest }
}

/** The state that a function of tumbling windows answers, JSON; undefined where there is none, which fails the invocation. */
export function readState(answer: string): string | undefined {
  const parsed = parse(answer)
  if (parsed === null || typeof parsed !== "object") return undefined
  const { state } = parsed as { state?: unknown }
  return state === undefined || state === null ? undefined : JSON.stringify(state)
}

function parse(answer: string): unknown {
  if (answer === "") return null
  try {
    return JSON.parse(answer)
  } catch {
    return UNREADABLE
  }
}
