/** Whether a value of an answer is what the trigger may answer there. */
export type Shape = (value: unknown) => boolean

/** A function leaves out or answers null what it says nothing of. */
const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || value === null || shape(value)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const flag = optional((value) => typeof value === "boolean")
export const text = optional((value) => typeof value === "string")
export const texts = optional((value) => Array.isArray(value) && value.every((one) => typeof one === "string"))
export const textMap = optional(
  (value) => isRecord(value) && Object.values(value).every((one) => typeof one === "string"),
)
export const oneOf = (...words: string[]): Shape => optional((value) => words.includes(value as string))
export const listOf = (...words: string[]): Shape =>
  optional((value) => Array.isArray(value) && value.every((one) => words.includes(one)))
/** Claims of any kind that JSON has. */
export const values = optional(isRecord)
/** Members that are not listed are passed over. */
export const members = (shapes: Readonly<Record<string, Shape>>): Shape =>
  optional((value) => isRecord(value) && Object.entries(shapes).every(([name, shape]) => shape(value[name])))
