import { ARN } from "./arn.ts"
import { BOOL } from "./bool.ts"
import type { Comparison } from "./comparison.ts"
import { DATE_AFTER, DATE_BEFORE, DATE_EQUALS, DATE_NOT_AFTER, DATE_NOT_BEFORE } from "./date.ts"
import { IP_ADDRESS } from "./ip-address.ts"
import { NUMBER_ABOVE, NUMBER_BELOW, NUMBER_EQUALS, NUMBER_NOT_ABOVE, NUMBER_NOT_BELOW } from "./numeric.ts"
import { BINARY, STRING, STRING_IGNORING_CASE, STRING_LIKE } from "./string.ts"

export interface Operator {
  /** What the operator asks of one value of the request and one of the policy. */
  readonly comparison: Comparison
  /** Holds where no value of the policy does. */
  readonly negated: boolean
}

const is = (comparison: Comparison): Operator => ({ comparison, negated: false })
const isNot = (comparison: Comparison): Operator => ({ comparison, negated: true })

/** Every operator but Null ("IAM JSON policy elements: Condition operators"). A Map, for names come from documents. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["StringEquals", is(STRING)],
  ["StringNotEquals", isNot(STRING)],
  ["StringEqualsIgnoreCase", is(STRING_IGNORING_CASE)],
  ["StringNotEqualsIgnoreCase", isNot(STRING_IGNORING_CASE)],
  ["StringLike", is(STRING_LIKE)],
  ["StringNotLike", isNot(STRING_LIKE)],
  ["NumericEquals", is(NUMBER_EQUALS)],
  ["NumericNotEquals", isNot(NUMBER_EQUALS)],
  ["NumericLessThan", is(NUMBER_BELOW)],
  ["NumericLessThanEquals", is(NUMBER_NOT_ABOVE)],
  ["NumericGreaterThan", is(NUMBER_ABOVE)],
  ["NumericGreaterThanEquals", is(NUMBER_NOT_BELOW)],
  ["DateEquals", is(DATE_EQUALS)],
  ["DateNotEquals", isNot(DATE_EQUALS)],
  ["DateLessThan", is(DATE_BEFORE)],
  ["DateLessThanEquals", is(DATE_NOT_AFTER)],
  ["DateGreaterThan", is(DATE_AFTER)],
  ["DateGreaterThanEquals", is(DATE_NOT_BEFORE)],
  ["Bool", is(BOOL)],
  ["BinaryEquals", is(BINARY)],
  ["IpAddress", is(IP_ADDRESS)],
  ["NotIpAddress", isNot(IP_ADDRESS)],
  ["ArnEquals", is(ARN)],
  ["ArnNotEquals", isNot(ARN)],
  ["ArnLike", is(ARN)],
  ["ArnNotLike", isNot(ARN)],
])

export type SetOperator = "ForAllValues" | "ForAnyValue"

export interface OperatorName {
  /** `Null` or a name of the table. */
  readonly base: string
  readonly set: SetOperator | undefined
  readonly ifExists: boolean
}

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/

/** Reads `ForAnyValue:StringLikeIfExists`; undefined where there is no such operator. `NullIfExists` does not exist. */
export function parseOperatorName(name: string): OperatorName | undefined {
  const [, set, base = "", ifExists] = NAME.exec(name) ?? []
  if (base === "Null" ? ifExists !== undefined : !OPERATORS.has(base)) return undefined
  return { base, set: set as SetOperator | undefined, ifExists: ifExists !== undefined }
}
