/** A policy document as it is written: the JSON grammar of IAM ("Grammar of the IAM JSON policy language"). */
export interface PolicyDocument {
  Version?: string
  Id?: string
  Statement: StatementDocument | readonly StatementDocument[]
}

export interface StatementDocument {
  Sid?: string
  Effect: string
  Principal?: PrincipalDocument
  NotPrincipal?: PrincipalDocument
  Action?: OneOrMany
  NotAction?: OneOrMany
  Resource?: OneOrMany
  NotResource?: OneOrMany
  /** Operator -> key -> values. Numbers and booleans may stand unquoted. */
  Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValues>>>>
}

export const DOCUMENT_ELEMENTS: ReadonlySet<string> = new Set(["Version", "Id", "Statement"])

export const STATEMENT_ELEMENTS: ReadonlySet<string> = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
])

export type OneOrMany = string | readonly string[]
export type PrincipalDocument = string | Readonly<Record<string, OneOrMany>>
export type ConditionScalar = string | number | boolean
export type ConditionValues = ConditionScalar | readonly ConditionScalar[]

/** The text or value given to `compile` is not a policy that can be evaluated. The only error that `compile` throws. */
export class PolicySyntaxError extends Error {
  /** Where in the document: `Statement[0].Condition.Foo`. Empty for the document itself. */
  readonly path: string

  constructor(message: string, path = "") {
    super(path ? `${path}: ${message}` : message)
    this.name = "PolicySyntaxError"
    this.path = path
  }
}
