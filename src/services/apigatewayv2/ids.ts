import { DIGITS, LOWER, randomText } from "../../base/random.ts"

const ALPHABET = LOWER + DIGITS

/** Of APIs: the first label of a host, which is never asked twice for the same whoever owns it. */
export const newApiId = (): string => randomText(ALPHABET, 10)
/** Of routes, integrations and the like. */
export const newPartId = (): string => randomText(ALPHABET, 7)
export const newShortId = (): string => randomText(ALPHABET, 6)
