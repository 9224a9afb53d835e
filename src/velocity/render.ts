import { createBudget, RENDER_LIMITS, RenderError, type RenderLimits } from "./budget.ts"
import { assign, evaluate, find } from "./evaluate.ts"
import { createPrinter } from "./print.ts"
import type { Macro, Run } from "./run.ts"
import type { Expression, Node } from "./syntax.ts"
import { isList, isMap, isTrue, type MapValue, there, type Value } from "./value.ts"

/** Of one loop; what is beyond is not looked at (Developer Guide, "Mapping template reference": `#foreach`). */
const ROUNDS_AT_MOST = 1_000
/** Macros may call themselves. */
const DEPTH_AT_MOST = 50

/** What a loop or the template is to do next. */
type Course = "on" | "break" | "stop"

/**
 * The text that a template makes of these variables, which it may change.
 *
 * @throws {RenderError} where it goes wrong, or beyond the limits
 */
export function render(
  template: readonly Node[],
  variables: Map<string, Value>,
  limits: RenderLimits = RENDER_LIMITS,
): string {
  const budget = createBudget(limits)
  const printer = createPrinter(budget)
  const macros = new Map<string, Macro>()
  const defined = new Map<string, readonly Node[]>()
  let output = ""
  let depth = 0
  let isStopped = false

  const run: Run = { variables, macros, defined, budget, printer, render: renderApart }
  try {
    renderAll(template)
  } catch (error) {
    // Of a text that is longer than texts can be, and of a stack.
    if (error instanceof RangeError) throw new RenderError("The template makes too much.")
    throw error
  }
  return output

  /** What a part makes, apart from what is there. */
  function renderApart(part: readonly Node[]): string {
    const before = output
    output = ""
    renderAll(part)
    const made = output
    output = before
    return made
  }

  function print(text: string): void {
    budget.make(text.length)
    output += text
  }

  function renderAll(nodes: readonly Node[]): Course {
    if (++depth > DEPTH_AT_MOST * 2) throw new RenderError("Templates call each other too deep.")
    let course: Course = "on"
    for (const node of nodes) {
      budget.step()
      course = isStopped ? "stop" : renderOne(node)
      if (course !== "on") break
    }
    depth--
    return course
  }

  function renderOne(node: Node): Course {
    switch (node.is) {
      case "text":
        print(node.text)
        return "on"
      case "reference":
        printReference(node)
        return "on"
      case "set":
        assign(node.target, evaluate(node.value, run), run)
        return "on"
      case "if": {
        const branch = node.branches.find(({ condition }) => !condition || isTrue(evaluate(condition, run)))
        return branch ? renderAll(branch.body) : "on"
      }
      case "foreach":
        return renderLoop(node)
      case "macro":
        macros.set(node.name, node)
        return "on"
      case "define":
        defined.set(node.name, node.body)
        return "on"
      case "call":
        return renderCall(node)
      case "break":
        return "break"
      case "stop":
        isStopped = true
        return "stop"
    }
  }

  /** A backslash before a reference to something makes text of it; two are one. */
  function printReference({ reference, backslashes }: Node & { is: "reference" }): void {
    const body = reference.path.length === 0 ? defined.get(reference.name) : undefined
    const value = body ? renderApart(body) : find(reference, run)
    if (value === undefined) print("\\".repeat(backslashes) + (reference.isQuiet ? "" : reference.source))
    else print("\\".repeat(backslashes >> 1) + (backslashes % 2 === 1 ? reference.source : printer.text(value)))
  }

  function renderLoop({ variable, list, body }: Node & { is: "foreach" }): Course {
    const items = itemsOf(evaluate(list, run))
    const before = ["foreach", "velocityCount", variable].map((name) => [name, variables.get(name)] as const)
    let course: Course = "on"
    for (const [index, item] of items.slice(0, ROUNDS_AT_MOST).entries()) {
      const count = index + 1
      const loop: MapValue = {
        index,
        count,
        hasNext: count < items.length,
        first: index === 0,
        last: count === items.length,
      }
      const [[, parent]] = before as [readonly [string, Value]]
      if (parent !== undefined) loop.parent = parent
      variables.set("foreach", loop).set("velocityCount", count)
      put(variable, there(item))
      course = renderAll(body)
      if (course !== "on") break
    }
    for (const [name, value] of before) put(name, value)
    return course === "stop" ? "stop" : "on"
  }

  function put(name: string, value: Value): void {
    if (value === undefined) variables.delete(name)
    else variables.set(name, value)
  }

  function renderCall({ name, arguments: given, source }: Node & { is: "call" }): Course {
    const macro = macros.get(name)
    if (!macro) {
      print(source)
      return "on"
    }
    const values = macro.parameters.map((_, at) => worthOf(given[at]))
    const before = macro.parameters.map((parameter) => variables.get(parameter))
    for (const [at, parameter] of macro.parameters.entries()) put(parameter, values[at])
    const course = renderAll(macro.body)
    for (const [at, parameter] of macro.parameters.entries()) put(parameter, before[at])
    return course
  }

  function worthOf(expression: Expression | undefined): Value {
    return expression && evaluate(expression, run)
  }
}

/** What a loop goes through: a list, or the values of a map. */
function itemsOf(value: Value): readonly Value[] {
  if (isList(value)) return value
  return isMap(value) ? Object.values(value) : []
}
