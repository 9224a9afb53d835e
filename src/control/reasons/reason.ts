import type { CallRecord } from "../call-record.ts"

/** Why a request was refused, in words for people. */
export interface Reason {
  /** What did not hold, in a sentence. */
  what: string
  expected?: string
  came?: string
  /** What to do about it. */
  advice: string
}

/** What a check wrote down of itself: what was checked, what was expected and what came. */
export interface Facts {
  check?: string
  [detail: string]: unknown
}

export interface Refused {
  call: CallRecord
  facts: Facts
}

export type Words = (refused: Refused) => Reason

/** By the name of the check. */
export type WordsByCheck = Readonly<Record<string, Words>>

/** `s3:GetObject`, or as much as is known. */
export const nameOf = ({ service, operation }: CallRecord): string =>
  operation === undefined ? service || "the service" : `${service}:${operation}`

/** A value of any kind in a line, as people write it. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return "none"
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(show).join(", ")
  if (typeof value !== "object") return String(value)
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${name} ${show(member)}`)
    .join(", ")
}
