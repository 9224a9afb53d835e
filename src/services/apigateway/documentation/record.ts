import { collection, type Stored } from "../collection.ts"

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
export const documentationParts = collection<DocumentationPart>("documentation-part", { sized: true })

/** Developer Guide, "Quotas": documentation parts of an API. */
export const MOST_PARTS = 2_000

export interface DocumentationVersion {
  description?: string
  /** Milliseconds since the epoch. */
  createdAt: number
}

/** Of an API, by their names. */
export const documentationVersions = collection<DocumentationVersion>("documentation-version")

/** The parts as they were when a version was made, by its name. */
export const documentationSnapshots = collection<readonly Stored<DocumentationPart>[]>("documentation-snapshot")

/** What a version may be called: any text that a row can hold. UNVERIFIED: AWS's limit. */
export const isVersion = (version: string): boolean => /^[\x20-\x7e]{1,64}$/.test(version)
