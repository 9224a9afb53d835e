/**
 * The trees of the expression language. `P` is what stands for a document path and `V` for a value: what was written
 * (`#a.b[3]`, `:v`) after parsing, attribute names and values after binding. The legacy parameters become bound trees too.
 */
import type { AttributeValue } from "../values/attribute-value.ts"

export type ExpressionKind =
  | "ConditionExpression"
  | "FilterExpression"
  | "KeyConditionExpression"
  | "ProjectionExpression"
  | "UpdateExpression"

/** A document path: attribute names and list indexes. */
export type Path = readonly (string | number)[]
/** A path as it was written: a step that begins with `#` is a placeholder. */
export type WrittenPath = Path

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">="

export interface Call<P, V> {
  kind: "call"
  name: string
  operands: Operand<P, V>[]
}

export type Operand<P, V> =
  | { kind: "path"; path: P }
  | { kind: "value"; value: V }
  | Call<P, V>
  | { kind: "arithmetic"; operator: "+" | "-"; left: Operand<P, V>; right: Operand<P, V> }

export type Condition<P, V> =
  | { kind: "and" | "or"; left: Condition<P, V>; right: Condition<P, V> }
  | { kind: "not"; condition: Condition<P, V> }
  | { kind: "compare"; operator: Comparator; left: Operand<P, V>; right: Operand<P, V> }
  | { kind: "between"; operand: Operand<P, V>; low: Operand<P, V>; high: Operand<P, V> }
  | { kind: "in"; operand: Operand<P, V>; list: Operand<P, V>[] }
  | Call<P, V>

export interface Update<P, V> {
  set: { path: P; operand: Operand<P, V> }[]
  remove: { path: P }[]
  add: { path: P; value: V }[]
  delete: { path: P; value: V }[]
  /** It was an AttributeUpdates. */
  isLegacy?: true
}

export type WrittenOperand = Operand<WrittenPath, string>
export type WrittenCondition = Condition<WrittenPath, string>
export type WrittenUpdate = Update<WrittenPath, string>
export type BoundOperand = Operand<Path, AttributeValue>
export type BoundCondition = Condition<Path, AttributeValue>
export type BoundUpdate = Update<Path, AttributeValue>
