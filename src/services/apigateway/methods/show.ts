import type { Integration as ShownIntegration, Method as ShownMethod } from "@aws-sdk/client-api-gateway"
import type { Integration, Method } from "../snapshot.ts"

// The records have the shapes that are read back; what was not sent is not there.

export const showMethod = (method: Method): ShownMethod => method as unknown as ShownMethod
export const showIntegration = (integration: Integration): ShownIntegration =>
  integration as unknown as ShownIntegration
