import { collection } from "../collection.ts"
import type { Authorizer } from "../snapshot.ts"

/** Of an API, by their ids. */
export const authorizers = collection<Authorizer>("authorizer")
