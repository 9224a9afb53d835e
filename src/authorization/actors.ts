import type { RoleSessionCaller } from "../authentication/caller.ts"
import type { CallContext, Deps } from "../call.ts"
import type { Actor, Sender } from "../peers.ts"
import type { Service } from "../service.ts"
import type { HttpRequest } from "../wire/http.ts"
import { createAuthorization } from "./authorize.ts"
import { type Judged, nothingJudged } from "./judgement.ts"
import type { CallerPolicies, PolicySource } from "./policy-source.ts"
import type { Requirement } from "./requirement.ts"

/** What must be known of a role to act as it. */
export interface ActedRole {
  roleId: string
  name: string
  account: string
}

/** Where authorization learns of roles: synchronous where they are in memory. */
export interface RoleSource extends PolicySource {
  /** Undefined where there is no role of exactly this ARN. */
  findRole(arn: string): ActedRole | undefined | Promise<ActedRole | undefined>
  /** Whether the role's trust policy lets the service take it. */
  isTrusting(arn: string, service: Sender, decide: CallContext["decide"]): Promise<boolean>
}

/** What a service asks as a role has an action: there is no operation that would give one. */
export type ActorRequirement = Requirement & { action: string }

/** Makes callers of roles that services act as; undefined where there is no such role (any more). */
export function createRoles(deps: () => Deps, roles: RoleSource) {
  return async function callerFor(
    actor: Actor,
  ): Promise<{ caller: RoleSessionCaller; policies: CallerPolicies } | undefined> {
    const role = await roles.findRole(actor.roleArn)
    if (!role) return undefined
    const caller = callerOf(actor, role, Math.floor(deps().clock.now() / 1000))
    const policies = await roles.policiesOf(caller)
    return policies.gone ? undefined : { caller, policies }
  }
}

/** Answers whether roles may do what services do as them, as if they had signed a request for it. */
export function createActing(services: readonly Service[], deps: () => Deps, roles: RoleSource) {
  const callerFor = createRoles(deps, roles)
  let authorization: ReturnType<typeof createAuthorization> | undefined

  return async function mayAct(actor: Actor, requirement: ActorRequirement): Promise<Judged> {
    const present = deps()
    authorization ??= createAuthorization(services, present, roles)
    const judged = nothingJudged()
    const acting = await callerFor(actor)
    if (!acting) return judged
    const { caller, policies } = acting
    const { account } = caller
    const { action } = requirement
    const service = services.find(({ name }) => action.startsWith(`${name}:`)) ?? NO_SERVICE
    const { region } = actor
    const call = { ...present, requestId: "", request: NO_REQUEST, caller, answer: { headers: {} }, region }
    const may = authorization.of(service, action, { ...call, account }, policies, judged)
    await may.forHandlers.isAllowed(requirement)
    return judged
  }
}

export const isAllowed = ({ allowed, refused }: Judged): boolean => allowed > 0 && refused === 0

/** Of actions of services that are not here: a queue's, a topic's. */
const NO_SERVICE = {} as Service

/** Nothing came by wire. */
export const NO_REQUEST: HttpRequest = {
  method: "EVENT",
  path: "/",
  query: "",
  headers: {},
  rawHeaders: [],
  body: new Uint8Array(),
  remoteAddress: "",
  secure: true,
}

export const actorArn = ({ roleArn, sessionName }: Actor): string => {
  const [, , , , account, role = ""] = roleArn.split(":")
  return `arn:aws:sts::${account}:assumed-role/${role.slice(role.lastIndexOf("/") + 1)}/${sessionName}`
}

function callerOf(actor: Actor, { roleId, name, account }: ActedRole, nowInSeconds: number): RoleSessionCaller {
  const { roleArn, sessionName, region } = actor
  const accessKeyId = ""
  return {
    kind: "role-session",
    arn: actorArn(actor),
    account,
    userId: `${roleId}:${sessionName}`,
    accessKeyId,
    region,
    signingName: "",
    authType: "REST-HEADER",
    signatureVersion: "AWS4-HMAC-SHA256",
    payload: { body: NO_REQUEST.body, trailers: {} },
    roleArn,
    roleId,
    roleName: name,
    session: {
      kind: "role-session",
      roleArn,
      roleId,
      roleName: name,
      sessionName,
      accessKeyId,
      account,
      issuedAt: nowInSeconds,
      expiresAt: nowInSeconds + 3600,
      context: actor.context,
    },
  }
}
