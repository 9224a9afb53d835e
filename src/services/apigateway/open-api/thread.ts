import { parentPort } from "node:worker_threads"
import { WireError } from "../../../wire/errors.ts"
import type { Draft } from "./draft.ts"
import { type BasePathUse, readDefinition } from "./read.ts"

/** What the thread is asked. */
export interface Asked {
  id: number
  body: Uint8Array
  basePathUse: BasePathUse
}

export interface Answered {
  id: number
  draft?: Draft
  refusal?: Pick<WireError, "code" | "message" | "status" | "because">
  /** What is no matter of the definition. */
  failure?: string
}

function answer({ id, body, basePathUse }: Asked): Answered {
  try {
    return { id, draft: readDefinition(body, basePathUse) }
  } catch (error) {
    if (!(error instanceof WireError)) return { id, failure: (error as Error).message }
    const { code, message, status, because } = error
    return { id, refusal: { code, message, status, because } }
  }
}

parentPort?.on("message", (asked: Asked) => parentPort?.postMessage(answer(asked)))
