import { type Decision, formatRefusal } from "../../../policy/index.ts"
import { type GatewayRefusal, refused } from "../gateway-responses/refusal.ts"
import { type Arrival, methodArn } from "../rest/exchange.ts"
import { INVOKE, maskArn } from "./arns.ts"

/** Of a caller whom nobody has named, by the API's resource policy. */
export const deniedByPolicy = (arrival: Arrival, decision: Decision): GatewayRefusal =>
  refused("ACCESS_DENIED", {
    message: formatRefusal({
      principalArn: "anonymous",
      action: INVOKE,
      resource: maskArn(methodArn(arrival)),
      decision,
    }),
  })

/** Of a caller whom a function has named, by the policy that it returned (texts as clients quote them, 2023 to 2025). */
export const deniedByAuthorizer = ({ decision }: Decision): GatewayRefusal =>
  refused("ACCESS_DENIED", {
    message:
      decision === "explicit_deny"
        ? "User is not authorized to access this resource with an explicit deny in an identity-based policy"
        : `User is not authorized to access this resource because no identity-based policy allows the ${INVOKE} action`,
  })
