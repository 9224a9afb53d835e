import { RenderError } from "./budget.ts"
import { callMethod } from "./methods/index.ts"
import type { Run } from "./run.ts"
import type { Expression, Operator, Reference, Step } from "./syntax.ts"
import {
  findMember,
  isList,
  isMap,
  isNumber,
  isTrue,
  type MapValue,
  Native,
  putMember,
  TemplateList,
  there,
  type Value,
} from "./value.ts"

/** A range is a list of all that is in it. */
const RANGE_AT_MOST = 10_000

export function evaluate(expression: Expression, run: Run): Value {
  run.budget.step()
  switch (expression.is) {
    case "constant":
      return expression.value
    case "interpolated":
      return run.render(expression.template)
    case "value":
      return find(expression.reference, run)
    case "list":
      return TemplateList.from(expression.items.map((item) => evaluate(item, run)))
    case "range":
      return range(evaluate(expression.from, run), evaluate(expression.to, run), run)
    case "map": {
      const map: MapValue = {}
      for (const { key, value } of expression.entries)
        putMember(map, run.printer.text(evaluate(key, run)), evaluate(value, run))
      return map
    }
    case "not":
      return !isTrue(evaluate(expression.operand, run))
    case "negative": {
      const value = evaluate(expression.operand, run)
      return isNumber(value) ? -value : undefined
    }
    case "operation":
      return operate(expression.operator, expression.left, expression.right, run)
  }
}

/** What a reference stands for; undefined where it stands for nothing. */
export function find({ name, path }: Reference, run: Run): Value {
  let value = run.variables.get(name)
  for (const step of path) {
    if (value === undefined) return undefined
    value = there(follow(value, step, run))
  }
  return value
}

function follow(value: Value, step: Step, run: Run): Value {
  run.budget.step()
  switch (step.is) {
    case "method":
      return callMethod(
        value,
        step.name,
        run,
        step.arguments.map((argument) => evaluate(argument, run)),
      )
    case "property":
      return property(value, step.name, run)
    case "index": {
      const index = evaluate(step.index, run)
      if (isList(value)) return isNumber(index) ? there(value.at(Number(index))) : undefined
      return isMap(value) ? findMember(value, run.printer.text(index)) : undefined
    }
  }
}

/** A member of a map; of all else `isEmpty()` can be called so, as Java's beans have it. */
function property(value: Value, name: string, run: Run): Value {
  if (isMap(value)) return findMember(value, name)
  if (value instanceof Native) return findMember(value.properties as MapValue, name)
  return name === "empty" ? callMethod(value, "isEmpty", run, []) : undefined
}

/** Where a step on the way leads to nothing, nothing is set. */
export function assign({ name, path }: Reference, value: Value, run: Run): void {
  // Velocity leaves a variable as it is where there is nothing to set it to (`directive.set.null.allowed` is off).
  if (value === undefined) return
  const last = path.at(-1)
  if (!last) return void run.variables.set(name, value)
  const holder = find({ name, path: path.slice(0, -1), isQuiet: true, source: "" }, run)
  if (last.is === "method" || holder === undefined) return
  const key = last.is === "property" ? last.name : evaluate(last.index, run)
  run.budget.make(16)
  if (isMap(holder)) putMember(holder, run.printer.text(key), value)
  else if (isList(holder) && isNumber(key) && Number(key) < holder.length) callMethod(holder, "set", run, [key, value])
}

function range(from: Value, to: Value, { budget }: Run): Value {
  if (!isNumber(from) || !isNumber(to)) return undefined
  const [first, last] = [Math.trunc(Number(from)), Math.trunc(Number(to))]
  const length = Math.abs(last - first) + 1
  if (length > RANGE_AT_MOST) throw new RenderError("A range is too long.")
  budget.make(16 * length)
  return TemplateList.from({ length }, (_, at) => (first <= last ? first + at : first - at))
}

function operate(operator: Operator, one: Expression, other: Expression, run: Run): Value {
  const left = evaluate(one, run)
  if (operator === "||") return isTrue(left) || isTrue(evaluate(other, run))
  if (operator === "&&") return isTrue(left) && isTrue(evaluate(other, run))
  const right = evaluate(other, run)
  if (operator === "==") return run.printer.areEqual(left, right)
  if (operator === "!=") return !run.printer.areEqual(left, right)
  if (isNumber(left) && isNumber(right)) return reckon(operator, left, right)
  if (operator === "+" && (typeof left === "string" || typeof right === "string") && left !== undefined)
    return right === undefined ? undefined : joined(run.printer.text(left), run.printer.text(right), run)
  // What is no number is not compared.
  return "<=>=".includes(operator) ? false : undefined
}

function joined(left: string, right: string, { budget }: Run): string {
  budget.make(left.length + right.length)
  return left + right
}

/** Whole numbers are divided without a rest; by zero there is nothing. Longer ones than 2^53 are reckoned with as decimals. */
function reckon(operator: Operator, one: number | bigint, other: number | bigint): Value {
  const [left, right] = [Number(one), Number(other)]
  switch (operator) {
    case "<":
      return left < right
    case "<=":
      return left <= right
    case ">":
      return left > right
    case ">=":
      return left >= right
    case "+":
      return left + right
    case "-":
      return left - right
    case "*":
      return left * right
    case "/":
      if (right === 0) return undefined
      return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right
    case "%":
      return right === 0 ? undefined : left % right
    default:
      return undefined
  }
}
