import { incompleteBody, malformedTrailer } from "./errors-body.ts"

export interface Trailer {
  values: Record<string, string>
  /** Each line as `name:value\n`: what its signature covers. */
  text: string
  /** `x-amz-trailer-signature` */
  signature?: string
}

const LINE = /^(x-amz-[a-z0-9-]+):(.*)$/i
const SIGNATURE = "x-amz-trailer-signature"

/**
 * What follows the last chunk of an aws-chunked body: lines, then an empty one. The names must be those that the
 * `x-amz-trailer` header announced. Empty lines between are passed over: clients that follow the signed text, which ends
 * its lines by `\n` alone, write one (UNVERIFIED: that S3 takes them).
 */
export function parseTrailer(section: string, announced: readonly string[]): Trailer {
  if (section !== "\r\n" && !section.endsWith("\r\n\r\n")) throw incompleteBody()
  const trailer: Trailer = { values: {}, text: "" }
  for (const raw of section.split("\n")) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw
    if (line === "") continue
    const match = LINE.exec(line)
    if (!match) throw malformedTrailer()
    const name = match[1]!.toLowerCase()
    const value = match[2]!.trim()
    if (name === SIGNATURE) trailer.signature = value
    else if (trailer.signature !== undefined || Object.hasOwn(trailer.values, name)) throw malformedTrailer()
    else {
      trailer.values[name] = value
      trailer.text += `${name}:${value}\n`
    }
  }
  const names = Object.keys(trailer.values)
  if (names.length !== announced.length || !names.every((name) => announced.includes(name))) throw malformedTrailer()
  return trailer
}

/** The names in an `x-amz-trailer` header, in lower case and once each. */
export const parseTrailerNames = (header: string | undefined): string[] => [
  ...new Set(
    (header ?? "")
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ""),
  ),
]
