import type { Caller } from "../authentication/caller.ts"
import type { SessionFacts } from "../authentication/session-record.ts"
import type { CallContext, Deps } from "../call.ts"
import type { Applicable, Principal, Request } from "../policy/index.ts"
import type { Service } from "../service.ts"
import { type Circumstances, COGNITO_GROUPS, createContext } from "./context.ts"
import { type Judged, type Judgement, judge, keepJudgement } from "./judgement.ts"
import type { CallerPolicies, PolicySource } from "./policy-source.ts"
import { refusal } from "./refusal.ts"
import type { Requirement } from "./requirement.ts"
import type { ResourceFacts } from "./resource-facts.ts"

/** What one call may ask of authorization. */
export interface Authorization {
  /** Throws the refusal of the first requirement that is not met; at once where all that it takes is in memory. */
  assertAll(requirements: Requirement | readonly Requirement[]): void | Promise<void>
  forHandlers: Pick<CallContext, "isAllowed" | "judge" | "assertAllowed" | "decide">
}

/** A call before it can ask for permissions. */
export type Call = Omit<CallContext, "isAllowed" | "judge" | "assertAllowed" | "decide">

const EXPANDABLE: ReadonlySet<string> = new Set([COGNITO_GROUPS])

export function createAuthorization(
  services: readonly Service[],
  deps: Deps,
  { organizationOf }: Pick<PolicySource, "organizationOf">,
) {
  const byPrefix = Map.groupBy(services, ({ name, shares }) => shares?.signingName ?? name)

  /**
   * Facts of a resource come from the service that the action belongs to: `iam:PassRole` asks IAM, whoever needs it. Services
   * that share a prefix tell at once whether an ARN is theirs.
   */
  function factsOf(
    action: string,
    requirement: Requirement,
    principal: Principal,
  ): ReturnType<NonNullable<Service["resourceFacts"]>> {
    for (const service of byPrefix.get(action.slice(0, action.indexOf(":"))) ?? []) {
      const facts = service.resourceFacts?.(requirement.resource, action, deps, requirement, principal)
      if (facts !== undefined) return facts
    }
    return undefined
  }

  return {
    /** `policies` are the caller's, as they are when the call begins. What is decided is written down in `judged`. */
    of(service: Service, defaultAction: string, call: Call, policies: CallerPolicies, judged: Judged): Authorization {
      const { caller } = call
      const serviceContext = service.requestContext?.(call)
      const now = deps.clock.now()
      const principal = principalOf(caller)

      function ask(requirement: Requirement): Judgement | Promise<Judgement> {
        const action = requirement.action ?? defaultAction
        const facts = factsOf(action, requirement, principal)
        return facts instanceof Promise
          ? facts.then((known) => askOf(requirement, action, known))
          : askOf(requirement, action, facts)
      }

      function askOf(
        requirement: Requirement,
        action: string,
        facts: ResourceFacts | undefined,
        organization: PolicySource["organizationOf"] = organizationOf,
      ): Judgement | Promise<Judgement> {
        const resourceAccount = facts?.account ?? call.account
        const circumstances: Circumstances = {
          caller,
          principalTags: policies.tags,
          request: call.request,
          calledVia: requirement.calledVia ?? call.calledVia,
          region: call.region,
          now,
          resourceAccount,
          serviceContext,
          facts,
          requirement,
          organizationOf: organization,
        }
        const request: Request = {
          principal,
          action,
          resource: facts?.arn ?? requirement.resource,
          resourceAccount,
          context: createContext(circumstances),
        }
        if (caller.kind !== "anonymous" && caller.session?.cognitoGroups) request.expandable = EXPANDABLE
        const judgement = judge(request, applicableOf(policies, facts))
        if (circumstances.waitsFor)
          return circumstances.waitsFor.then((id) => askOf(requirement, action, facts, () => id))
        keepJudgement(judged, judgement)
        return judgement
      }

      function settle(request: Request, applicable: Applicable): Judgement {
        const judgement = judge(request, applicable)
        keepJudgement(judged, judgement)
        return judgement
      }

      function assertAllowed(requirement: Requirement): void | Promise<void> {
        const conclude = ({ decision, request }: Judgement): void => {
          if (!decision.allowed) throw refusal(service, caller, request, decision, requirement)
        }
        const judgement = ask(requirement)
        return judgement instanceof Promise ? judgement.then(conclude) : conclude(judgement)
      }

      async function assertEach(requirements: readonly Requirement[]): Promise<void> {
        for (const requirement of requirements) await assertAllowed(requirement)
      }

      return {
        assertAll: (requirements) => (isList(requirements) ? assertEach(requirements) : assertAllowed(requirements)),
        forHandlers: {
          judge(requirement) {
            const judgement = ask(requirement)
            return judgement instanceof Promise ? judgement.then(({ decision }) => decision) : judgement.decision
          },
          isAllowed: async (requirement) => (await ask(requirement)).decision.allowed,
          assertAllowed: async (requirement) => assertAllowed(requirement),
          decide: async ({ request, applicable }) => settle(request, applicable).decision.allowed,
        },
      }
    },
  }
}

const isList = (requirements: Requirement | readonly Requirement[]): requirements is readonly Requirement[] =>
  Array.isArray(requirements)

export function applicableOf(policies: CallerPolicies, facts: ResourceFacts | undefined): Applicable {
  const applicable: Applicable = { identity: policies.identity }
  if (policies.boundary) applicable.boundary = policies.boundary
  if (policies.session) applicable.session = policies.session
  if (policies.scp) applicable.scp = policies.scp
  if (facts?.policy) applicable.resource = facts.policy
  if (facts?.policyType) applicable.resourcePolicyType = facts.policyType
  if (facts?.grants) applicable.grants = facts.grants
  return applicable
}

/** A caller as the policy engine knows it. What is remembered of a session's requests shares the session's. */
export function principalOf(caller: Caller): Principal {
  const session = caller.kind === "anonymous" ? undefined : caller.session
  if (!session) return newPrincipal(caller)
  let known = principals.get(session)
  if (!known) {
    known = newPrincipal(caller)
    principals.set(session, known)
  }
  return known
}

const principals = new WeakMap<SessionFacts, Principal>()

function newPrincipal(caller: Caller): Principal {
  switch (caller.kind) {
    case "anonymous":
      return { type: "anonymous", arn: null, account: null }
    case "root":
      return { type: "root", arn: caller.arn, account: caller.account }
    case "user":
      return { type: "user", arn: caller.arn, account: caller.account, uniqueId: caller.userId }
    case "role-session":
      return {
        type: "assumed-role",
        arn: caller.arn,
        account: caller.account,
        roleArn: caller.roleArn,
        uniqueId: caller.roleId,
      }
    case "federated-user": {
      const { issuer } = caller.session
      const principal: Principal = { type: "federated-user", arn: caller.arn, account: caller.account }
      return issuer.kind === "user" ? { ...principal, userArn: issuer.arn, uniqueId: issuer.userId } : principal
    }
  }
}
