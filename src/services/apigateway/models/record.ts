import { collection } from "../collection.ts"
import type { Model } from "../snapshot.ts"

/** Of an API, by their names. */
export const models = collection<Model>("model", { sized: true })
