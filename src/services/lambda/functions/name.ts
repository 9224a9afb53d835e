import type { Scope } from "../../../operation.ts"
import type { FunctionName } from "../arns.ts"
import { nameTooLong, otherRegion, qualifierMismatch } from "../errors.ts"

/** A function as a request addresses it. */
export interface Addressed extends FunctionName {
  /** `$LATEST`, a version or an alias, in the name or beside it; undefined where it is not qualified. */
  qualifier?: string
}

const FORMS =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2,4}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/
const NAME_LENGTH = 64

/**
 * Reads a `FunctionName`: `name`, `name:qualifier`, `account:function:name`, or an ARN; each with a qualifier or without
 * (API Reference, CreateFunction). The model's pattern has been held against it.
 */
export function parseFunctionName(text: string, scope: Scope, qualifier?: string): Addressed {
  const [, region = scope.region, account = scope.account, name = text, derived] = FORMS.exec(text) ?? []
  if (name.length > NAME_LENGTH) throw nameTooLong(name, NAME_LENGTH)
  if (region !== scope.region) throw otherRegion(region, scope.region)
  if (derived !== undefined && qualifier !== undefined && derived !== qualifier) throw qualifierMismatch()
  const given = qualifier ?? derived
  return { account, region, name, ...(given !== undefined && { qualifier: given }) }
}

export interface NamesFunction {
  FunctionName: string
  Qualifier?: string | undefined
}

export const addressed = (input: NamesFunction, scope: Scope): Addressed =>
  parseFunctionName(input.FunctionName, scope, input.Qualifier)
