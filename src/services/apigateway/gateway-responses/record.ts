import { collection } from "../collection.ts"
import type { GatewayResponse } from "../snapshot.ts"

/** Of an API, those that were customised, by their types. */
export const gatewayResponses = collection<GatewayResponse>("gateway-response", { sized: true })
