import type { Ending } from "./runtime.ts"
import type { Exit } from "./sandbox/launch.ts"

/** An ending of which the log is not yet known. */
export type Outcome = WithoutLog<Ending>
type WithoutLog<E> = E extends unknown ? Omit<E, "log"> : never

/** Response limit of synchronous invocations (recorded 2025-11, "Function.ResponseSizeTooLarge"). */
export const RESPONSE_BYTES_AT_MOST = 6_291_556
const NO_BYTES = new Uint8Array(0)

export const failed = (errorType: string, errorMessage: string): Outcome => ({
  is: "failed",
  errorType,
  payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
})

/** The error as the function reported it: it goes to the caller as it is. */
export const reported = (errorType: string, payload: Uint8Array): Outcome => ({ is: "failed", errorType, payload })

export const answered = (payload: Uint8Array | undefined, contentType: string | undefined): Outcome => ({
  is: "answered",
  payload: payload ?? NO_BYTES,
  contentType,
})

export const timedOut = (requestId: string, seconds: number): Outcome =>
  failed("Sandbox.Timedout", `RequestId: ${requestId} Error: ${timeoutText(seconds)}`)

export const timeoutText = (seconds: number): string => `Task timed out after ${seconds.toFixed(2)} seconds`

/** The words of AWS's emulator of the Runtime API for how a process ended. */
export function exitText(exit: Exit): string {
  if ("signal" in exit) return `Runtime exited with error: signal: ${SIGNAL_WORDS[exit.signal] ?? exit.signal}`
  return exit.status === 0
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${exit.status}`
}

/** As Go prints them, in which Lambda's own side is written. */
const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGILL: "illegal instruction",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGTRAP: "trace/breakpoint trap",
}

export const exited = (requestId: string, exit: Exit): Outcome =>
  failed("Runtime.ExitError", `RequestId: ${requestId} Error: ${exitText(exit)}`)

/** The type of newer answers; older ones had Runtime.ExitError. UNVERIFIED: the words beside the newer type. */
export const outOfMemory = (requestId: string): Outcome =>
  failed("Runtime.OutOfMemory", `RequestId: ${requestId} Error: ${exitText({ signal: "SIGKILL" })}`)

export const responseTooLarge = (): Outcome =>
  failed(
    "Function.ResponseSizeTooLarge",
    `Response payload size exceeded maximum allowed payload size (${RESPONSE_BYTES_AT_MOST} bytes).`,
  )
