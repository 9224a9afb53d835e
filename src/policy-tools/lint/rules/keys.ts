import { findNearest } from "../../../base/nearest.ts"
import { findKey, HALLPASS_GROUPS } from "../../catalogue/keys.ts"
import { actionsMatching, type ConditionKey, findService, type KeyType } from "../../catalogue/read.ts"
import type { LintCondition } from "../policy.ts"
import { some, statementRule } from "../rule.ts"

const isOwn = (key: string): boolean => key.toLowerCase() === HALLPASS_GROUPS

/** Claims of a provider that is not AWS's are the provider's to name. */
const isOfProvider = (key: string): boolean => /^[^:]*\./.test(key)

export const unknownKey = statementRule(
  { id: "HP105", severity: "warning", title: "no such condition key" },
  function* ({ conditions }) {
    for (const { key, keyAt } of conditions) {
      if (isOwn(key) || isOfProvider(key) || findKey(key)) continue
      const prefix = key.slice(0, key.indexOf(":")).toLowerCase()
      const nearest = findNearest(
        key,
        (findService(prefix)?.keys ?? []).map(({ name }) => name).concat(prefix === "aws" ? COMMON : []),
      )
      yield {
        at: keyAt,
        message: `No request has the condition key ${key}: a condition on it never holds, or with a negated operator always.`,
        fix: nearest ? `Write ${nearest} if that is meant.` : "Look the key up in the Service Authorization Reference.",
      }
    }
  },
)

/** Global keys that are often misspelled. */
const COMMON = "SourceIp SourceArn SourceAccount PrincipalArn PrincipalOrgID PrincipalAccount SecureTransport username"
  .split(" ")
  .concat(
    "userid CurrentTime MultiFactorAuthPresent RequestedRegion SourceVpce UserAgent ResourceAccount TagKeys".split(" "),
  )
  .map((name) => `aws:${name}`)

/** Whether the condition fails for a request that lacks the key. */
const needsKey = ({ operator, negated, values }: LintCondition): boolean =>
  operator.base === "Null"
    ? values.every(({ text }) => text.toLowerCase() === "false")
    : !negated && !operator.ifExists && operator.set !== "ForAllValues"

export const keyWithoutAction = statementRule(
  { id: "HP106", severity: "warning", title: "a condition key that requests for the action never have" },
  function* ({ actions, conditions }) {
    for (const condition of conditions) {
      const known = findKey(condition.key)
      if (known === undefined || !needsKey(condition)) continue
      const without = actions.filter(({ text }) => {
        const matching = actionsMatching(text)
        return matching.length > 0 && !matching.some((action) => known.comesWith(action))
      })
      if (without.length === 0) continue
      const names = some(without.map(({ text }) => text))
      yield {
        at: condition.keyAt,
        message: `Requests for ${names} never have ${condition.key}, so the statement never applies to ${without.length > 1 ? "them" : "it"}.`,
        fix: `Give ${names} a statement of ${without.length > 1 ? "their" : "its"} own without this condition.`,
      }
    }
  },
)

const FAMILY = /^(?:Not)?(String|Numeric|Date|Bool|Binary|Ip|Arn)/

/** What each type of key may be compared with, as the operators' names begin. */
const FAMILIES: Readonly<Record<KeyType, readonly string[]>> = {
  String: ["String", "Arn", "Binary"],
  ARN: ["Arn", "String"],
  Bool: ["Bool"],
  Numeric: ["Numeric"],
  Date: ["Date"],
  IPAddress: ["Ip"],
  Binary: ["Binary"],
}

/** Tags hold what people put into them. */
const isFree = ({ name }: ConditionKey): boolean => /[<$]/.test(name)

export const wrongOperator = statementRule(
  { id: "HP107", severity: "warning", title: "an operator for another type than the key's" },
  function* ({ conditions }) {
    for (const { key, keyAt, operator, operatorText } of conditions) {
      const known = findKey(key)?.key
      const family = FAMILY.exec(operator.base)?.[1]
      if (known === undefined || family === undefined || isFree(known)) continue
      const families = known.name === "aws:EpochTime" ? ["Date", "Numeric"] : FAMILIES[known.type]
      if (families.includes(family)) continue
      const right = families[0] === "Ip" ? "IpAddress" : families[0] === "Bool" ? "Bool" : `${families[0]}...`
      yield {
        at: keyAt,
        message: `${key} is of the type ${known.type}, which ${operatorText} does not compare as such.`,
        fix: `Use ${right === "Bool" || right === "IpAddress" ? right : `an operator ${right}`}.`,
      }
    }
  },
)

export const listWithoutSetOperator = statementRule(
  { id: "HP108", severity: "warning", title: "a multivalued key without a set operator" },
  function* ({ conditions }) {
    for (const { key, keyAt, operator, operatorText } of conditions) {
      const multivalued = isOwn(key) || findKey(key)?.key.multivalued
      if (!multivalued || operator.set !== undefined || operator.base === "Null") continue
      yield {
        at: keyAt,
        message: `${key} has several values, and ${operatorText} alone does not match a list.`,
        fix: `Write ForAnyValue:${operatorText} (one of the values) or ForAllValues:${operatorText} (each of them).`,
      }
    }
  },
)

export const setOperatorWithoutList = statementRule(
  { id: "HP109", severity: "note", title: "a set operator on a key with one value" },
  function* ({ conditions }) {
    for (const { key, keyAt, operator, operatorText } of conditions) {
      const known = findKey(key)?.key
      if (known === undefined || known.multivalued || operator.set === undefined) continue
      yield {
        at: keyAt,
        message: `${key} has one value, so ${operator.set} adds nothing${operator.set === "ForAllValues" ? " but that it holds where the key is absent" : ""}.`,
        fix: `Write ${operatorText.slice(operator.set.length + 1)}.`,
      }
    }
  },
)
