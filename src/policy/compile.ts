import { type PolicyDocument, PolicySyntaxError, type StatementDocument } from "./document.ts"
import { mentionedKeys } from "./mentioned-keys.ts"
import { parseStatement, type Statement } from "./statement.ts"
import { indexStatements, type StatementIndex } from "./statement-index.ts"

/** A policy made ready for decisions. It never changes; compile a version once and keep it. */
export interface CompiledPolicy {
  readonly document: PolicyDocument
  /** Of a managed policy. */
  readonly arn: string | undefined
  /** How explanations call it: an inline policy's name, a bucket's. */
  readonly name: string | undefined
  readonly statements: readonly Statement[]
  readonly allows: StatementIndex
  readonly denies: StatementIndex
  /** The condition keys, in lower case, that it may ask a request for. */
  readonly mentionedKeys: readonly string[]
}

export interface CompileOptions {
  arn?: string
  name?: string
}

/**
 * Reads a policy, from its text or from its parsed JSON.
 *
 * What AWS accepts when a policy is written is for `validate` to say; this refuses what cannot be evaluated: unknown
 * elements, effects and operators, and values of the wrong type.
 *
 * @throws {PolicySyntaxError}
 */
export function compile(document: string | PolicyDocument, options: CompileOptions = {}): CompiledPolicy {
  const parsed = typeof document === "string" ? parseJson(document) : document
  if (!isObject(parsed)) throw new PolicySyntaxError("The policy is not a JSON object")
  const { Version, Statement } = parsed
  if (Version !== undefined && Version !== "2012-10-17" && Version !== "2008-10-17")
    throw new PolicySyntaxError("is no version of the policy language", "Version")
  const written: readonly StatementDocument[] = Array.isArray(Statement) ? Statement : [Statement]
  // Documents of 2008, and those without a version, have no variables: `${` is text in them.
  const variables = Version === "2012-10-17"
  const statements = written.map((statement, index) => {
    const path = `Statement[${index}]`
    if (!isObject(statement)) throw new PolicySyntaxError("is not an object", path)
    return parseStatement(statement, index, variables, path)
  })
  return {
    document: parsed,
    arn: options.arn,
    name: options.name,
    statements,
    allows: indexStatements(statements.filter(({ effect }) => effect === "Allow")),
    denies: indexStatements(statements.filter(({ effect }) => effect === "Deny")),
    mentionedKeys: mentionedKeys(statements),
  }
}

function parseJson(text: string): PolicyDocument {
  try {
    return JSON.parse(text)
  } catch {
    throw new PolicySyntaxError("The policy is not JSON")
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)
