import { Base64Bytes } from "./base64.ts"
import { serializationError } from "./json-mismatch.ts"
import type { JsonPlan } from "./json-plan.ts"
import { type Cut, scanJson } from "./json-scan.ts"
import type { BodyLimits } from "./limits.ts"
import { parseUtf8 } from "./text.ts"

/**
 * So little JSON is harmless whatever it holds, and is read without being looked through before. Of more it is not: V8 keeps the
 * text that JSON.parse throws at until the whole heap is collected.
 */
const SMALL_BYTES = 1024

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
  for (const { from, to, blob } of cuts) if (blob) putBlob(value, blob, bytes.subarray(from + 1, to - 1))
  return value
}

const NONE: readonly Cut[] = []

/** No base64. */
const BLOB_MARK = "\0blob"

/** Members that are null are left out, as those are that are unknown. */
function withoutCuts(bytes: Uint8Array, cuts: readonly Cut[]): string | undefined {
  let text = ""
  let at = 0
  let mark = ""
  for (const { from, to, blob } of [...cuts, { from: bytes.length, to: 0 } as Cut]) {
    const piece = parseUtf8(bytes.subarray(at, from))
    if (piece === undefined) return undefined
    text += mark + piece
    mark = blob ? JSON.stringify(BLOB_MARK) : "null"
    at = to
  }
  return text
}

/** Where a member was sent twice the last one counts, which need not be this one. */
function putBlob(document: object, path: readonly string[], base64: Uint8Array): void {
  let owner: unknown = document
  for (const member of path.slice(0, -1)) owner = (owner as Record<string, unknown> | null)?.[member]
  const last = path.at(-1)!
  if (typeof owner === "object" && owner !== null && (owner as Record<string, unknown>)[last] === BLOB_MARK)
    (owner as Record<string, unknown>)[last] = new Base64Bytes(base64)
}
