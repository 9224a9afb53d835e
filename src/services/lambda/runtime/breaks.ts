import type { InitError } from "./api/conversation.ts"
import { exited, exitText, type Outcome, outOfMemory, reported, timedOut, timeoutText } from "./endings.ts"
import type { RunnableFunction } from "./runtime.ts"
import type { Exit } from "./sandbox/launch.ts"

/** How the processes of an environment came to an end, or did not come to begin. */
export type Break =
  | { by: "exit"; exit: Exit; initError: InitError | undefined }
  | { by: "timeout" }
  | { by: "memory" }
  /** The server ended it. */
  | { by: "end" }

type Limits = Pick<RunnableFunction, "timeoutSeconds">

/** What the caller gets. */
export function outcomeOf(why: Break, requestId: string, { timeoutSeconds }: Limits): Outcome {
  switch (why.by) {
    case "exit":
      return why.initError ? reported(why.initError.errorType, why.initError.payload) : exited(requestId, why.exit)
    case "timeout":
      return timedOut(requestId, timeoutSeconds)
    case "memory":
      return outOfMemory(requestId)
    case "end":
      return exited(requestId, KILLED)
  }
}

/** What the log says of it. */
export function textOf(why: Break, { timeoutSeconds }: Limits): string {
  if (why.by === "timeout") return timeoutText(timeoutSeconds)
  return `Error: ${exitText(why.by === "exit" ? why.exit : KILLED)}\n${errorTypeOf(why)}`
}

export const errorTypeOf = (why: Break): string => (why.by === "memory" ? "Runtime.OutOfMemory" : "Runtime.ExitError")

const KILLED: Exit = { signal: "SIGKILL" }
