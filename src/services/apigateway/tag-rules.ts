import { badRequest } from "./errors.ts"
import type { Texts } from "./snapshot.ts"

/** API Reference, TagResource: keys of 128 characters at most, values of 256; Developer Guide, "Tagging": 50 of a resource. */
const TAGS_AT_MOST = 50
const KEY_LENGTH = 128
const VALUE_LENGTH = 256

/** Holds tags to be set, together with those that are there, against what a resource may have. UNVERIFIED texts. */
export function assertTags(tags: Texts = {}, present: Texts = {}): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key === "" || key.length > KEY_LENGTH) throw badRequest("Invalid tag key: it must have 1 to 128 characters")
    if (value.length > VALUE_LENGTH) throw badRequest("Invalid tag value: it must have at most 256 characters")
    if (key.toLowerCase().startsWith("aws:")) throw badRequest("Invalid tag key: it must not start with aws:")
  }
  if (Object.keys({ ...present, ...tags }).length > TAGS_AT_MOST)
    throw badRequest("The number of tags exceeds the limit of 50")
}
