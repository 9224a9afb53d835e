/** DynamoDB Developer Guide, "Condition and filter expressions, operators, and functions". */
const CONDITION_FUNCTIONS = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
} as const

/** DynamoDB Developer Guide, "Using update expressions". */
const UPDATE_FUNCTIONS = { if_not_exists: 2, list_append: 2 } as const

const ARITY: ReadonlyMap<string, number> = new Map(
  Object.entries({ ...CONDITION_FUNCTIONS, ...UPDATE_FUNCTIONS, size: 1 }),
)

/** Names of functions are case-sensitive. */
export const isFunction = (name: string): boolean => ARITY.has(name)
export const arityOf = (name: string): number => ARITY.get(name) ?? 0
/** Those that answer yes or no. */
export const isConditionFunction = (name: string): boolean => Object.hasOwn(CONDITION_FUNCTIONS, name)
export const isUpdateFunction = (name: string): boolean => Object.hasOwn(UPDATE_FUNCTIONS, name)
