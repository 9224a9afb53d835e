import type { Request } from "../request.ts"
import { matchesTemplate, parseTemplate, someSubstitution, type Template } from "../template.ts"
import { comparison } from "./comparison.ts"

const parseLiteral = (text: string, variables: boolean): Template =>
  parseTemplate(text, { wildcards: false, variables })

const itself = (text: string): string => text

export const STRING = comparison<Template, string>({
  parseOperand: parseLiteral,
  parseValue: itself,
  holds: (operand, value, request) =>
    operand.glob === undefined ? matchesTemplate(operand, value, request) : operand.head === value,
  template: (operand) => operand,
})

export const STRING_IGNORING_CASE = comparison<Template, string>({
  parseOperand: parseLiteral,
  parseValue: (text) => text.toLowerCase(),
  holds: (operand, value, request: Request) =>
    someSubstitution(operand, request, (tokens) => tokens.join("").toLowerCase() === value),
  template: (operand) => operand,
})

export const STRING_LIKE = comparison<Template, string>({
  parseOperand: (text, variables) => parseTemplate(text, { wildcards: true, variables }),
  parseValue: itself,
  holds: matchesTemplate,
  template: (operand) => operand,
})

/** "Compares byte for byte the base-64 encoded text"; no variables. */
export const BINARY = comparison<string, string>({
  parseOperand: itself,
  parseValue: itself,
  holds: (operand, value) => operand === value,
})
