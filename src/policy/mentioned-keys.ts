import type { Statement } from "./statement.ts"
import type { Template } from "./template.ts"

/** The condition keys, in lower case, that statements may ask a request for: of their conditions and variables, each once. */
export const mentionedKeys = (statements: readonly Statement[]): readonly string[] => [...new Set(keysOf(statements))]

function* keysOf(statements: readonly Statement[]): Generator<string> {
  for (const { resource, notResource, conditions } of statements) {
    for (const { template } of resource ?? notResource ?? []) yield* variablesOf(template)
    for (const condition of conditions) {
      yield condition.lowerCaseKey
      if (condition.kind === "value") for (const template of condition.templates) yield* variablesOf(template)
    }
  }
}

const variablesOf = (template: Template | undefined): readonly string[] =>
  template === undefined ? [] : template.variables.map(({ key }) => key)
