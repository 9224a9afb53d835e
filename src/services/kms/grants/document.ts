import type { PolicyDocument, StatementDocument } from "../../../policy/index.ts"
import type { Grant } from "./record.ts"

type Conditions = Record<string, Record<string, string | readonly string[]>>

/** Management, which an encryption context does not limit (API Reference, GrantConstraints). */
const MANAGEMENT = new Set<string>(["DescribeKey", "RetireGrant"])

/**
 * What a grant allows, in the language of policies. Its constraints are conditions: the keys of an encryption context are
 * compared whatever their case, and the values as they are (API Reference, GrantConstraints). The version is that of
 * documents without variables, which a constraint's text has none of.
 */
export function grantDocument(
  grant: Pick<Grant, "grantee" | "granteeIsService" | "operations" | "constraints">,
): PolicyDocument {
  const { operations } = grant
  const sourced = sourceCondition(grant)
  const constrained = { ...sourced, ...contextConditions(grant) }
  const use = operations.filter((name) => !MANAGEMENT.has(name) && name !== "CreateGrant")
  return {
    Version: "2008-10-17",
    Statement: [
      ...statement(
        grant,
        operations.filter((name) => MANAGEMENT.has(name)),
        sourced,
      ),
      ...statement(grant, use, constrained),
      ...statement(
        grant,
        operations.filter((name) => name === "CreateGrant"),
        joined(constrained, noMoreThan(grant)),
      ),
    ],
  }
}

function statement(
  { grantee, granteeIsService }: Pick<Grant, "grantee" | "granteeIsService">,
  operations: readonly string[],
  conditions: Conditions,
): StatementDocument[] {
  if (operations.length === 0) return []
  return [
    {
      Effect: "Allow",
      Principal: { [granteeIsService ? "Service" : "AWS"]: grantee },
      Action: operations.map((name) => `kms:${name}`),
      Resource: "*",
      ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
    },
  ]
}

const sourceCondition = ({ constraints }: Pick<Grant, "constraints">): Conditions =>
  constraints?.SourceArn === undefined ? {} : { ArnEquals: { "aws:SourceArn": constraints.SourceArn } }

function contextConditions({ constraints = {} }: Pick<Grant, "constraints">): Conditions {
  const { EncryptionContextSubset, EncryptionContextEquals } = constraints
  const pairs = Object.entries(EncryptionContextEquals ?? EncryptionContextSubset ?? {})
  if (pairs.length === 0) return {}
  return {
    StringEquals: Object.fromEntries(pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
    ...(EncryptionContextEquals && {
      "ForAllValues:StringEqualsIgnoreCase": { "kms:EncryptionContextKeys": Object.keys(EncryptionContextEquals) },
    }),
  }
}

/** A grant that is made by a grant allows no more, and is constrained as strictly (API Reference, CreateGrant). */
function noMoreThan({ operations, constraints }: Pick<Grant, "operations" | "constraints">): Conditions {
  return {
    "ForAllValues:StringEquals": { "kms:GrantOperations": operations },
    ...(constraints?.EncryptionContextEquals && {
      StringEquals: { "kms:GrantConstraintType": "EncryptionContextEquals" },
    }),
  }
}

/** Conditions that must all hold. */
function joined(a: Conditions, b: Conditions): Conditions {
  const all: Conditions = { ...a }
  for (const [operator, keys] of Object.entries(b)) all[operator] = { ...all[operator], ...keys }
  return all
}
