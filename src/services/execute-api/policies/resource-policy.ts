import type { Decision } from "../../../policy/index.ts"
import { findOrganizationId } from "../../organizations/service.ts"
import { whenKnown } from "../at-once.ts"
import { type Exchange, methodArn } from "../rest/exchange.ts"
import { INVOKE, maskArn } from "./arns.ts"
import { deniedByPolicy } from "./refusals.ts"

/*
 * The resource policy of an API with each kind of authorization (Developer Guide, "How API Gateway resource policies affect
 * authorization workflow"). Table A is for Lambda authorizers, and for IAM within the account: either side may allow, and none
 * may deny. Table B is for user pools, and for IAM across accounts: the policy, where there is one, has to allow.
 */

/** What the policy says of somebody whom it cannot name; undefined of an API without one. */
export const judgeByPolicy = (exchange: Exchange): Decision | Promise<Decision> =>
  exchange.call.judge({ action: INVOKE, resource: methodArn(exchange) })

/** Where nothing else asks who calls, the policy has to allow it. */
export const assertOpen = (exchange: Exchange): void | Promise<void> =>
  whenKnown(judgeByPolicy(exchange), (decision) => {
    if (!decision.allowed) throw deniedByPolicy(exchange, decision)
  })

/** Before an authorizer is asked: what the policy denies it need not see. */
export const assertNotDenied = (exchange: Exchange): Decision | Promise<Decision> =>
  whenKnown(judgeByPolicy(exchange), (decision) => {
    if (decision.decision === "explicit_deny") throw deniedByPolicy(exchange, decision)
    return decision
  })

/** AWS_IAM: the caller's policies and the API's, decided as for every resource. */
export async function assertSignerMay(exchange: Exchange): Promise<void> {
  const { call } = exchange
  const resource = methodArn(exchange)
  await call.assertAllowed({ action: INVOKE, resource, refusedAs: maskArn(resource) })
  const organizationId = await findOrganizationId(call, call.account)
  if (organizationId !== undefined) exchange.principalOrgId = organizationId
}
