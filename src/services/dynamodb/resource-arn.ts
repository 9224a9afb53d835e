import { parseArn } from "../../base/arn.ts"
import type { Scope } from "../../operation.ts"
import { invalidParameter } from "./errors.ts"
import { tableArn } from "./tables/record.ts"
import { findAddress, type TableAddress } from "./tables/table-name.ts"

/**
 * The table that a ResourceArn names. Policies were asked about the ARN as it is, so what is changed must be what it names: a
 * table of this region, no index of it, and nothing of another partition. The texts are recorded (10-2026).
 */
export function parseResourceArn(resourceArn: string, scope: Scope): TableAddress {
  if (!resourceArn.startsWith("arn:")) throw invalidParameter(`ARNs must start with 'arn:': ${resourceArn}`)
  const { service, resource = "" } = parseArn(resourceArn) ?? {}
  const [kind, , part] = resource.split("/")
  if (service !== "dynamodb" || kind !== "table" || (part !== undefined && part !== "index" && part !== "stream")) {
    throw invalidParameter(`Provided Arn is not a DynamoDB resource arn: ${resourceArn}`)
  }
  if (part === "index") {
    throw invalidParameter(
      `Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${resourceArn}`,
    )
  }
  const address = findAddress(resourceArn, scope)
  if (tableArn(address) !== resourceArn || address.region !== scope.region)
    throw invalidParameter(`Invalid TableArn: Invalid ResourceArn provided as input ${resourceArn}`)
  return address
}
