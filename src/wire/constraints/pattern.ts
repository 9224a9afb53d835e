/** Whether text that is no longer than a bound matches a whole pattern of AWS's models. */
export type PatternTest = (text: string) => boolean

/** The longest text of a member without a maximum length that a pattern of several parts is tried on. */
const MAXIMUM_LENGTH = 32_768
/** One character class repeated: linear whatever the text. */
const LINEAR = /^\^?\[(?:\\.|[^\]\\])*\][+*]?\$?$/

/**
 * Patterns are written for Java and match the whole value. Some of AWS's take quadratic time, so they are not tried on
 * text far beyond the member's maximum length, which is refused for its length anyhow. Undefined where JavaScript cannot
 * say the pattern, of which a test tells: a pattern that is not checked must be known.
 */
export function compilePattern(pattern: string, maximumLength?: number): PatternTest | undefined {
  const regex = toRegExp(pattern)
  if (!regex) return undefined
  if (LINEAR.test(pattern)) return (text) => regex.test(text)
  if (maximumLength === undefined) return (text) => text.length <= MAXIMUM_LENGTH && regex.test(text)
  return (text) => text.length > 2 * maximumLength || regex.test(text)
}

function toRegExp(pattern: string): RegExp | undefined {
  const inline = /^\(\?([ims]+)\)/.exec(pattern)
  const source = `^(?:${translated(pattern.slice(inline?.[0].length ?? 0))})$`
  for (const dialect of ["u", ""]) {
    try {
      return new RegExp(source, dialect + (inline?.[1] ?? ""))
    } catch {
      // The next dialect.
    }
  }
  return undefined
}

/** What Java counts as `\s`, which is less than JavaScript does. */
const JAVA_SPACE = " \\t\\n\\x0b\\f\\r"
/** What may be escaped under the `u` flag besides letters and digits, of which each escape has a meaning of its own. */
const ESCAPABLE = "^$\\.*+?()[]{}|/-"
const POSIX: Readonly<Record<string, string>> = {
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Upper: "A-Z",
  Lower: "a-z",
  ASCII: "\\x00-\\x7f",
  Graph: "\\x21-\\x7e",
  Print: "\\x20-\\x7e",
  Space: JAVA_SPACE,
}

function translated(pattern: string): string {
  let out = ""
  let inClass = false
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at]!
    if (c === "\\") {
      const posix = /^\\p\{([A-Za-z]+)\}/.exec(pattern.slice(at))
      const ranges = posix ? POSIX[posix[1]!] : undefined
      if (posix && ranges) {
        out += inClass ? ranges : `[${ranges}]`
        at += posix[0].length - 1
      } else out += escaped(pattern[++at] ?? "\\", inClass)
    } else {
      // Java lets `[` stand in a class; the `u` flag wants it escaped.
      const isText = inClass && c === "["
      if (c === "[" && !inClass) {
        inClass = true
        if (pattern.startsWith("[\\S]", at)) {
          out += `[^${JAVA_SPACE}]`
          at += 3
          inClass = false
          continue
        }
      } else if (c === "]") inClass = false
      out += isText ? "\\[" : c
    }
  }
  return out
}

function escaped(c: string, inClass: boolean): string {
  if (c === "s") return inClass ? JAVA_SPACE : `[${JAVA_SPACE}]`
  if (c === "S" && !inClass) return `[^${JAVA_SPACE}]`
  if (c === "-") return inClass ? "\\-" : "-"
  if (/[A-Za-z0-9]/.test(c) || ESCAPABLE.includes(c)) return `\\${c}`
  return c
}
