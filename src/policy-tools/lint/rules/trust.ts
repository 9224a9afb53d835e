import { isAllow, type LintCondition, type LintStatement } from "../policy.ts"
import { type Rule, statementRule } from "../rule.ts"
import { findFault, UNSCOPED_COGNITO } from "./grammar.ts"

export const COGNITO = "cognito-identity.amazonaws.com"

const trustsCognito = (statement: LintStatement): boolean =>
  isAllow(statement) && statement.principals.some(({ type, text }) => type === "Federated" && text === COGNITO)

export const conditionsOn = ({ conditions }: LintStatement, claim: string): readonly LintCondition[] =>
  conditions.filter(({ key }) => key.toLowerCase() === `${COGNITO}:${claim}`)

export const trustWithoutPool: Rule = {
  id: "HP301",
  severity: "error",
  title: "a trust in Cognito without aud",
  *check(policy) {
    if (policy.kind !== "trust" || findFault(policy) !== UNSCOPED_COGNITO) return
    const statement = policy.statements.find((one) => trustsCognito(one) && !conditionsOn(one, "aud").some(isExact))
    if (statement === undefined) return
    yield {
      at: statement.at,
      message: `The role trusts ${COGNITO} without asking for its aud: identities of every pool of every account could take it. AWS refuses this.`,
      fix: `Add "StringEquals": {"${COGNITO}:aud": "REGION:IDENTITY-POOL-ID"} to Condition.`,
    }
  },
}

const isExact = ({ operator, negated, values }: LintCondition): boolean =>
  /^String(Equals|Like)/.test(operator.base) && !negated && values.every(({ text }) => !/^[*?]*$/.test(text))

export const trustWithoutKind = statementRule(
  { id: "HP302", severity: "warning", title: "a trust in Cognito without amr" },
  function* (statement, { kind }) {
    if (kind !== "trust" || !trustsCognito(statement) || conditionsOn(statement, "amr").length > 0) return
    if (conditionsOn(statement, "sub").length > 0) return
    yield {
      at: statement.at,
      message: `The role trusts guests and members of the pool alike: it does not ask for ${COGNITO}:amr.`,
      fix: `Add "ForAnyValue:StringLike": {"${COGNITO}:amr": "authenticated"} (or "unauthenticated") to Condition.`,
    }
  },
)

const IDENTITY_POOL = /^[\w-]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const audienceIsNoPool = statementRule(
  { id: "HP305", severity: "error", title: "an aud that is no identity pool" },
  function* (statement, { kind }) {
    if (kind !== "trust") return
    for (const { values } of conditionsOn(statement, "aud"))
      for (const { text, at } of values) {
        if (IDENTITY_POOL.test(text) || /[*?]|\$\{/.test(text)) continue
        yield {
          at,
          message: `"${text}" is not the id of an identity pool${/^[\w-]+_\w+$/.test(text) ? " but of a user pool" : ""}, so nobody gets in.`,
          fix: "Write the identity pool's id, of the form us-east-1:12345678-1234-1234-1234-123456789012.",
        }
      }
  },
)

export const unknownKindOfIdentity = statementRule(
  { id: "HP306", severity: "warning", title: "an amr that no identity has" },
  function* (statement, { kind }) {
    if (kind !== "trust") return
    for (const { values } of conditionsOn(statement, "amr"))
      for (const { text, at } of values) {
        // Providers are domains, and what follows them.
        if (text === "authenticated" || text === "unauthenticated" || /[.*?]/.test(text)) continue
        yield {
          at,
          message: `No identity has the amr "${text}".`,
          fix: 'Write "authenticated", "unauthenticated", or the name of a provider.',
        }
      }
  },
)
