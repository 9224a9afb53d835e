import { collection } from "../collection.ts"
import type { RequestValidator } from "../snapshot.ts"

/** Of an API, by their ids. */
export const requestValidators = collection<RequestValidator>("request-validator")
