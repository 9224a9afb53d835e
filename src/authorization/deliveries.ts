import type { Deps } from "../call.ts"
import type { Sender } from "../peers.ts"
import { type ContextValue, contextOf, type Principal, type Request } from "../policy/index.ts"
import type { Recipient } from "../service.ts"
import { applicableOf } from "./authorize.ts"
import { type Judged, judge, keepJudgement } from "./judgement.ts"
import { NO_POLICIES } from "./policy-source.ts"
import type { Requirement } from "./requirement.ts"
import { servicePrincipalContext } from "./service-principal.ts"

/**
 * Whether a service may send to a resource of another: a service principal has no policies and no account, so that the
 * resource's policy is all there is (IAM User Guide, "AWS service principals").
 */
export async function decideDelivery(
  service: Recipient,
  requirement: Requirement & { action: string },
  from: Sender,
  deps: Deps,
  judged: Judged,
): Promise<boolean> {
  const { action, resource: arn } = requirement
  const principal: Principal = { type: "service", arn: from.principal, account: null }
  const facts = await service.resourceFacts?.(arn, action, deps, requirement, principal)
  const { context: asked } = requirement
  const context: Record<string, ContextValue | undefined> = {
    ...facts?.context,
    ...(typeof asked === "function" ? asked(facts) : asked),
    ...servicePrincipalContext(from, deps.clock.now()),
    "aws:RequestedRegion": arn.split(":")[3] || undefined,
    "aws:ResourceAccount": facts?.account,
  }
  for (const [key, value] of Object.entries(facts?.tags ?? {})) context[`aws:ResourceTag/${key}`] = value
  const request: Request = {
    principal,
    action,
    resource: facts?.arn ?? arn,
    resourceAccount: facts?.account ?? from.sourceAccount,
    context: contextOf(context),
  }
  const judgement = judge(request, applicableOf(NO_POLICIES, facts))
  keepJudgement(judged, judgement)
  return judgement.decision.allowed
}
