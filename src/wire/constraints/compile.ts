import { memoized } from "../recursion.ts"
import { javaText } from "./java-text.ts"
import type { Constraint, Constraints } from "./model.ts"
import { elementRequirementsOf, PATTERN_RANK, type Requirement, requirementsOf } from "./requirements.ts"

/** The service's own words for a member that does not match its pattern; undefined where it has the usual ones. */
export type PatternText = (member: string, pattern: string) => string | undefined

interface Violation {
  text: string
  /** It is the whole answer where it is the only one: the service's own words are not counted. */
  standsAlone?: true
}

/** Adds what is wrong with a value to what has been found. */
type Check = (value: unknown, path: string, found: Violation[]) => void

/** AWS tells of no more than this at once. */
const MAXIMUM_VIOLATIONS = 10

/**
 * What checks an operation's input against AWS's model and answers AWS's text, or undefined where nothing is wrong:
 * `1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than
 * or equal to 1`.
 */
export function compileConstraints(
  constraints: Constraints,
  operationName: string,
  patternText: PatternText = () => undefined,
  /** How a member of the input itself is told. */
  pathOf: (member: string) => string = lowerFirst,
): (input: unknown) => string | undefined {
  const input = constraints.inputs[operationName]
  const check = input ? structureCheck(constraints, patternText, pathOf, memoized<Check>())(input) : undefined
  if (!check) return () => undefined
  return (value) => {
    const found: Violation[] = []
    check(value, "", found)
    const [first, second] = found
    if (first === undefined) return undefined
    if (second === undefined && first.standsAlone) return first.text
    const told = found.slice(0, MAXIMUM_VIOLATIONS).map(({ text }) => text)
    const count = told.length === 1 ? "1 validation error" : `${told.length} validation errors`
    return `${count} detected: ${told.join("; ")}`
  }
}

function structureCheck(
  { structures }: Constraints,
  patternText: PatternText,
  pathOf: (member: string) => string,
  memo: ReturnType<typeof memoized<Check>>,
) {
  const compileStructure = (name: string): Check | undefined => {
    const members = structures[name] as Readonly<Record<string, Constraint>> | undefined
    if (!members) return undefined
    return memo(name, () => {
      const checks = Object.entries(members).flatMap(([member, constraint]) => {
        const check = compileMember(constraint, lowerFirst(member))
        return check ? [{ member, root: pathOf(member), step: lowerFirst(member), check }] : []
      })
      // Where the input's name stands before the members of its body, these come first (recorded of API Gateway).
      checks.sort((a, b) => Number(a.root === a.step) - Number(b.root === b.step))
      return (value, path, found) => {
        for (const { member, root, step, check } of checks) {
          if (found.length >= MAXIMUM_VIOLATIONS) return
          check((value as Record<string, unknown>)[member], path === "" ? root : `${path}.${step}`, found)
        }
      }
    })
  }

  const compileMember = (constraint: Constraint, name: string): Check | undefined => {
    const { required, sensitive, structure, member, key, value, pattern } = constraint
    const ownText = pattern === undefined ? undefined : patternText(name, pattern)
    const requirements = requirementsOf(constraint)
    // The service's own words come after the usual ones.
    // UNVERIFIED: that a service's own text comes after the counted ones.
    if (ownText !== undefined) requirements.sort((a, b) => a.rank - b.rank)
    const into = structure === undefined ? undefined : compileStructure(structure)
    const elements = member && compileElements(member, sensitive)
    const keys = key && aggregated(elementRequirementsOf(key), "Map keys must satisfy constraint", { sensitive })
    const values = value && compileValues(value, sensitive)
    if (!required && requirements.length === 0 && !into && !elements && !keys && !values) return undefined
    return (given, path, found) => {
      if (given === undefined || given === null) {
        if (required) found.push(violation(undefined, path, "Member must not be null", sensitive))
        return
      }
      for (const { text, isMet, rank } of requirements) {
        if (isMet(given)) continue
        if (ownText !== undefined && rank === PATTERN_RANK) found.push({ text: ownText, standsAlone: true })
        else found.push(violation(given, path, text(given), sensitive))
      }
      into?.(given, path, found)
      elements?.(given, path, found)
      keys?.(Object.keys(given as object), given, path, found)
      values?.(given, path, found)
    }
  }

  const compileElements = (member: Constraint, sensitive: boolean | undefined): Check | undefined => {
    const scalar = aggregated(elementRequirementsOf(member), "Member must satisfy constraint", { sensitive })
    const nested = nestedCheck(member)
    if (!scalar && !nested) return undefined
    return (given, path, found) => {
      const list = given as unknown[]
      scalar?.(list, list, path, found)
      if (!nested) return
      for (let i = 0; i < list.length && found.length < MAXIMUM_VIOLATIONS; i++) {
        nested(list[i], `${path}.${i + 1}.member`, found)
      }
    }
  }

  const compileValues = (value: Constraint, sensitive: boolean | undefined): Check | undefined => {
    const { isDouble } = value
    const scalar = aggregated(elementRequirementsOf(value), "Map value must satisfy constraint", {
      sensitive,
      isDouble,
    })
    const nested = nestedCheck(value)
    if (!scalar && !nested) return undefined
    return (given, path, found) => {
      scalar?.(Object.values(given as object), given, path, found)
      if (!nested) return
      for (const [key, held] of Object.entries(given as object)) {
        if (found.length >= MAXIMUM_VIOLATIONS) return
        nested(held, `${path}.${key}.member`, found)
      }
    }
  }

  /** What is inside an element, apart from what is asked of the element itself. */
  const nestedCheck = ({ structure, member, key, value }: Constraint): Check | undefined =>
    compileMember(
      {
        ...(structure && { structure }),
        ...(member && { member }),
        ...(key && { key }),
        ...(value && { value }),
      },
      "",
    )

  return compileStructure
}

/** One text for a whole list or map, of which it lists everything that is asked of each element. */
function aggregated(
  requirements: readonly Requirement[],
  prefix: string,
  { sensitive, isDouble }: { sensitive: boolean | undefined; isDouble?: true | undefined },
) {
  if (requirements.length === 0) return undefined
  const ranked = [...requirements].sort((a, b) => a.rank - b.rank)
  return (elements: readonly unknown[], whole: unknown, path: string, found: Violation[]): void => {
    const wrong = elements.find((element) => element !== null && !ranked.every(({ isMet }) => isMet(element)))
    if (wrong === undefined) return
    const text = `${prefix}: [${ranked.map(({ text }) => text(wrong)).join(", ")}]`
    found.push(violation(whole, path, text, sensitive, isDouble))
  }
}

function violation(
  value: unknown,
  path: string,
  text: string,
  sensitive: boolean | undefined,
  isDouble?: true | undefined,
): Violation {
  const shown = sensitive ? "Value" : value === undefined ? "Value null" : `Value '${javaText(value, isDouble)}'`
  return { text: `${shown} at '${path}' failed to satisfy constraint: ${text}` }
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
