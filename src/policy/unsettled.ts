/**
 * What AWS's documentation leaves open and no recorded answer settles. Each question is answered here, once, with the
 * reason; every answer is UNVERIFIED. Where a condition may hold or not, it holds for a Deny and does not for an Allow:
 * what nobody knows never grants, and never silences a Deny.
 */
const holdsPerhaps = (effect: "Allow" | "Deny"): boolean => effect === "Deny"

/**
 * A condition without ForAllValues or ForAnyValue meets a multivalued key. The positive operators are known not to
 * match (AWS re:Inforce 2025, IAM431); whether the negated ones are their complement, as they are everywhere else, is not.
 */
export const plainOperatorOnList = (negated: boolean, effect: "Allow" | "Deny"): boolean =>
  negated && holdsPerhaps(effect)

/**
 * The request's value or the policy's operand cannot be read as the operator's type (`NumericEquals` with `ten`), so
 * that nobody can say whether the two are equal.
 */
export const unreadableHolds = holdsPerhaps

/**
 * `ForAnyValue:...IfExists` on an absent key: ForAnyValue alone is false and IfExists alone is true. The documentation
 * of IfExists has no exception ("If the key is not present, evaluate the condition element as true"); another evaluator,
 * whose author asked AWS, ignores it.
 */
export const anyValueIfExistsOnAbsentKey = holdsPerhaps

/** An empty list is an absent key, for Null too: "null data set" is what the documentation of ForAllValues calls it. */
export const isAbsent = (value: string | readonly string[] | undefined): value is undefined | readonly [] =>
  value === undefined || (typeof value !== "string" && value.length === 0)

/**
 * The value of Date operators is an ISO 8601 date or epoch seconds; four digits are both. They are read as a year, the
 * shortest form of the W3C profile that the documentation names.
 */
export const isYear = (text: string): boolean => /^\d{4}$/.test(text)

/** Allow with NotPrincipal can no longer be written. Where it is stored all the same it grants nothing. */
export const allowWithNotPrincipalApplies = false
