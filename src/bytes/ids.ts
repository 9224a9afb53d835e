import { randomUUID } from "../base/random.ts"

/** Ids name files and keys, so they are made of what all of those take. */
const ID = /^(?!\.)[\w.-]{1,150}(?:\/[\w-]{1,50})?$/

/** `member`, or `family/member`. */
export const newBodyId = (family: string | undefined): string =>
  family === undefined ? randomUUID() : assertId(`${family}/${randomUUID()}`)

/** The id itself, where a body has no family. */
export const familyOf = (id: string): string => id.split("/", 1)[0]!

export function assertId(id: string): string {
  if (!ID.test(id)) throw new Error("that is no id of a body")
  return id
}
