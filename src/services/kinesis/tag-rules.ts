import type { StreamName } from "./arns.ts"
import { invalidArgument } from "./errors.ts"
import { TAGS } from "./limits.ts"

export type Tags = Readonly<Record<string, string>>

/** API Reference, AddTagsToStream: letters, digits, white space and `_ . / = + - % @ :`, and no `aws:` in front. */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-%@]*$/u

/** What tags are to be set, and whether they may be together with those that are there. */
export function assertTags(tags: Tags, { name, account }: StreamName, before: Tags = {}): void {
  const texts = Object.entries(tags).flat()
  if (Object.keys(tags).some((key) => /^aws:/i.test(key)))
    // UNVERIFIED: the text.
    throw invalidArgument("Tag keys that begin with aws: are reserved for use by AWS.")
  if (!texts.every((text) => CHARACTERS.test(text)))
    throw invalidArgument(
      "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.",
    )
  // The number was 10 when the text was recorded (kinesalite, addTagsToStream).
  if (Object.keys({ ...before, ...tags }).length > TAGS)
    throw invalidArgument(
      `Failed to add tags to stream ${name} under account ${account} because a given stream cannot have more than ${TAGS} tags associated with it.`,
    )
}

export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)))
