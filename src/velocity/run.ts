import type { Budget } from "./budget.ts"
import type { Printer } from "./print.ts"
import type { Node } from "./syntax.ts"
import type { Value } from "./value.ts"

/** A rendering on its way. */
export interface Run {
  /** By name. A macro's parameters and a loop's variable hide what had the name, for as long as they last. */
  readonly variables: Map<string, Value>
  readonly macros: Map<string, Macro>
  /** What `#define` named: rendered where it is printed. */
  readonly defined: Map<string, readonly Node[]>
  readonly budget: Budget
  readonly printer: Printer
  /** Renders a template within a text of this one. */
  render(template: readonly Node[]): string
}

export interface Macro {
  parameters: readonly string[]
  body: readonly Node[]
}
