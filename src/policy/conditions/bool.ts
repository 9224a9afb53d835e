import { parseTemplate, someSubstitution, type Template } from "../template.ts"
import { comparison } from "./comparison.ts"

const parseBoolean = (text: string): boolean | undefined => {
  const lower = text.toLowerCase()
  return lower === "true" ? true : lower === "false" ? false : undefined
}

/** `true` and `false` in any case. The page on operators lets variables stand here, the page on variables does not; they
 * may. */
export const BOOL = comparison<Template, boolean>({
  parseOperand: (text, variables) => parseTemplate(text, { wildcards: false, variables }),
  parseValue: parseBoolean,
  holds: (operand, value, request) =>
    someSubstitution(operand, request, (tokens) => parseBoolean(tokens.join("")) === value),
  template: (operand) => operand,
})
