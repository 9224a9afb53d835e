import { recursiveInvocation } from "../errors.ts"
import type { FunctionRecord } from "../functions/record.ts"

/*
 * How often the functions of a chain have been invoked in it is told by the trace header, which AWS's SDKs pass on from the
 * event to whatever a function sends: `Root=...;Sampled=0;Lineage=1:e547cb94:0|74085691:2`. A function is named by eight
 * digits, and counts from 0. Seen in logs of 2023 to 2026; UNVERIFIED: where the 1 stands when there are several.
 */

/** Developer Guide, "Use Lambda recursive loop detection": "invoked approximately 16 times in the same chain of requests". */
const INVOCATIONS_AT_MOST = 16

/** Of one chain; those that came first are forgotten first. */
const FUNCTIONS_AT_MOST = 32

const FIELD = /;Lineage=(?:\d+:(?=[0-9a-f]{8}:))?([0-9a-f:|]*)/

/** A trace header as a function gets it, and how often it has been invoked in the chain before. */
export interface Descent {
  traceId: string
  before: number
}

/** Of the chain that led to the function, its own invocation included. */
export function descend(traceId: string, { id }: Pick<FunctionRecord, "id">): Descent {
  const own = id.slice(0, 8)
  // Most chains begin here.
  if (!traceId.includes(";Lineage=")) return { traceId: `${traceId};Lineage=1:${own}:0`, before: 0 }
  let before = 0
  const others: string[] = []
  for (const [, name, count] of (FIELD.exec(traceId)?.[1] ?? "").matchAll(/([0-9a-f]{8}):(\d{1,4})/g))
    if (name === own) before = Number(count) + 1
    else others.push(`${name}:${count}`)
  const lineage = [...others.slice(1 - FUNCTIONS_AT_MOST), `${own}:${before}`].join("|")
  return { traceId: `${traceId.replace(FIELD, "")};Lineage=1:${lineage}`, before }
}

/** Whether a function has come to itself too often, and does not want to. */
export const isRecursive = ({ before }: Descent, { body }: FunctionRecord): boolean =>
  before >= INVOCATIONS_AT_MOST && body.recursiveLoop !== "Allow"

/** The trace header for the function. Throws where it is to be stopped. */
export function descendOrStop(traceId: string, record: FunctionRecord): string {
  const descent = descend(traceId, record)
  if (isRecursive(descent, record)) throw recursiveInvocation(record.name, descent.before)
  return descent.traceId
}
