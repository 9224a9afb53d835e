import { collection } from "../collection.ts"

/** Of what a part tells: `METHOD` of `/pets` and `GET`. */
export interface Location {
  type: string
  path?: string
  method?: string
  statusCode?: string
  name?: string
}

export interface DocumentationPart {
  location: Location
  /** JSON text. */
  properties: string
}

/** Of an API, by their ids. */
export const documentationParts = collection<DocumentationPart>("documentation-part")

export interface DocumentationVersion {
  description?: string
  /** Milliseconds since the epoch. */
  createdAt: number
}

/** Of an API, by their names. */
export const documentationVersions = collection<DocumentationVersion>("documentation-version")
