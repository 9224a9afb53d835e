import { badRequest } from "../errors.ts"
import type { RestApi } from "./record.ts"

const MOST_COMPRESSION_BYTES = 10_485_760

export const ENDPOINT_TYPES = ["REGIONAL", "EDGE", "PRIVATE"]

/** What CreateRestApi makes must hold, and what UpdateRestApi leaves. */
export function assertRestApi({ minimumCompressionSize, endpointTypes, ipAddressType, description }: RestApi): void {
  if (description === "") throw badRequest("Description cannot be an empty string")
  if (minimumCompressionSize !== undefined) assertCompressionSize(minimumCompressionSize)
  if (endpointTypes.length === 0)
    throw badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
  if (endpointTypes.length > 1) throw badRequest("Cannot create an api with multiple Endpoint Types.")
  if (endpointTypes.includes("PRIVATE") && ipAddressType !== "dualstack")
    throw badRequest("Only dualstack ipAddressType is supported for Private APIs.")
}

export function assertCompressionSize(bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 0 || bytes > MOST_COMPRESSION_BYTES)
    throw badRequest(`Invalid minimum compression size, must be between 0 and ${MOST_COMPRESSION_BYTES}`)
}
