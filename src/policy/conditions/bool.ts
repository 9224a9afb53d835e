import { parseTemplate, someSubstitution, type Template } from "../template.ts"
import { comparison } from "./comparison.ts"

const parseBoolean = (text: string): boolean | undefined => {
  const lower = text.toLowerCase()
  return lower === "true" ? true : lower === "false" ? false : undefined
}

interface BoolOperand {
  readonly template: Template
  /** Where no variable has to be filled in first. */
  readonly value: boolean | undefined
}

/** `true` and `false` in any case. The page on operators lets variables stand here, the page on variables does not; they
 * may. */
export const BOOL = comparison<BoolOperand, boolean>({
  parseOperand(text, variables) {
    const template = parseTemplate(text, { wildcards: false, variables })
    const value = template.glob && parseBoolean(template.head)
    return template.glob && value === undefined ? undefined : { template, value }
  },
  parseValue: parseBoolean,
  holds: ({ template, value }, asked, request) =>
    template.glob !== undefined
      ? value === asked
      : someSubstitution(template, request, (tokens) => parseBoolean(tokens.join("")) === asked),
  template: ({ template }) => template,
})
