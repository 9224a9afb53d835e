import { parseArn } from "../../../base/arn.ts"
import type { Scope } from "../../../operation.ts"
import { invalid, invalidParameter } from "../errors.ts"

/** Which table a request means: its name alone is of the caller's account and region, its ARN may be of another. */
export interface TableAddress {
  account: string
  region: string
  name: string
}

/** For ARNs of policies' sake: takes anything, and checks nothing. */
export function findAddress(nameOrArn: string, { account, region }: Scope): TableAddress {
  const arn = nameOrArn.startsWith("arn:") ? parseArn(nameOrArn) : undefined
  if (arn?.service !== "dynamodb" || !arn.resource.startsWith("table/")) return { account, region, name: nameOrArn }
  return { account: arn.account, region: arn.region, name: arn.resource.slice("table/".length).split("/")[0]! }
}

const NAME = /^[a-zA-Z0-9_.-]+$/

export function parseTableName(nameOrArn: string, scope: Scope): TableAddress {
  const address = findAddress(nameOrArn, scope)
  if (nameOrArn.startsWith("arn:")) {
    // UNVERIFIED: the texts of ARNs that are no table's or of another region.
    if (address.name === nameOrArn) throw invalid(`Invalid table ARN: ${nameOrArn}`)
    if (address.region !== scope.region) throw invalidParameter("Region in the table ARN does not match the request's")
  }
  assertTableName(address.name)
  return address
}

/** Reported for tables of the live service: "TableName must be at least 3 characters long ...". */
export function assertTableName(name: string): void {
  if (name.length < 3 || name.length > 255) {
    throw invalid("TableName must be at least 3 characters long and at most 255 characters long")
  }
  if (!NAME.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
    )
  }
}

/** CreateTable makes tables of the caller's own account, by name alone. */
export function parseNewTableName(name: string, { account, region }: Scope): TableAddress {
  assertTableName(name)
  return { account, region, name }
}
