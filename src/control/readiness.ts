import { randomUUID } from "../base/random.ts"
import type { Store } from "../store/store.ts"

export interface Readiness {
  status: "ready" | "not ready"
  /** What the store does not do; the log says why. */
  store?: "cannot be read" | "cannot be written" | "does not answer"
}

/** Who asks more often than this is told what was found last: what balancers ask costs next to nothing. */
const KEPT_MILLISECONDS = 3_000
/** Who asks gets an answer by then. */
const PATIENCE_MILLISECONDS = 3_000
/** More than fits into what is left of a page. */
const PROBE_BYTES = 4_096

const READY: Readiness = { status: "ready" }

/**
 * Whether this node can read and write its store. It tries: nothing else tells a disk that is full, or a database that
 * takes connections and does nothing. However many ask, one try is under way.
 */
export function createReadiness(store: Store, onFault: (error: unknown) => void): () => Promise<Readiness> {
  const name = `readiness-${randomUUID()}`
  let last: Readiness | undefined
  let foundAt = 0
  let trying: Promise<Readiness> | undefined

  async function attempt(what: Readiness["store"] & string, step: () => Promise<unknown>): Promise<Readiness> {
    try {
      await step()
      return READY
    } catch (error) {
      // Told once, and not with every question.
      if (last?.store !== what) onFault(error)
      return { status: "not ready", store: what }
    }
  }

  async function look(): Promise<Readiness> {
    const reading = await attempt("cannot be read", () =>
      store.read((tx) => tx.get("SELECT name FROM core_settings WHERE name = $1", name)),
    )
    if (reading !== READY) return reading
    return attempt("cannot be written", () =>
      store.transact(async (tx) => {
        await tx.run("INSERT INTO core_settings (name, value) VALUES ($1, $2)", name, new Uint8Array(PROBE_BYTES))
        await tx.run("DELETE FROM core_settings WHERE name = $1", name)
      }),
    )
  }

  function begin(): Promise<Readiness> {
    return look().then((readiness) => {
      last = readiness
      foundAt = performance.now()
      trying = undefined
      return readiness
    })
  }

  return async () => {
    if (last && performance.now() - foundAt < KEPT_MILLISECONDS) return last
    trying ??= begin()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Readiness>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MILLISECONDS, { status: "not ready", store: "does not answer" })
    })
    try {
      return await Promise.race([trying, late])
    } finally {
      clearTimeout(timer)
    }
  }
}
