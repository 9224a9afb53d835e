import { type GlobToken, globOf, matchesGlob } from "../glob.ts"
import { parseTemplate, someSubstitution, type Template } from "../template.ts"
import { comparison } from "./comparison.ts"

/** The six parts of an ARN: the last one keeps its colons. */
type ArnParts = readonly string[]

interface ArnPattern {
  readonly template: Template
  /** One pattern a part, where no variable has to be filled in first. */
  readonly parts: readonly ((text: string) => boolean)[] | undefined
}

/** Fewer than six where the text is no ARN: it is of no pattern then. */
function parseParts(text: string): ArnParts {
  const parts = text.split(":")
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")]
}

/** Cuts a pattern at its first five colons. */
function tokensByPart(tokens: readonly GlobToken[]): GlobToken[][] {
  const parts: GlobToken[][] = [[]]
  for (const token of tokens) {
    if (typeof token !== "string") {
      parts.at(-1)?.push(token)
      continue
    }
    let rest = token
    for (let colon = rest.indexOf(":"); colon >= 0 && parts.length < 6; colon = rest.indexOf(":")) {
      if (colon > 0) parts.at(-1)?.push(rest.slice(0, colon))
      parts.push([])
      rest = rest.slice(colon + 1)
    }
    if (rest) parts.at(-1)?.push(rest)
  }
  return parts
}

function partMatchers(tokens: readonly GlobToken[]): ((text: string) => boolean)[] | undefined {
  const parts = tokensByPart(tokens)
  if (parts.length !== 6) return undefined
  return parts.map((part) => {
    const glob = globOf(part)
    return (text) => matchesGlob(glob, text)
  })
}

const everyPart = (matchers: readonly ((text: string) => boolean)[] | undefined, arn: ArnParts): boolean =>
  matchers !== undefined && arn.length === 6 && matchers.every((matches, i) => matches(arn[i] as string))

/**
 * ArnEquals, which is ArnLike: "each of the six colon-delimited components of the ARN is checked separately and each can
 * include multi-character match wildcards (*) or single-character match wildcards (?)".
 */
export const ARN = comparison<ArnPattern, ArnParts>({
  parseOperand(text, variables) {
    const template = parseTemplate(text, { wildcards: true, variables })
    const parts = template.glob && partMatchers(template.tokens as GlobToken[])
    return template.glob && !parts ? undefined : { template, parts }
  },
  parseValue: parseParts,
  holds: ({ template, parts }, value, request) =>
    template.glob === undefined
      ? someSubstitution(template, request, (tokens) => everyPart(partMatchers(tokens), value))
      : everyPart(parts, value),
  template: ({ template }) => template,
})
