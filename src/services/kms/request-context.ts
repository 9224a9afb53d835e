import type { ContextValue } from "../../policy/index.ts"
import type { RequestFacts } from "../../service.ts"

/** Of calls of other services, which have a name in each region: `lambda.eu-west-1.amazonaws.com` (Developer Guide, "kms:ViaService"). */
export const requestContext = ({ callingService, region }: RequestFacts): Record<string, ContextValue> =>
  callingService === undefined
    ? {}
    : { "kms:ViaService": callingService.replace(/\.amazonaws\.com$/, `.${region}.amazonaws.com`) }
