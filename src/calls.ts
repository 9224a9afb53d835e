import { anonymousCaller } from "./authentication/authenticate.ts"
import type { Payload, SignedCaller } from "./authentication/caller.ts"
import { unknownKey } from "./authentication/errors.ts"
import { actorArn, createRoles, NO_REQUEST, type RoleSource } from "./authorization/actors.ts"
import { type Call, createAuthorization } from "./authorization/authorize.ts"
import { judge, keepJudgement } from "./authorization/judgement.ts"
import { type CallerPolicies, NO_POLICIES } from "./authorization/policy-source.ts"
import { randomUUID } from "./base/random.ts"
import type { Deps } from "./call.ts"
import { type Catalogue, isPublic, type ServedOperation, type ServedService } from "./catalogue.ts"
import { type CallRecord, newEventRecord } from "./control/call-record.ts"
import { notServed, notYet, unknownOperation } from "./operation-errors.ts"
import type { Forwarded, RoleInUse, ServiceAnswer, ServiceCall } from "./peers.ts"
import { permit } from "./permit.ts"
import { WireError } from "./wire/errors.ts"
import type { HttpRequest } from "./wire/http.ts"
import { withoutJsonTexts } from "./wire/json-text.ts"

/**
 * Lets a service call operations of another one as a principal. It is the way of a request (`answer.ts`) without the wire:
 * authenticate -> validate -> authorize -> handle -> record.
 */
export function createCalls(
  { bySigningName, all }: Pick<Catalogue, "all" | "bySigningName">,
  deps: () => Deps,
  roles: RoleSource,
  record: (call: CallRecord) => void,
): (asked: ServiceCall) => Promise<ServiceAnswer> {
  const callerFor = createRoles(deps, roles)
  let authorization: ReturnType<typeof createAuthorization> | undefined

  async function perform(asked: ServiceCall, record: CallRecord): Promise<object> {
    const served = bySigningName.get(asked.service)
    if (!served) throw notServed(asked.service, asked.operation)
    const operation = findOperation(served, asked.operation)
    record.operation = operation.name
    const { service } = served
    const { as } = asked
    const signed = "caller" in as ? await forwarded(as, served) : await inUse(as, record)
    service.assertAdmitted?.(signed.caller, operation.name)
    const { input, request, payload } = handOver(operation, asked.input)
    // What is public looks at nobody's signature.
    const isOpen = isPublic(operation.operation)
    const call: Call = {
      ...deps(),
      requestId: record.requestId,
      request,
      caller: isOpen ? anonymousCaller(request, service) : { ...signed.caller, payload },
      answer: { headers: {} },
      region: as.region,
      account: isOpen ? deps().defaultAccount : signed.caller.account,
      ...("via" in as ? { calledVia: as.via, callingService: as.via.at(-1)! } : { callingService: as.service }),
    }
    authorization ??= createAuthorization(
      all.map(({ service }) => service),
      deps(),
      roles,
    )
    const policies = isOpen ? NO_POLICIES : signed.policies
    const may = authorization.of(service, operation.action, call, policies, record.judged)
    const act = await permit(operation, service, input, call, may, false)
    return withoutJsonTexts(((await act()) ?? {}) as object)
  }

  async function forwarded({ caller }: Forwarded, { service }: ServedService): Promise<Signed> {
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

  return async function call(asked) {
    const { as } = asked
    const principal = "caller" in as ? as.caller.arn : actorArn(as)
    const call = newEventRecord(randomUUID(), { principal, sourceArn: as.onBehalfOf }, deps().clock.now())
    Object.assign(call, { service: asked.service, operation: asked.operation, status: 500 })
    try {
      const output = await perform(asked, call)
      call.status = 200
      return { is: "done", output: output as Readonly<Record<string, unknown>> }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      const { code, message, status, because } = error
      Object.assign(call, { status, errorCode: code, errorMessage: error.logged ?? message, because })
      return { is: "refused", code, message, status }
    } finally {
      record(call)
    }
  }
}

/** Who calls, and what is known of them. */
interface Signed {
  caller: SignedCaller
  policies: CallerPolicies
}

function findOperation({ operations, known, service }: ServedService, name: string): ServedOperation {
  const operation = operations.get(name)
  if (operation) return operation
  throw known.has(name) ? notYet(service, name) : unknownOperation(service, name)
}

interface HandedOver {
  input: object
  /** The request that a client would have sent, as far as handlers look at it. */
  request: HttpRequest
  payload: Payload
}

/** In place of decoding: what streams is the body of the request, too. */
function handOver({ codec }: ServedOperation, asked: object): HandedOver {
  const given = asked as Readonly<Record<string, unknown>>
  const headers = codec.headOf?.(given) ?? {}
  const member = codec.streamingInput
  const body = ((member && given[member]) ?? new Uint8Array()) as Payload["body"]
  const length = body instanceof Uint8Array ? body.length : Number(given.ContentLength ?? Number.NaN)
  const contentLength = Number.isNaN(length) ? {} : { contentLength: length }
  return {
    input: member === undefined ? given : { ...given, [member]: body },
    request: { ...NO_REQUEST, method: codec.http?.method ?? "POST", headers, body },
    // Nobody has to tell how long a stream is that ends by itself.
    payload: { body, ...contentLength, isDelimited: true, trailers: {} },
  }
}
