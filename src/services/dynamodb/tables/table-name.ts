import { parseArn } from "../../../base/arn.ts"
import type { Scope } from "../../../operation.ts"
import { invalid } from "../errors.ts"
import { tableArn } from "./record.ts"

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

/** The texts are recorded (10-2026) but for the words on what kind of resource it is, which are not told whole. */
export function parseTableName(nameOrArn: string, scope: Scope): TableAddress {
  const address = findAddress(nameOrArn, scope)
  if (nameOrArn.startsWith("arn:")) {
    const { partition, region } = parseArn(nameOrArn) ?? {}
    if (region !== scope.region) throw invalid(`1 validation error detected: Invalid AWS region in '${nameOrArn}'`)
    if (partition !== "aws") throw invalid(`1 validation error detected: Invalid AWS partition in '${nameOrArn}'`)
    if (tableArn(address) !== nameOrArn) {
      throw invalid(`1 validation error detected: Invalid resource type in '${nameOrArn}'`)
    }
  }
  assertTableName(address.name)
  return address
}

const MINIMUM_LENGTH = 3
const MAXIMUM_LENGTH = 255

export function assertTableName(name: string): void {
  const faults: string[] = []
  if (name.length < MINIMUM_LENGTH) faults.push(`Member must have length greater than or equal to ${MINIMUM_LENGTH}`)
  if (name.length > MAXIMUM_LENGTH) faults.push(`Member must have length less than or equal to ${MAXIMUM_LENGTH}`)
  if (!NAME.test(name)) faults.push("Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
  if (faults.length === 0) return
  const texts = faults.map((fault) => `Value '${name}' at 'tableName' failed to satisfy constraint: ${fault}`)
  throw invalid(`${faults.length} validation error${faults.length > 1 ? "s" : ""} detected: ${texts.join("; ")}`)
}

/** CreateTable makes tables of the caller's own account, by name alone. */
export function parseNewTableName(name: string, { account, region }: Scope): TableAddress {
  assertTableName(name)
  return { account, region, name }
}
