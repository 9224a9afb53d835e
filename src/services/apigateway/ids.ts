import { DIGITS, LOWER, randomText } from "../../base/random.ts"

/** Recorded: ids of APIs, resources and keys have ten characters, of deployments, authorizers, models and the like six. */
export const newLongId = (): string => randomText(LOWER + DIGITS, 10)
export const newShortId = (): string => randomText(LOWER + DIGITS, 6)
