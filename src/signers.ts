import type { SignedCaller } from "./authentication/caller.ts"
import { unknownKey } from "./authentication/errors.ts"
import { createRoles, type RoleSource } from "./authorization/actors.ts"
import { judge, keepJudgement } from "./authorization/judgement.ts"
import type { CallerPolicies } from "./authorization/policy-source.ts"
import type { Deps } from "./call.ts"
import type { CallRecord } from "./control/call-record.ts"
import type { Forwarded, RoleInUse } from "./peers.ts"
import type { Service } from "./service.ts"
import { WireError } from "./wire/errors.ts"

/** Who calls, and what is known of them. */
export interface Signed {
  caller: SignedCaller
  policies: CallerPolicies
}

/** Makes a principal of whoever a service calls as: its own caller, or a role that it takes, whose trust policy must let it. */
export function createSigners(deps: () => Deps, roles: RoleSource) {
  const callerFor = createRoles(deps, roles)

  async function forwarded({ caller }: Forwarded, service: Service): Promise<Signed> {
    const policies = await roles.policiesOf(caller)
    if (policies.gone) throw unknownKey(service.errors, caller.accessKeyId)
    return { caller, policies }
  }

  async function inUse(role: RoleInUse, { judged }: CallRecord): Promise<Signed> {
    const signed = await callerFor(role)
    const { roleArn, service, onBehalfOf } = role
    const sender = { principal: service, sourceArn: onBehalfOf, sourceAccount: roleArn.split(":")[4] ?? "" }
    const isTrusting = await roles.isTrusting(roleArn, sender, async ({ request, applicable }) => {
      const judgement = judge(request, applicable)
      keepJudgement(judged, judgement)
      return judgement.decision.allowed
    })
    if (signed && isTrusting) return signed
    throw new WireError("AccessDenied", `${service} cannot assume the role ${roleArn}.`, {
      status: 403,
      because: {
        check: "role that a service acts as",
        found: signed ? "does not trust it" : "no such role",
        role: roleArn,
        service,
      },
    })
  }

  return (as: RoleInUse | Forwarded, service: Service, record: CallRecord): Promise<Signed> =>
    "caller" in as ? forwarded(as, service) : inUse(as, record)
}
