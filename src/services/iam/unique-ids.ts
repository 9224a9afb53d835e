import { randomText } from "../../base/random.ts"

/** IAM User Guide, "IAM identifiers": the prefix says what an id is of. */
export type IdPrefix = "AIDA" | "AROA" | "AGPA" | "ANPA" | "AIPA" | "APKA" | "ACCA"

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** A unique id that is never given twice: 21 characters, of which 17 are random. */
export const issueUniqueId = (prefix: IdPrefix): string => prefix + randomText(ALPHABET, 17)
