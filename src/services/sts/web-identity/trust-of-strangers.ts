import { type CompiledPolicy, compile } from "../../../policy/index.ts"

const AUDIENCE = "cognito-identity.amazonaws.com:aud"

// A compiled policy never changes.
const known = new WeakMap<CompiledPolicy, CompiledPolicy>()

/**
 * What of a trust policy lets in the identities of another account's pools: those of its Allows that say by `aud` which
 * pools. A role may trust whoever signed in to a pool of its own account (`amr` alone); every other account has pools too
 * (Amazon Cognito Developer Guide, "Trust policies for IAM roles in Basic (Classic) authentication").
 */
export function trustOfStrangers(trust: CompiledPolicy): CompiledPolicy {
  let scoped = known.get(trust)
  if (scoped === undefined) {
    const written = [trust.document.Statement].flat()
    const Statement = written.filter((_, i) => {
      const { effect, conditions } = trust.statements[i]!
      return effect === "Deny" || conditions.some((one) => one.lowerCaseKey === AUDIENCE && isPositive(one))
    })
    scoped = compile({ ...trust.document, Statement }, trust.name === undefined ? {} : { name: trust.name })
    known.set(trust, scoped)
  }
  return scoped
}

const isPositive = (condition: CompiledPolicy["statements"][number]["conditions"][number]): boolean =>
  condition.kind === "value" && !condition.negated && !condition.ifExists
