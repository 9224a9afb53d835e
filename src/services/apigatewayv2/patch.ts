type Texts = Readonly<Record<string, string>>

/**
 * What a PATCH makes of a record: members that are not in the input stay, an empty text takes a member away. UNVERIFIED that this
 * holds for every text; clients (Terraform) take authorizers and descriptions away so.
 */
export function patched<B extends object>(body: B, input: object, members: readonly (keyof B & string)[]): B {
  const result = { ...body } as Record<string, unknown>
  for (const member of members) {
    const given = (input as Readonly<Record<string, unknown>>)[member]
    if (given === undefined) continue
    if (given === "") delete result[member]
    else result[member] = given
  }
  return result as B
}

/** The members of an input that a record has, those that are empty text left out. */
export const picked = <B extends object>(input: object, members: readonly (keyof B & string)[]): Partial<B> =>
  patched({} as B, input, members)

/** Maps are merged by key; an empty text takes a key away (so does Terraform's provider). */
export function mergedTexts(present: Texts = {}, given: Texts | undefined): Texts {
  if (given === undefined) return present
  return Object.fromEntries(Object.entries({ ...present, ...given }).filter(([, value]) => value !== ""))
}

/** Of maps of maps, an empty map takes a key away. */
export function mergedMaps<T extends object>(
  present: Readonly<Record<string, T>> = {},
  given: Readonly<Record<string, T>> | undefined,
): Readonly<Record<string, T>> {
  if (given === undefined) return present
  return Object.fromEntries(
    Object.entries({ ...present, ...given }).filter(([, value]) => Object.keys(value).length > 0),
  )
}
