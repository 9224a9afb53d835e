import { compile } from "../compile.ts"
import { PolicySyntaxError } from "../document.ts"
import { areValuesReadable, hasVariables, isObject, listOf, parseJson } from "./shape.ts"

/** What is wrong with a resource policy of a service without words of its own: that it cannot be evaluated, or says
 * nothing. */
export function findResourcePolicyFault(text: string): string | undefined {
  const document = parseJson(text)
  if (document === undefined) return "This policy contains invalid Json"
  try {
    const { statements } = compile(text)
    if (statements.length === 0) return "Could not parse the policy: Statement is empty!"
    for (const { principal, notPrincipal, action, notAction } of statements) {
      if (principal === undefined && notPrincipal === undefined) return "Missing required field Principal"
      if (!(action ?? notAction)?.length) return "Missing required field Action"
    }
    return areAllReadable(document.value) ? undefined : "Syntax error in policy."
  } catch (error) {
    if (error instanceof PolicySyntaxError) return error.message
    throw error
  }
}

const areAllReadable = (document: unknown): boolean =>
  !isObject(document) ||
  listOf(document.Statement).every(
    (statement) => !isObject(statement) || areValuesReadable(statement.Condition, hasVariables(document)),
  )
