import type { Span } from "../../../bytes/bytes.ts"

/** A range that lies outside of the object. */
export const UNSATISFIABLE = "unsatisfiable"

/**
 * `bytes=first-last`, `bytes=first-`, `bytes=-length`. Undefined where the whole object is the answer: what is not well
 * formed, and several ranges at once, S3 passes over.
 */
export function parseRange(range: string, size: number): Span | typeof UNSATISFIABLE | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(range.trim())
  if (!parts) return undefined
  const [, first = "", last = ""] = parts
  if (first === "") {
    if (last === "") return undefined
    const length = Math.min(Number(last), size)
    return length === 0 ? UNSATISFIABLE : { start: size - length, end: size }
  }
  const start = Number(first)
  const end = last === "" ? size : Math.min(Number(last) + 1, size)
  if (last !== "" && Number(last) < start) return undefined
  return start >= size ? UNSATISFIABLE : { start, end }
}

/** `bytes 0-9/100` */
export const formatContentRange = ({ start, end }: Span, size: number): string => `bytes ${start}-${end - 1}/${size}`
