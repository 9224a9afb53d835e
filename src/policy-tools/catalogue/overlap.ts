/** A pattern of ARNs: what a policy says, or what the ARNs of a resource type look like. */
export interface Pattern {
  whole: readonly Token[]
  /** The six parts; undefined where it has fewer. */
  parts: readonly (readonly Token[])[] | undefined
}

/** A character, or a wildcard. `NAME` is a run without `/` and `:`, which is what stands for a name inside an ARN. */
type Token = string | typeof ONE | typeof RUN | typeof NAME

const ONE = 0
const RUN = 1
const NAME = 2

const patternOf = (text: string, tokensOf: (text: string) => readonly Token[]): Pattern => {
  const [first, ...others] = text.split(":")
  const parts = [first!, ...others.slice(0, 4), others.slice(4).join(":")]
  return { whole: tokensOf(text), parts: others.length < 5 ? undefined : parts.map(tokensOf) }
}

/** A value of Resource. Variables, where the document has them, stand for anything. */
export const parseWritten = (pattern: string, variables: boolean): Pattern =>
  patternOf(pattern, (text) => writtenTokens(text, variables))

function writtenTokens(pattern: string, variables: boolean): Token[] {
  const text = variables ? pattern.replace(/\$\{([*?$])\}|\$\{[^}]*\}/g, (_, one) => (one ? `\\${one}` : "*")) : pattern
  const tokens: Token[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (character === "\\" && /[*?$]/.test(text[i + 1] ?? "")) tokens.push(text[++i]!)
    else tokens.push(character === "*" ? RUN : character === "?" ? ONE : character)
  }
  return tokens
}

/**
 * An ARN format. `${...}` stands for a name; the last one of a format that no other format of the service goes on from
 * may hold slashes: an object's key, a role's path.
 */
export function parseFormat(format: string, siblings: readonly string[]): Pattern {
  const isContinued = siblings.some((one) => one.startsWith(`${format}/`))
  return patternOf(format, (text) => formatTokens(text, isContinued || !format.endsWith(text)))
}

function formatTokens(format: string, isContinued: boolean): Token[] {
  const tokens: Token[] = []
  const parts = format.split(/(\$\{[^}]*\})/)
  for (const [i, part] of parts.entries()) {
    if (!part.startsWith("${")) tokens.push(...part.replaceAll("*", ""), ...(part.includes("*") ? [RUN as Token] : []))
    else {
      const isLast = parts.slice(i + 1).every((later) => later === "")
      const isWide = /path|key|without/i.test(part) || (isLast && !isContinued)
      tokens.push(isWide ? RUN : NAME)
    }
  }
  return tokens
}

/**
 * Whether an ARN can be of both patterns. Part by part where both have all six: a `*` that runs on into the next part is not
 * what its writer had in mind.
 */
export function overlaps(a: Pattern, b: Pattern): boolean {
  if (a.parts === undefined || b.parts === undefined) return haveCommonText(a.whole, b.whole)
  return a.parts.every((part, i) => haveCommonText(part, b.parts![i]!))
}

/** The states that were seen are at most the product of the lengths, so no pattern takes longer than that. */
function haveCommonText(a: readonly Token[], b: readonly Token[]): boolean {
  const seen = new Set<number>()
  const open: [number, number][] = [[0, 0]]
  while (open.length > 0) {
    const [i, j] = open.pop()!
    const state = i * (b.length + 1) + j
    if (seen.has(state)) continue
    seen.add(state)
    if (i === a.length && j === b.length) return true
    const [x, y] = [a[i], b[j]]
    if (isRun(x)) open.push([i + 1, j])
    if (isRun(y)) open.push([i, j + 1])
    if (x === undefined || y === undefined || !canBeSame(x, y)) continue
    if (isRun(x) && !isRun(y)) open.push([i, j + 1])
    else if (isRun(y) && !isRun(x)) open.push([i + 1, j])
    else if (!isRun(x) && !isRun(y)) open.push([i + 1, j + 1])
  }
  return false
}

const isRun = (token: Token | undefined): boolean => token === RUN || token === NAME

function canBeSame(x: Token, y: Token): boolean {
  if (typeof x === "string" && typeof y === "string") return x === y
  if (x === NAME && typeof y === "string") return y !== "/" && y !== ":"
  if (y === NAME && typeof x === "string") return x !== "/" && x !== ":"
  return true
}
