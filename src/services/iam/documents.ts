import { compile, type PolicyKind, PolicySyntaxError, validate } from "../../policy/index.ts"
import { WireError } from "../../wire/errors.ts"
import { malformedPolicy } from "./errors.ts"

const kinds = {
  inline: "identity-inline",
  managed: "identity-managed",
  trust: "trust",
} as const satisfies Record<string, PolicyKind>

/** Refuses what AWS refuses, and what could not be evaluated afterwards. */
export function assertDocument(document: string, kind: keyof typeof kinds): void {
  const fault = validate(kinds[kind], document)
  if (fault) throw new WireError(fault.code, fault.message, { status: fault.status })
  try {
    compile(document)
  } catch (error) {
    if (error instanceof PolicySyntaxError)
      throw malformedPolicy(kind === "trust" ? "This policy contains invalid Json" : "Syntax errors in policy.")
    throw error
  }
}
