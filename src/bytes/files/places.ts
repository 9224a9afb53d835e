import { hash } from "node:crypto"
import { familyOf } from "../ids.ts"

/**
 * Where a body lies below the root of a place, be it a directory or a bucket: `3f/<id>`, `3f/<family>/<member>`. One of 256
 * folders by a hash of the family, so that no folder has all of them. The same everywhere, so that a place can be moved by
 * copying it.
 */
export const placeOf = (id: string): string => `${hash("sha1", familyOf(id)).slice(0, 2)}/${id}`

/** A body that is being written has a character in its name that no id has. */
export const BEGUN = "~"
