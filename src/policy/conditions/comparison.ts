import type { Request } from "../request.ts"
import type { Template } from "../template.ts"

/**
 * How one value of a request compares with one value of a policy. The policy's value is read when the policy is
 * compiled and the request's once for a condition, so what is left for the loop is `holds`.
 */
export interface TypedComparison<Operand, Value> {
  /** Undefined where the text is not of the type. */
  parseOperand(text: string, variables: boolean): Operand | undefined
  parseValue(text: string): Value | undefined
  holds(operand: Operand, value: Value, request: Request): boolean
  /** Where variables may stand in the operand. */
  template?(operand: Operand): Template
}

/** A comparison whose types only it knows. */
export type Comparison = TypedComparison<unknown, unknown>

export const comparison = <Operand, Value>(typed: TypedComparison<Operand, Value>): Comparison => typed as Comparison
