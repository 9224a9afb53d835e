import { notProcessable, tooManyTags } from "../errors.ts"

/** Developer Guide, "Using tags on Lambda functions". */
const TAGS_AT_MOST = 50
const KEY_LENGTH = 128
const VALUE_LENGTH = 256

/** Holds tags to be set, together with those that are there, against what a resource may have. */
export function assertTags(tags: Readonly<Record<string, string>>, present: Readonly<Record<string, string>>): void {
  // UNVERIFIED: the text for keys and values that are too long or reserved.
  for (const [key, value] of Object.entries(tags))
    if (key === "" || key.length > KEY_LENGTH || value.length > VALUE_LENGTH || key.toLowerCase().startsWith("aws:"))
      throw notProcessable()
  if (Object.keys({ ...present, ...tags }).length > TAGS_AT_MOST) throw tooManyTags()
}
