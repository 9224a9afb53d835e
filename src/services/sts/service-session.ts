import type { SessionCredentials } from "../../authentication/session-token.ts"
import { judge } from "../../authorization/judgement.ts"
import { servicePrincipalContext } from "../../authorization/service-principal.ts"
import type { CallContext, Deps, Question } from "../../call.ts"
import type { Sender } from "../../peers.ts"
import { contextOf } from "../../policy/index.ts"
import type { Role } from "../iam/service.ts"
import { issueRoleSession } from "./issue-session.ts"

/** Puts a question and remembers it with the call that raised it. */
type Decide = CallContext["decide"]

/** Of what no call raised, as the start of an execution environment. */
const decideAlone: Decide = async ({ request, applicable }: Question) => judge(request, applicable).decision.allowed

/**
 * Whether a role trusts a service that would take it in the name of one of its resources. The service has no policies and
 * no account: the trust policy is all there is (IAM User Guide, "AWS service principals").
 */
export function decideServiceTrust(
  { clock }: Pick<Deps, "clock">,
  role: Role,
  service: Sender,
  decide: Decide = decideAlone,
): Promise<boolean> {
  const keys = servicePrincipalContext(service, clock.now())
  keys["aws:ResourceAccount"] = role.account
  for (const [key, value] of Object.entries(role.tags)) {
    keys[`aws:ResourceTag/${key}`] = value
    keys[`iam:ResourceTag/${key}`] = value
  }
  return decide({
    request: {
      principal: { type: "service", arn: service.principal, account: null },
      action: "sts:AssumeRole",
      resource: role.arn,
      resourceAccount: role.account,
      context: contextOf(keys),
    },
    applicable: { identity: [], resource: role.trust, resourcePolicyType: "trust" },
  })
}

export interface ServiceSession {
  role: Role
  service: Sender
  sessionName: string
  durationSeconds: number
  /** Condition keys that the session's requests have: `lambda:SourceFunctionArn`. */
  context?: Readonly<Record<string, string>>
}

/** A session of the role for the service; undefined where its trust policy does not let the service in. */
export async function assumeRoleAsService(
  deps: Pick<Deps, "clock" | "masterKey">,
  { role, service, ...session }: ServiceSession,
  decide?: Decide,
): Promise<SessionCredentials | undefined> {
  if (!(await decideServiceTrust(deps, role, service, decide))) return undefined
  return issueRoleSession(deps, { role, ...session })
}
