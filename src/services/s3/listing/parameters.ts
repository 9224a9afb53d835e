import { invalidArgument } from "../errors.ts"

/** S3 API reference, ListObjectsV2: more is taken as this. */
const MOST_KEYS = 1000

/** `max-keys` and its like: what the page may hold, and what the answer says that it may. */
export function readMost(given: number | undefined, name = "max-keys"): number {
  if (given === undefined) return MOST_KEYS
  if (!Number.isInteger(given) || given < 0 || given > 2147483647)
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, String(given))
  return Math.min(given, MOST_KEYS)
}

export type Encode = <T extends string | undefined>(text: T) => T

/** How names are written in the answer: as they are, or percent-encoded for clients whose XML cannot hold them. */
export function readEncoding(encodingType: string | undefined): Encode {
  if (encodingType === undefined) return (text) => text
  if (encodingType.toLowerCase() !== "url")
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encodingType)
  return (text) => (text === undefined ? text : (encodeName(text) as typeof text))
}

/** S3's encoding keeps slashes and writes a space as `+`, as botocore and the SDKs read it. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.toWellFormed())
    .replace(/%2F/g, "/")
    .replace(/%20/g, "+")
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/~/g, "%7E")
