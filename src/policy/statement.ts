import { type Condition, parseConditions } from "./conditions/condition.ts"
import { type OneOrMany, PolicySyntaxError, STATEMENT_ELEMENTS, type StatementDocument } from "./document.ts"
import { type Glob, parseGlob } from "./glob.ts"
import { type PrincipalPattern, parsePrincipals } from "./principals.ts"
import { parseResourcePattern, type ResourcePattern } from "./resource-pattern.ts"

/** A value of Action or NotAction. Actions are compared in lower case, and hold no variables. */
export interface ActionPattern {
  readonly source: string
  /** The pattern in lower case. */
  readonly text: string
  readonly glob: Glob
}

/** A statement, read once. An element that is not written is undefined. */
export interface Statement {
  /** Its place in the document, from 0. */
  readonly index: number
  readonly sid: string | undefined
  readonly effect: "Allow" | "Deny"
  readonly principal: PrincipalPattern | undefined
  readonly notPrincipal: PrincipalPattern | undefined
  readonly action: readonly ActionPattern[] | undefined
  readonly notAction: readonly ActionPattern[] | undefined
  readonly resource: readonly ResourcePattern[] | undefined
  readonly notResource: readonly ResourcePattern[] | undefined
  readonly conditions: readonly Condition[]
  /** A value of Resource has to be put together before it can be compared. */
  readonly hasCostlyResource: boolean
}

const OPPOSITES = [
  ["Principal", "NotPrincipal"],
  ["Action", "NotAction"],
  ["Resource", "NotResource"],
] as const

/** `variables`: whether the document's version has them. */
export function parseStatement(written: StatementDocument, index: number, variables: boolean, path: string): Statement {
  for (const element of Object.keys(written))
    if (!STATEMENT_ELEMENTS.has(element))
      throw new PolicySyntaxError("is no element of a statement", `${path}.${element}`)
  for (const [element, negated] of OPPOSITES)
    if (written[element] !== undefined && written[negated] !== undefined)
      throw new PolicySyntaxError(`stands beside ${element}`, `${path}.${negated}`)
  const { Sid, Effect, Principal, NotPrincipal } = written
  if (Sid !== undefined && typeof Sid !== "string") throw new PolicySyntaxError("is not a string", `${path}.Sid`)
  if (Effect !== "Allow" && Effect !== "Deny")
    throw new PolicySyntaxError("is neither Allow nor Deny", `${path}.Effect`)
  const list = <Pattern>(element: keyof StatementDocument, parse: (value: string) => Pattern) => {
    const values = written[element] as OneOrMany | undefined
    return values === undefined ? undefined : parseStrings(values, `${path}.${element}`).map(parse)
  }
  const parseResource = (value: string) => parseResourcePattern(value, variables)
  const resource = list("Resource", parseResource)
  const notResource = list("NotResource", parseResource)
  return {
    index,
    sid: Sid,
    effect: Effect,
    principal: Principal === undefined ? undefined : parsePrincipals(Principal, `${path}.Principal`),
    notPrincipal: NotPrincipal === undefined ? undefined : parsePrincipals(NotPrincipal, `${path}.NotPrincipal`),
    action: list("Action", parseAction),
    notAction: list("NotAction", parseAction),
    resource,
    notResource,
    conditions: parseConditions(written.Condition, { variables, effect: Effect }, `${path}.Condition`),
    hasCostlyResource: (resource ?? notResource ?? []).some(({ template }) => !template.glob && !template.isSequence),
  }
}

function parseAction(source: string): ActionPattern {
  const text = source.toLowerCase()
  return { source, text, glob: parseGlob(text) }
}

function parseStrings(values: OneOrMany, path: string): readonly string[] {
  const list = typeof values === "string" ? [values] : values
  if (!Array.isArray(list) || !list.every((value) => typeof value === "string"))
    throw new PolicySyntaxError("is neither a string nor a list of strings", path)
  return list
}
