import { DIGITS, randomText } from "../../../base/random.ts"
import { validate } from "../../../policy/index.ts"
import { invalidParameter } from "../errors.ts"
import type { TableRecord } from "../tables/record.ts"

/** Developer Guide, "Quotas": resource-based policies. */
const MAXIMUM_BYTES = 20 * 1024

/** A revision is the time it was made at, and digits that make it the only one. */
export function parsePolicy(document: string, now: number): NonNullable<TableRecord["policy"]> {
  if (Buffer.byteLength(document) > MAXIMUM_BYTES) {
    throw invalidParameter(`Maximum policy size of ${MAXIMUM_BYTES} bytes exceeded`)
  }
  const fault = validate("resource", document)
  // Reported with this beginning (aws-controllers-k8s/dynamodb-controller #176).
  if (fault) throw invalidParameter(`Invalid policy document: ${fault.message}`)
  return { document, revision: `${now}${randomText(DIGITS, 6)}` }
}
