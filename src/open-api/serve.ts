import { parentPort } from "node:worker_threads"

/** What the thread is asked. */
export interface Asked {
  id: number
  body: Uint8Array | string
  basePathUse: string
}

/** The members of a service's error, which do not come out of a thread as what they are. */
export interface Refusal {
  code: string
  message: string
  status: number
  because?: unknown
}

export interface Answered<Draft> {
  id: number
  draft?: Draft
  refusal?: Refusal
  /** What is no matter of the definition. */
  failure?: string
}

/** Makes a thread of whoever imports it: `read` says what a definition means, `refusalOf` which of its errors are refusals. */
export function serveReads<Draft>(
  read: (body: Uint8Array | string, basePathUse: string) => Draft,
  refusalOf: (error: unknown) => Refusal | undefined,
): void {
  const answer = ({ id, body, basePathUse }: Asked): Answered<Draft> => {
    try {
      return { id, draft: read(body, basePathUse) }
    } catch (error) {
      const refusal = refusalOf(error)
      return refusal ? { id, refusal } : { id, failure: (error as Error).message }
    }
  }
  parentPort?.on("message", (asked: Asked) => parentPort?.postMessage(answer(asked)))
}
