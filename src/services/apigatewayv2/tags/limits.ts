import { badRequest } from "../errors.ts"

/** Developer Guide, "Tagging your API Gateway resources". UNVERIFIED: the texts. */
const TAGS_AT_MOST = 50

export function assertTags(
  tags: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>> = {},
): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key === "" || key.length > 128 || value.length > 256)
      throw badRequest("Invalid tags: a key has 1 to 128 characters, a value at most 256.")
    if (/^aws:/i.test(key)) throw badRequest("Invalid tags: keys must not begin with aws:")
  }
  if (Object.keys({ ...present, ...tags }).length > TAGS_AT_MOST)
    throw badRequest(`A resource can have at most ${TAGS_AT_MOST} tags.`)
}
