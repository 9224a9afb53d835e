import { cannotAccess } from "./errors.ts"
import type { EventSource } from "./source.ts"

/** `LastProcessingResult`: seen of AWS, but for what is marked. */
export const OK = "OK"
export const NO_RECORDS = "No records processed"

export const PROBLEMS = {
  functionFailed: "PROBLEM: Function call failed",
  /** UNVERIFIED text. */
  noFunction: "PROBLEM: Function not found",
  /** UNVERIFIED text. */
  noSource: "PROBLEM: Stream not found",
  noAccess: (source: EventSource): string => `PROBLEM: ${cannotAccess(source).message}`,
} as const
