import type { WireError } from "../../../wire/errors.ts"

/** Recorded: sentences end in a blank, and lines are one. */
export const sentenceOf = ({ message }: WireError): string => message.replace(/\s*\n\s*/g, " ").replace(/\.\s*$/, ". ")
