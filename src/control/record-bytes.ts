import type { Judgement, Keys } from "../authorization/judgement.ts"
import type { CallRecord } from "./call-record.ts"

const RECORD_BYTES = 512
const JUDGEMENT_BYTES = 768
const KEY_BYTES = 96

/** About how much memory a record takes, its policies left out. Texts are counted as if each character took two bytes. */
export function recordBytes({ path, errorMessage, because, judged }: CallRecord): number {
  let bytes = RECORD_BYTES + 2 * (path.length + (errorMessage?.length ?? 0))
  if (because !== undefined) bytes += 2 * JSON.stringify(because).length
  for (const judgement of judged.kept) bytes += judgementBytes(judgement)
  return bytes
}

const judgementBytes = ({ request, keys }: Judgement): number =>
  JUDGEMENT_BYTES + 2 * request.resource.length + keysBytes(keys)

function keysBytes(keys: Keys): number {
  let bytes = 0
  for (const [key, value] of keys) {
    bytes += KEY_BYTES + 2 * key.length
    for (const text of typeof value === "string" ? [value] : (value ?? [])) bytes += 32 + 2 * text.length
  }
  return bytes
}
