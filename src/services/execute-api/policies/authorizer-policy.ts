import type { CallContext } from "../../../call.ts"
import type { CompiledPolicy, Context, ContextValue, Request } from "../../../policy/index.ts"
import { type Decision, decide } from "../../../policy/index.ts"
import { type Exchange, methodArn } from "../rest/exchange.ts"
import { INVOKE } from "./arns.ts"

/** What of a call its policies' condition keys are taken from. */
export interface Judged extends Pick<Exchange, "request" | "account" | "region" | "arrivedAt"> {
  call: Pick<CallContext, "decide">
  /** ARN of what is called. */
  resource: string
}

/** What the policy that a Lambda authorizer of a REST API returned says of this call. */
export const judgeByAuthorizer = (exchange: Exchange, policy: CompiledPolicy, principalId: string): Promise<Decision> =>
  judgeByReturned({ ...exchange, resource: methodArn(exchange) }, policy, principalId)

/**
 * What the policy that a Lambda authorizer returned says of a call. It is evaluated as one that is attached to its caller
 * (Developer Guide, "Lambda authorizers"), recorded and explained like any other.
 */
export async function judgeByReturned(
  exchange: Judged,
  policy: CompiledPolicy,
  principalId: string,
): Promise<Decision> {
  const { account } = exchange
  const request: Request = {
    // It is somebody of nobody's: no policy can name them, and they have no rights but those of this one.
    principal: { type: "user", arn: `arn:aws:execute-api:::authorizer/${principalId}`, account },
    action: INVOKE,
    resource: exchange.resource,
    resourceAccount: account,
    context: contextOf(exchange),
  }
  const applicable = { identity: [policy] }
  await exchange.call.decide({ request, applicable })
  return decide(request, applicable)
}

const KEYS: Readonly<Record<string, (exchange: Judged) => ContextValue | undefined>> = {
  "aws:sourceip": ({ request }) => request.remoteAddress || undefined,
  "aws:securetransport": ({ request }) => String(request.secure),
  "aws:useragent": ({ request }) => request.headers["user-agent"],
  "aws:referer": ({ request }) => request.headers.referer,
  "aws:currenttime": ({ arrivedAt }) => new Date(arrivedAt).toISOString().replace(/\.\d+Z$/, "Z"),
  "aws:epochtime": ({ arrivedAt }) => String(Math.floor(arrivedAt / 1000)),
  "aws:requestedregion": ({ region }) => region,
  "aws:resourceaccount": ({ account }) => account,
}

/** The global keys that a caller has who has not signed. */
const contextOf = (exchange: Judged): Context => ({
  get: (key) => (Object.hasOwn(KEYS, key) ? KEYS[key]!(exchange) : undefined),
})
