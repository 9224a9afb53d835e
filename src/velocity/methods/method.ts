import { RenderError } from "../budget.ts"
import type { Printer } from "../print.ts"
import type { Run } from "../run.ts"
import { isNumber, type Value } from "../value.ts"

/** By name: what values of a kind can do. */
export type Methods<T> = Readonly<Record<string, (self: T, run: Run, given: readonly Value[]) => Value>>

export const toText = (printer: Printer, value: Value): string => (value === undefined ? "" : printer.text(value))

export const toIndex = (value: Value): number | undefined => (isNumber(value) ? Math.trunc(Number(value)) : undefined)

/** A place below `end`; elsewhere Java throws, and the rendering ends. */
export function indexOf(value: Value, end: number): number {
  const at = toIndex(value)
  if (at === undefined || at < 0 || at >= end) throw new RenderError("An index is out of range.")
  return at
}
