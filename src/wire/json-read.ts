import { serializationError } from "./json-mismatch.ts"
import type { JsonPlan } from "./json-plan.ts"
import { type Cut, scanJson } from "./json-scan.ts"
import type { BodyLimits } from "./limits.ts"
import { parseUtf8 } from "./text.ts"

/** So little JSON is harmless whatever it holds, and is read without being looked through before. */
const SMALL_BYTES = 16 * 1024

/** Recorded from DynamoDB and Kinesis: a body that is not JSON is refused without a text. */
export function readJsonObject(bytes: Uint8Array, plan: () => JsonPlan, { parts }: BodyLimits): object {
  const cuts = bytes.length > SMALL_BYTES ? scanJson(bytes, plan(), parts).cuts : NONE
  const text = cuts.length === 0 ? parseUtf8(bytes) : withoutCuts(bytes, cuts)
  if (text === undefined) throw serializationError()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw serializationError()
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw serializationError()
  return value
}

const NONE: readonly Cut[] = []

/** Members that are null are left out, as those are that are unknown. */
function withoutCuts(bytes: Uint8Array, cuts: readonly Cut[]): string | undefined {
  let text = ""
  let at = 0
  for (const { from, to } of [...cuts, { from: bytes.length, to: 0 }]) {
    const piece = parseUtf8(bytes.subarray(at, from))
    if (piece === undefined) return undefined
    text += at === 0 ? piece : `null${piece}`
    at = to
  }
  return text
}
