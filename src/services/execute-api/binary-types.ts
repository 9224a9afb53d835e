/** Which media types an API takes for bytes and not for text. */
export interface BinaryTypes {
  /** Of a header that says one type. */
  has(contentType: string | undefined): boolean
  /** Of `Accept`, whose first type decides (Developer Guide, "Known issues"). */
  isAccepted(accept: string | undefined): boolean
}

const NONE: BinaryTypes = { has: () => false, isAccepted: () => false }

/** `*\/*` is every type, and every answer. */
export function compileBinaryTypes(types: readonly string[]): BinaryTypes {
  if (types.length === 0) return NONE
  const all = types.includes("*/*")
  const known = new Set(types.map((type) => type.toLowerCase()))
  const has = (type: string | undefined): boolean => all || (type !== undefined && known.has(mediaType(type)))
  return { has, isAccepted: (accept) => has(accept?.split(",", 1)[0]) }
}

/** Without parameters, in lower case. */
export const mediaType = (contentType: string): string => contentType.split(";", 1)[0]!.trim().toLowerCase()
