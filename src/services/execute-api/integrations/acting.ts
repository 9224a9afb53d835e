import type { Exchange } from "../rest/exchange.ts"
import type { Acting } from "./invoke-function.ts"
import { misconfigured } from "./request-body.ts"

/** `arn:aws:iam::*:user/*`: whoever has signed the request (Developer Guide, "API Gateway permissions"). */
const AS_CALLER = /^arn:aws[\w-]*:iam::\*:user\/\*$/

/** As whom an integration asks for something. */
export function actingOf(exchange: Exchange, credentials: string | undefined): Acting {
  if (!credentials) return { as: "service" }
  if (!AS_CALLER.test(credentials)) return { as: "role", roleArn: credentials }
  const { caller } = exchange.call
  if (caller.kind === "anonymous")
    throw misconfigured("a method with AWS_IAM, to ask as its caller", "a caller who has not signed")
  return { as: "caller", caller }
}
