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

interface CaselessOperand {
  readonly template: Template
  /** In lower case. */
  readonly text: string
}

export const STRING_IGNORING_CASE = comparison<CaselessOperand, string>({
  parseOperand(text, variables) {
    const template = parseLiteral(text, variables)
    return { template, text: template.head.toLowerCase() }
  },
  parseValue: (text) => text.toLowerCase(),
  holds: ({ template, text }, value, request) =>
    template.glob !== undefined
      ? text === value
      : someSubstitution(template, request, (tokens) => tokens.join("").toLowerCase() === value),
  template: ({ template }) => template,
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
