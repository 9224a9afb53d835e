import type { ContextValue } from "../../src/policy/request.ts"

/** One character, or a wildcard. */
export type Sign = string | { wildcard: string }

export interface Values {
  /** By key in lower case. */
  byKey: ReadonlyMap<string, ContextValue>
  expandable: ReadonlySet<string>
}

/** Whether the text is of the pattern: by a table of which prefix of the one is of which prefix of the other. */
export function matchesPattern(pattern: readonly Sign[], text: string): boolean {
  let reachable = [true, ...new Array<boolean>(text.length).fill(false)]
  for (const sign of pattern) {
    const isRun = typeof sign === "object" && sign.wildcard === "*"
    const next = [isRun && reachable[0] === true]
    for (let i = 1; i <= text.length; i++)
      next[i] = isRun
        ? next[i - 1] === true || reachable[i] === true
        : reachable[i - 1] === true && (typeof sign === "object" || sign === text[i - 1])
    reachable = next
  }
  return reachable[text.length] === true
}

/** Every way to put values in the place of the variables: none where one has no value. */
export function substituteAll(
  written: string,
  values: Values,
  { variables, wildcards }: { variables: boolean; wildcards: boolean },
): Sign[][] {
  const signs = (text: string): Sign[] =>
    text.split("").map((unit) => (wildcards && (unit === "*" || unit === "?") ? { wildcard: unit } : unit))
  if (!variables) return [signs(written)]
  const parts = written.split(/(\$\{(?:[^}']|'[^']*')*\})/)
  const expanded = parts
    .map((part) => /^\$\{([^,}]+)/.exec(part)?.[1]?.trim().toLowerCase())
    .find((key) => key !== undefined && values.expandable.has(key) && typeof values.byKey.get(key) === "object")
  if (expanded !== undefined)
    return (values.byKey.get(expanded) as readonly string[]).flatMap((value) =>
      substituteAll(
        written,
        { ...values, byKey: new Map(values.byKey).set(expanded, value) },
        { variables, wildcards },
      ),
    )
  const substituted: Sign[] = []
  for (const [i, part] of parts.entries()) {
    const variable = i % 2 === 1 ? /^\$\{\s*([^,]+?)\s*(?:,\s*'([^']*)'\s*)?\}$/.exec(part) : null
    if (variable === null) substituted.push(...signs(part))
    else if (["*", "?", "$"].includes(variable[1] as string)) substituted.push(variable[1] as string)
    else {
      const value = values.byKey.get((variable[1] as string).toLowerCase()) ?? variable[2]
      if (typeof value !== "string") return []
      substituted.push(...value.split(""))
    }
  }
  return [substituted]
}
